"""
A report as a document on A4: the same bytes for equal reports (extra ``excel``).

Fonts are named as Chinese offices use them, with others in their place; none has to be present.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import MissingExtraError
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.office.shades import SHADES
from milestone_ledger.reports.periodic.content import Column, Report, Section, Value, shown
from milestone_ledger.reports.periodic.text import numbered
from milestone_ledger.reports.table import safe

try:
    import docx as word
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor
except ImportError as error:
    raise MissingExtraError("milestone-ledger[excel]", ("a document", "Word 文档")) from error

_BODY, _HEAD, _SUB, _LATIN = "仿宋", "黑体", "楷体", "Times New Roman"
# What may stand in for a font that is not there, the most alike first.
_IN_PLACE = {
    _BODY: "仿宋_GB2312;FangSong;STFangsong;Noto Serif CJK SC",
    _HEAD: "SimHei;STHeiti;Noto Sans CJK SC",
    _SUB: "楷体_GB2312;KaiTi;STKaiti;Noto Serif CJK SC",
    _LATIN: "Liberation Serif;serif",
}
_FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others.replace(";", ",")}"/></w:font>'
        for name, others in _IN_PLACE.items()
    )
    + "</w:fonts>"
)
# An archive holds no earlier day; what a document is made of has no day of its own.
_DAY: Final = (1980, 1, 1, 0, 0, 0)
_WRITTEN: Final = datetime(*_DAY)  # noqa: DTZ001 (written as it is, in no zone)
_LONG, _SHORT, _MARGIN, _VERDICT = 297, 210, 20, 60  # millimetres
_DAY_WIDTH = 19
"""
Millimetres in which a day stays on one line.
"""
_SIDE = 57  # twentieths of a point, between the text of a cell and its edge
_UPRIGHT = 46
"""
Up to how many Chinese characters a row may be wide on an upright page.
"""
_TITLE, _SECTION, _GROUP, _TEXT, _CELL = 18, 14, 12, 12, 9  # points
_NEVER = re.compile("[\ufffe\uffff]")  # no document may hold them


def docx(report: Report) -> bytes:
    """
    The file; equal for equal reports, to the byte.
    """
    return _Document(report).content()


class _Document:
    """
    A document in the making.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._document: Any = word.Document()
        self._ids: dict[str, str] = {}
        widest = max((sum(c.width for c in section.columns) for section in report.sections), default=0)
        self._breadth = self._page(is_upright=widest <= _UPRIGHT)
        self._styles()
        self._properties()

    def content(self) -> bytes:
        """
        Write everything, and pack it always alike.
        """
        report = self._report
        self._paragraph(report.title, "Title")
        for line in report.heading:
            self._paragraph(line, "Subtitle")
        for number, section in enumerate(report.sections, start=1):
            self._section(number, section)
        if report.legend:
            self._legend()
        self._footer()
        buffer = BytesIO()
        self._document.save(buffer)
        return _packed_alike(buffer)

    # ── the page ─────────────────────────────────────────────────────────────────────────────────

    def _page(self, *, is_upright: bool) -> int:
        """
        Set the page up; returns how many millimetres of it are between the margins.
        """
        section = self._document.sections[0]
        wide, high = (_SHORT, _LONG) if is_upright else (_LONG, _SHORT)
        section.orientation = WD_ORIENT.PORTRAIT if is_upright else WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(wide), Mm(high)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN)
        return wide - 2 * _MARGIN

    def _styles(self) -> None:
        self._style("Normal", _BODY, _TEXT)
        self._style("Title", _HEAD, _TITLE)
        self._style("Subtitle", _SUB, _CELL + 1)
        self._style("Heading 1", _HEAD, _SECTION)
        self._style("Heading 2", _SUB, _GROUP)
        self._style("Caption", _BODY, _CELL + 1)
        styles = self._document.styles
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")  # else punctuation stands where it does in Taiwan
        for name in ("Title", "Subtitle"):
            styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            styles[name].paragraph_format.space_after = Pt(4)
            for ornament in styles[name].element.xpath(".//w:pBdr | .//w:rPr/w:spacing"):
                ornament.getparent().remove(ornament)
        styles["Caption"].paragraph_format.keep_with_next = True
        for name, font in (("Table Head", _HEAD), ("Table Text", _BODY), ("Table Number", _BODY)):
            self._ids[name] = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).style_id
            self._style(name, font, _CELL)
            styles[name].paragraph_format.space_before = styles[name].paragraph_format.space_after = Pt(1)
        styles["Table Number"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _style(self, name: str, font: str, points: int) -> None:
        style = self._document.styles[name]
        style.font.size, style.font.name = Pt(points), _LATIN
        style.font.bold = style.font.italic = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts  # naming a font made it
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)

    def _properties(self) -> None:
        """
        Nothing of a clock, a machine or a person.
        """
        known = self._document.core_properties
        known.title = _plain(self._report.title)[:255]
        known.author = known.last_modified_by = known.comments = known.keywords = ""
        known.language = {"zh": "zh-CN", "en": "en-GB"}[self._report.language]
        known.created = known.modified = _WRITTEN
        known.revision = 1
        for part in self._document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = _FONT_TABLE.encode()  # noqa: SLF001 (there is no other way to name fonts)

    def _footer(self) -> None:
        """
        The point of view, and which page of how many.
        """
        section = self._document.sections[0]
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, between, after = {"zh": ("第 ", " 页，共 ", " 页"), "en": ("Page ", " of ", "")}[
            self._report.language
        ]
        paragraph.add_run(f"{_plain(self._report.title)}　{before}")
        _add_field(paragraph, "PAGE")
        paragraph.add_run(between)
        _add_field(paragraph, "NUMPAGES")
        paragraph.add_run(after)
        for run in paragraph.runs:
            run.font.size = Pt(_CELL)

    # ── what it says ─────────────────────────────────────────────────────────────────────────────

    def _paragraph(self, text: str, style: str) -> Any:
        return self._document.add_paragraph(_plain(text), style=style)

    def _section(self, number: int, section: Section) -> None:
        self._paragraph(numbered(number, section.title, self._report), "Heading 1")
        for paragraph in section.prose:
            written = self._paragraph(paragraph, "Normal")
            if self._report.language == "zh":
                written.paragraph_format.first_line_indent = Pt(2 * _TEXT)
        if not section.columns:
            return
        if not section.rows:
            self._paragraph(section.empty, "Normal")
            return
        if section.note:
            self._paragraph(section.note, "Caption")
        for title, rows in section.grouped():
            if title:
                counted = (
                    f"{title}（{len(rows)}）" if self._report.language == "zh" else f"{title} ({len(rows)})"
                )
                self._paragraph(counted, "Heading 2")
            self._table(section.columns, rows)

    def _table(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> None:
        language = self._report.language
        widths = self._widths(columns)
        table = self._bare_table(len(rows) + 1, widths)
        for place, (row, values) in enumerate(zip(table.rows, (None, *rows), strict=True)):
            _never_split(row, is_header=place == 0)
            # A row finds its cells anew each time that it is asked.
            for column, width, cell, value in zip(
                columns, widths, row.cells, values or [None] * len(columns), strict=True
            ):
                cell.width = Mm(width)
                if values is None:
                    self._write(cell, column.heading(language), "Table Head")
                    _shade(cell, "DCE3EA")
                    continue
                style = "Table Number" if column.kind in ("number", "count") else "Table Text"
                self._write(cell, shown(value, language), style)
                if isinstance(value, Verdict):
                    _shade(cell, SHADES[value])
        self._document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _write(self, cell: Any, text: str, style: str = "Table Text") -> None:
        (paragraph,) = cell.paragraphs
        paragraph._p.style = self._ids[style]  # noqa: SLF001 (the library looks a style up anew each time)
        paragraph.add_run(_plain(text))

    def _bare_table(self, rows: int, widths: Sequence[int]) -> Any:
        """
        A table without texts; some programs heed the widths of columns, others those of cells.
        """
        table = self._document.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.autofit = False
        sides = OxmlElement("w:tblCellMar")
        for side in ("w:left", "w:right"):
            edge = OxmlElement(side)
            edge.set(qn("w:w"), str(_SIDE))
            edge.set(qn("w:type"), "dxa")
            sides.append(edge)
        table._tbl.tblPr.append(sides)  # noqa: SLF001 (the library has no such setting)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _widths(self, columns: Sequence[Column]) -> list[int]:
        """
        Millimetres for each column; together the whole breadth.

        A day must stay on one line, where half the breadth is enough for all of them; the others share the
        rest in the proportion of their usual widths.
        """
        days = [place for place, column in enumerate(columns) if column.kind == "day"]
        if 2 * _DAY_WIDTH * len(days) > self._breadth:
            days = []
        wanted = [0 if place in days else max(column.width, 3) + 1 for place, column in enumerate(columns)]
        room = self._breadth - _DAY_WIDTH * len(days)
        widths = [room * width // max(sum(wanted), 1) if width else _DAY_WIDTH for width in wanted]
        widths[wanted.index(max(wanted))] += self._breadth - sum(widths)
        return widths

    def _legend(self) -> None:
        """
        What the verdicts mean, each in its colour.
        """
        title = {
            "zh": "判定说明（颜色只是重复文字，不另有含义）",
            "en": "What the verdicts mean (the colour repeats the word, and adds nothing)",
        }[self._report.language]
        self._paragraph(title, "Heading 1")
        widths = [_VERDICT, self._breadth - _VERDICT]
        table = self._bare_table(len(self._report.legend), widths)
        for row, (verdict, meaning) in zip(table.rows, self._report.legend, strict=True):
            _never_split(row, is_header=False)
            name, explained = row.cells
            name.width, explained.width = map(Mm, widths)
            self._write(name, label(verdict, self._report.language))
            _shade(name, SHADES[verdict])
            self._write(explained, meaning)


def _plain(text: str) -> str:
    """
    ``text`` as a document can hold it: lines as they are, control and direction marks as escapes.
    """
    lines = "\n".join(map(safe, text.split("\n")))
    return _NEVER.sub(lambda found: f"\\u{ord(found[0]):04x}", lines)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 (the library has no shading of its own)


def _never_split(row: Any, *, is_header: bool) -> None:
    """
    Keep a row on one page, and repeat a header on each.
    """
    kept = row._tr.get_or_add_trPr()  # noqa: SLF001 (the library has no such setting)
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_header else [])):
        kept.append(OxmlElement(name))


def _add_field(paragraph: Any, instruction: str) -> None:
    """
    A number that the reader's program works out.
    """
    instructed, result = _words("w:instrText", instruction), _words("w:t", "1")
    for part in (_mark("begin"), instructed, _mark("separate"), result, _mark("end")):
        paragraph.add_run()._element.append(part)  # noqa: SLF001 (the library has no fields)


def _mark(kind: str) -> Any:
    """
    Where a field begins, where its result begins, or where it ends.
    """
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _words(name: str, text: str) -> Any:
    element = OxmlElement(name)
    element.text = text
    return element


def _packed_alike(buffer: BytesIO) -> bytes:
    """
    The same parts, in one order, with one day, packed in one way.
    """
    packed = BytesIO()
    with ZipFile(buffer) as loose, ZipFile(packed, "w", ZIP_DEFLATED) as whole:
        # Programs expect what the archive holds to be told first.
        for name in sorted(loose.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            info = ZipInfo(name, _DAY)
            info.compress_type, info.create_system = ZIP_DEFLATED, 0
            whole.writestr(info, loose.read(name))
    return packed.getvalue()
