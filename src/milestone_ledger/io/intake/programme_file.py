"""
``programme.toml`` as a ``Programme``: everything that is wrong with it at once, each with its key path.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from attrs import define, field

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.errors import IntakeError, InvalidValueError, RowError, UnknownNameError
from milestone_ledger.io.intake.faults import not_toml, unreadable
from milestone_ledger.io.sheets import PROGRAMME_FILE

P = ParamSpec("P")
T = TypeVar("T")

LARGEST_PROGRAMME = 10 * 2**20
_TOO_LARGE = (
    f"larger than {LARGEST_PROGRAMME // 2**20} MB",
    f"文件超过 {LARGEST_PROGRAMME // 2**20} MB",
)
_NO_FILE = (
    "cannot be read: it does not exist; check the path, or be asked for what it says: init --interactive",
    "无法读取：不存在；请检查路径，还没有的，运行 init --interactive，逐项回答后自动写成",
)
_TEXT = ("write a text in quotes", "请写文本，加引号")
_NUMBER = ("write a whole number without quotes", "请写整数，不加引号")
_MISSING = ("this key is required", "缺少该项")


def read_programme(path: Path) -> Programme:
    """
    The programme that a TOML file defines.

    Its milestones and order are added to the built-in ones.

    Raises:
        IntakeError: With every fault of the file; the column of each is its key path.
    """
    reader = _Reader(path.name or str(path))
    try:
        if path.is_dir():
            reader.refuse("", "", _folder(path))
        elif path.stat().st_size > LARGEST_PROGRAMME:
            reader.refuse("", "", _TOO_LARGE)
        else:
            return parse_programme(path.read_bytes(), reader.file)
    except FileNotFoundError:
        reader.refuse("", "", _NO_FILE)
    except OSError as error:
        reader.refuse("", "", unreadable(error))
    raise IntakeError(reader.faults)


def parse_programme(data: bytes, file: str = PROGRAMME_FILE) -> Programme:
    """
    The programme that the bytes of the TOML file ``file`` define; UTF-8.

    Raises:
        IntakeError: As ``read_programme`` does.
    """
    reader = _Reader(file)
    programme: Programme | None = None
    try:
        programme = _programme(reader, tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        reader.refuse(
            "",
            "",
            (
                f"byte {error.start} is not UTF-8; save it as UTF-8",
                f"第 {error.start} 字节不是 UTF-8；请另存为 UTF-8",
            ),
        )
    except (ValueError, RecursionError) as error:
        # tomllib also raises plain ValueError (huge numbers) and recurses on nested brackets.
        reader.refuse("", "", not_toml(error))
    if reader.faults or programme is None:
        raise IntakeError(reader.faults)
    return programme


def _folder(path: Path) -> tuple[str, str]:
    inside = path / PROGRAMME_FILE
    if inside.is_file():
        return f"this is a folder; give the file in it: {inside}", f"这是文件夹；请写其中的文件：{inside}"
    return (
        f"this is a folder, and it holds no {PROGRAMME_FILE}; give the file that defines the programme",
        f"这是文件夹，其中没有 {PROGRAMME_FILE}；请写定义计划的文件",
    )


@define
class _Reader:
    """
    Takes values out of tables, and keeps what is wrong with them.
    """

    file: str
    faults: list[RowError] = field(factory=list)

    def refuse(self, path: str, value: object, fault: tuple[str, str]) -> None:
        shown = value if isinstance(value, str) else repr(value)
        shown = shown.encode("utf-8", "replace").decode()
        self.faults.append(RowError(file=self.file, row=None, column=path, value=shown[:120], fault=fault))

    def keys(self, table: Mapping[str, Any], known: Iterable[str], path: str) -> None:
        """
        Refuse keys that mean nothing.
        """
        known = tuple(known)
        for key in table:
            if key not in known:
                words = UnknownNameError(kind="key", name=key, suggestions=nearest_names(key, known))
                self.refuse(
                    _join(path, key),
                    "",
                    (
                        f"no such key{words.words('en')['nearest'] or '; known are ' + ', '.join(known)}",
                        f"没有这一项{words.words('zh')['nearest'] or '；可用的有：' + '、'.join(known)}",
                    ),
                )

    def text(self, table: Mapping[str, Any], key: str, path: str, default: str | None = None) -> str:
        """
        A string; ``default`` makes it optional.
        """
        value = table.get(key, default)
        if value is None:
            self.refuse(_join(path, key), "", _MISSING)
        elif not isinstance(value, str):
            self.refuse(_join(path, key), value, _TEXT)
        else:
            return value
        return ""

    def texts(self, table: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
        """
        A list of strings, possibly absent.
        """
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.refuse(_join(path, key), value, ("write a list of texts in quotes", "请写文本的列表，各加引号"))
        return ()

    def number(self, table: Mapping[str, Any], key: str, path: str) -> int | None:
        """
        A whole number, possibly absent.
        """
        value = table.get(key)
        if value is None or type(value) is int:
            return value
        self.refuse(_join(path, key), value, _NUMBER)
        return None

    def flag(self, table: Mapping[str, Any], key: str, path: str) -> bool:
        """
        ``true`` or ``false``, the latter if absent.
        """
        value = table.get(key, False)
        if type(value) is not bool:
            self.refuse(_join(path, key), value, ("write true or false", "请写 true 或 false"))
        return value is True

    def label(self, table: Mapping[str, Any], key: str, path: str) -> Label | None:
        """
        A label in both languages.
        """
        value, path = table.get(key), _join(path, key)
        if value is None:
            self.refuse(path, "", _MISSING)
            return None
        if not isinstance(value, dict):
            self.refuse(path, value, ('write { zh = "…", en = "…" }', '请写 { zh = "…", en = "…" }'))
            return None
        self.keys(value, ("zh", "en"), path)
        words = [self.text(value, language, path) for language in ("zh", "en")]
        return self.build(path, Label, *words)

    def tables(
        self, document: Mapping[str, Any], key: str, known: tuple[str, ...], path: str = ""
    ) -> list[tuple[str, Mapping[str, Any]]]:
        """
        The tables of an array, each with its key path.
        """
        value, key = document.get(key, []), _join(path, key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, value, (f"write [[{key}]] tables", f"请写成 [[{key}]] 各节"))
            return []
        items = [(f"{key}[{index}]", item) for index, item in enumerate(value)]
        for place, item in items:
            self.keys(item, known, place)
        return items

    def build(self, path: str, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """
        What ``make`` constructs; ``None`` if a value is refused.
        """
        before = len(self.faults)
        try:
            return make(*args, **kwargs)
        except InvalidValueError as error:
            name = error.what.rpartition(".")[2] if "." in error.what else ""
            place = _join(path, name)
            # A value of the wrong type or a missing one is named already; it then reads as "".
            if not any(fault.column == place for fault in self.faults[:before]):
                self.refuse(place, error.value, error.demand)
            return None


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key


def _kept(items: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(item for item in items if item is not None)


def _programme(reader: _Reader, document: Mapping[str, Any]) -> Programme | None:
    known = (
        "id",
        "title",
        "time_zone",
        "note",
        "milestones",
        "order",
        "lifecycles",
        "domains",
        "units",
        "reading",
    )
    reader.keys(document, known, "")
    title = reader.label(document, "title", "")
    milestones = [*BUILT_IN_MILESTONES, *_kept(_milestones(reader, document))]
    # A milestone is called by its id, or by its label, which is no other's.
    steps = {milestone.label.zh: milestone.id for milestone in milestones}
    steps |= {milestone.id: milestone.id for milestone in milestones}
    order = [*BUILT_IN_ORDER, *_order(reader, document, steps)]
    lifecycles = _kept(_lifecycles(reader, document, steps))
    domains = _kept(
        reader.build(path, Domain, reader.text(item, "path", path), reader.text(item, "en", path, ""))
        for path, item in reader.tables(document, "domains", ("path", "en"))
    )
    units = _kept(
        reader.build(
            path,
            Unit,
            reader.text(item, "name", path),
            reader.texts(item, "former", path),
            reader.text(item, "en", path, ""),
        )
        for path, item in reader.tables(document, "units", ("name", "former", "en"))
    )
    reading = _reading(reader, document, steps)
    _unique(reader, "milestones", [milestone.id for milestone in milestones])
    _unique(reader, "milestones", [milestone.label.zh for milestone in milestones])
    _unique(reader, "lifecycles", [lifecycle.delivery for lifecycle in lifecycles])
    _unique(reader, "lifecycles", [lifecycle.label.zh for lifecycle in lifecycles])
    _unique(reader, "domains", [domain.path for domain in domains])
    _unique(reader, "units", [name for unit in units for name in (unit.name, *unit.former)])
    identity = reader.text(document, "id", "")
    time_zone = reader.text(document, "time_zone", "", "Asia/Shanghai")
    note = reader.text(document, "note", "", "")
    if title is None or reading is None or reader.faults:
        return None
    return reader.build(
        "",
        Programme,
        id=identity,
        title=title,
        milestones=tuple(milestones),
        order=tuple(order),
        lifecycles=lifecycles,
        domains=domains,
        units=units,
        time_zone=time_zone,
        note=note,
        reading=reading,
    )


def _milestones(reader: _Reader, document: Mapping[str, Any]) -> Iterable[Milestone | None]:
    for path, item in reader.tables(document, "milestones", ("id", "label")):
        identity, label = reader.text(item, "id", path), reader.label(item, "label", path)
        if label is not None:
            yield reader.build(path, Milestone, identity, label)


def _lifecycles(
    reader: _Reader, document: Mapping[str, Any], steps: Mapping[str, str]
) -> Iterable[Lifecycle | None]:
    for path, item in reader.tables(document, "lifecycles", ("delivery", "label", "milestones")):
        delivery, label = reader.text(item, "delivery", path), reader.label(item, "label", path)
        chain = tuple(
            _step(reader, steps, f"{path}.milestones[{place}]", step)
            for place, step in enumerate(reader.texts(item, "milestones", path))
        )
        if label is not None:
            yield reader.build(path, Lifecycle, delivery, label, chain)


def _order(
    reader: _Reader, document: Mapping[str, Any], steps: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    value = document.get("order", [])
    pairs = (
        'write pairs such as order = [["started", "in_use"]]',
        '请写节点对，如 order = [["started", "in_use"]]',
    )
    if not isinstance(value, list):
        reader.refuse("order", value, pairs)
        return
    for place, edge in enumerate(value):
        match edge:
            case [str(first), str(later)]:
                yield (
                    _step(reader, steps, f"order[{place}][0]", first),
                    _step(reader, steps, f"order[{place}][1]", later),
                )
            case _:
                reader.refuse(f"order[{place}]", edge, pairs)


def _reading(reader: _Reader, document: Mapping[str, Any], steps: Mapping[str, str]) -> Reading | None:
    """
    What the programme adds to the language of documents.
    """
    table = document.get("reading", {})
    if not isinstance(table, dict):
        reader.refuse(
            "reading",
            table,
            (
                "write [[reading.deadlines]] and [[reading.verbs]] tables",
                "请写成 [[reading.deadlines]] 和 [[reading.verbs]] 各节",
            ),
        )
        return None
    reader.keys(table, ("deadlines", "verbs"), "reading")
    deadlines, verbs = [], []
    for path, item in reader.tables(
        table, "deadlines", ("words", "year", "month", "day", "effort"), "reading"
    ):
        words = reader.texts(item, "words", path)
        numbers = {name: reader.number(item, name, path) for name in ("year", "month", "day")}
        effort = reader.flag(item, "effort", path)
        deadlines.append(reader.build(path, DeadlineRow, words, **numbers, effort=effort))
    for path, item in reader.tables(table, "verbs", ("words", "milestone"), "reading"):
        words, milestone = reader.texts(item, "words", path), reader.text(item, "milestone", path)
        if milestone:
            milestone = _step(reader, steps, f"{path}.milestone", milestone)
        verbs.append(reader.build(path, VerbRow, words, milestone))
    return reader.build("reading", Reading, _kept(deadlines), _kept(verbs))


def _step(reader: _Reader, steps: Mapping[str, str], path: str, name: str) -> str:
    """
    The id of the milestone that ``name`` stands for; a name that stands for none is refused.
    """
    if name not in steps:
        error = UnknownNameError(kind="milestone", name=name, suggestions=nearest_names(name, steps))
        reader.refuse(path, name, (error.reason("en"), error.reason("zh")))
    return steps.get(name, name)


def _unique(reader: _Reader, path: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            reader.refuse(path, name, ("each may be named once", "不得重复"))
        seen.add(name)
