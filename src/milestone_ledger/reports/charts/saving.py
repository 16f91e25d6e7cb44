"""
A chart as a file: SVG, a page that needs no network, or PNG where the machine has Chinese letters.

The same chart gives the same bytes, in any time zone and with any fonts installed (but PNG, which is drawn
with them).
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import vl_convert

from milestone_ledger.errors import InvalidValueError, NoChineseFontError

FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, SimHei, sans-serif"

# Invisible frames whose size depends on the fonts of the machine.
_FRAMES = re.compile(r'<path class="background"[^>]*/>')
# A mark with what its tooltip says; browsers show a title, and only read a label aloud.
_TOLD = re.compile(r'<(path|line|text) aria-label="([^"]*)" ([^>]*?)(/>|>)')
_FADES = re.compile(r"(?<=[#\"])gradient_\d+\b")
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">'
    '<text x="2" y="26" font-size="24" font-family="{fonts}">{sign}</text></svg>'
)
# Nothing may be fetched; vega makes functions of the chart's own expressions, which takes 'unsafe-eval'.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
)
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 0; background: white; }} #chart {{ overflow-x: auto; }}</style>
</head>
<body>
<div id="chart"></div>
<script>{library}</script>
<script type="application/json" id="spec">{spec}</script>
<script>
vegaEmbed("#chart", JSON.parse(document.getElementById("spec").textContent), {{
  mode: "vega-lite", renderer: "svg",
  actions: {{ export: true, source: false, compiled: false, editor: false }},
}});
</script>
</body>
</html>
"""


class Drawn(Protocol):
    """
    What can be saved: a chart of this package, or any other of Altair.
    """

    def to_dict(self) -> dict[str, Any]:
        """
        The chart as Vega-Lite describes it.
        """


def save(chart: Drawn, path: Path | str) -> Path:
    """
    Write ``chart`` to ``path``, as its ending says: ``.svg``, ``.html`` or ``.png``.

    A file that is there already is replaced.

    Returns:
        The path.

    Raises:
        InvalidValueError: If the ending is another.
        NoChineseFontError: If a PNG would show boxes for Chinese letters.
        OSError: If the file cannot be written.
    """
    target = Path(path)
    makers: dict[str, Callable[[Drawn], str | bytes]] = {".svg": svg, ".html": page, ".png": png}
    maker = makers.get(target.suffix.lower())
    if maker is None:
        raise InvalidValueError(
            "save(path)", str(path), ("end it in .svg, .html or .png", "文件名应以 .svg、.html 或 .png 结尾")
        )
    made = maker(chart)
    target.write_bytes(made if isinstance(made, bytes) else made.encode())
    return target


def svg(chart: Drawn) -> str:
    """
    ``chart`` as SVG: text stays text, and each mark says on what it rests when pointed at.
    """
    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return _named(_TOLD.sub(_titled, _FRAMES.sub("", drawn)))


def _named(drawn: str) -> str:
    """
    Fades under names of the picture's own.

    Vega numbers those of all pictures of a process: two on one page would take each other's.
    """
    found = dict.fromkeys(_FADES.findall(drawn))
    numbers = {name: str(number) for number, name in enumerate(found)}
    plain = _FADES.sub(lambda fade: numbers[fade[0]], drawn)
    own = hashlib.sha256(plain.encode()).hexdigest()[:8]
    return _FADES.sub(lambda fade: f"fade-{own}-{numbers[fade[0]]}", drawn)


def _titled(found: re.Match[str]) -> str:
    kind, told, rest, end = found.groups()
    title = f"<title>{told}</title>"
    return f"<{kind} {rest}>{title}</{kind}>" if end == "/>" else f"<{kind} {rest}>{title}"


def page(chart: Drawn) -> str:
    """
    ``chart`` as one HTML page that fetches nothing, with all that draws it inside.
    """
    spec = chart.to_dict()
    # Inside a script only "</" could end it: written as an escape, every name stays text.
    written = json.dumps(spec, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    title = spec.get("description", "")
    return _PAGE.format(
        policy=html.escape(_POLICY),
        title=html.escape(title if isinstance(title, str) else ""),
        library=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"),
        spec=written,
    )


def png(chart: Drawn) -> bytes:
    """
    ``chart`` as a picture of dots, twice as fine as a screen's.

    Raises:
        NoChineseFontError: If it would show boxes for Chinese letters.
    """
    drawn = svg(chart)
    if _CHINESE.search(drawn) and not has_chinese_font():
        raise NoChineseFontError
    picture: bytes = vl_convert.svg_to_png(drawn, scale=2)
    return picture


def has_chinese_font() -> bool:
    """
    Whether two Chinese letters come out different: without a font, each is the same box, or nothing.

    It asks what draws the picture rather than a list of fonts, and so knows of fonts registered with it.
    """
    one, other = (vl_convert.svg_to_png(_SAMPLE.format(fonts=FONTS, sign=sign)) for sign in "承诺")
    return bool(one != other)
