"""
What a workbook says of itself: its sheets in order, how it counts days, its formats and its texts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

from attrs import define, field, frozen

from milestone_ledger.io.workbook.container import Container
from milestone_ledger.io.workbook.markup import DoctypeError, Handler, MarkupError, fed, main_names
from milestone_ledger.io.workbook.values import Format, built_in_format, format_of

LONGEST_TEXT = 100_000
_MOST_TEXTS = 1_500_000
_MOST_LETTERS = 40_000_000
_MOST_FORMATS = 100_000

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships Relationships"
_RELATION = _RELATIONS.removesuffix("s")
# The attribute r:id, in both namespaces that workbooks use.
_REFERENCES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_WITHOUT_CELLS = ("chartsheet", "dialogsheet")
_LONG_TEXT = (
    f"a cell holds more than {LONGEST_TEXT} characters; shorten it",
    f"有单元格超过 {LONGEST_TEXT} 个字符；请缩短",
)
_MUCH_TEXT = (
    "the workbook holds more text than any 台账; split it",
    "工作簿的文字过多；请拆分",
)


@frozen
class SheetPart:
    """
    A sheet: its title, the part that holds its cells, and whether it is hidden.
    """

    name: str
    part: str
    is_hidden: bool


@frozen(eq=False)
class Book:
    """
    What is needed to read cells: ``formats`` by style, ``texts`` by number.
    """

    sheets: tuple[SheetPart, ...]
    is_1904: bool
    formats: tuple[Format, ...]
    texts: tuple[str, ...]


def read_book(container: Container) -> Book:
    """
    Everything of a workbook but its cells.

    Raises:
        WorkbookError: If the workbook is damaged.
    """
    root = next(_parts(_relations(container, ""), "officeDocument"), "xl/workbook.xml")
    workbook = _Workbook()
    _tell(container, root, main_names("workbook"), workbook)
    relations = _relations(container, root)
    sheets = []
    for name, relation, is_hidden in workbook.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind == "worksheet":
            sheets.append(SheetPart(name, part, is_hidden))
        elif kind not in _WITHOUT_CELLS:
            raise container.refusal()
    styles, texts = _Styles(), _Texts(container)
    for part in _parts(relations, "styles"):
        _tell(container, part, main_names("styleSheet"), styles)
    for part in _parts(relations, "sharedStrings"):
        _tell(container, part, main_names("sst"), texts)
    return Book(tuple(sheets), workbook.is_1904, styles.formats(), tuple(texts.found))


def _tell(container: Container, part: str, root: Collection[str], handler: Handler) -> None:
    """
    Tell ``handler`` of a whole part, whose outermost element is called one of ``root``.

    Raises:
        WorkbookError: If the part is damaged.
    """
    try:
        for _ in fed(container.chunks(part), root, handler):
            pass
    except (MarkupError, DoctypeError) as error:
        raise container.refusal() from error


def unescaped(text: str) -> str:
    """
    ``text`` with the signs that a workbook writes as ``_x000D_``, because XML cannot hold them.
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _relations(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """
    The kinds and names of the parts to which ``part`` relates, by the name of the relation, in order.
    """
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if not container.has(relations):
        return {}
    handler = _Relations(folder)
    _tell(container, relations, (_RELATIONS,), handler)
    return handler.found


def _parts(relations: Mapping[str, tuple[str, str]], kind: str) -> Iterator[str]:
    return (part for known, part in relations.values() if known == kind)


class _Silent:
    """
    Takes no notice of anything.
    """

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """
        An element begins.
        """

    def end(self, name: str) -> None:
        """
        An element ends.
        """

    def text(self, text: str) -> None:
        """
        A piece of what stands between.
        """


@define(eq=False)
class _Relations(_Silent):
    folder: str
    found: dict[str, tuple[str, str]] = field(factory=dict)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != _RELATION or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", "")))
        self.found[attributes.get("Id", "")] = (kind, target.lstrip("/"))


@define(eq=False)
class _Workbook(_Silent):
    sheets: list[tuple[str, str, bool]] = field(factory=list)
    is_1904: bool = False

    _NAMES = main_names("sheet", "workbookPr")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = self._NAMES.get(name)
        if kind == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif kind == "sheet":
            relation = next((attributes[key] for key in _REFERENCES if key in attributes), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), relation, is_hidden))


@define(eq=False)
class _Styles(_Silent):
    """
    The number formats of a workbook; those of conditional formats, which only colour, are passed over.
    """

    codes: dict[str, Format] = field(factory=dict)
    styles: list[str] = field(factory=list)
    within: str = ""

    _NAMES = main_names("numFmts", "cellXfs", "numFmt", "xf")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = self._NAMES.get(name, "")
        if kind in ("numFmts", "cellXfs"):
            self.within = kind
        elif max(len(self.codes), len(self.styles)) >= _MOST_FORMATS:
            raise MarkupError
        elif kind == "numFmt" and self.within == "numFmts":
            self.codes[attributes.get("numFmtId", "")] = format_of(attributes.get("formatCode", "")[:1000])
        elif kind == "xf" and self.within == "cellXfs":
            self.styles.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if self._NAMES.get(name) in ("numFmts", "cellXfs"):
            self.within = ""

    def formats(self) -> tuple[Format, ...]:
        """
        The format of each style.
        """
        return tuple(
            self.codes.get(number) or built_in_format(int(number) if number.isdecimal() else 0)
            for number in self.styles
        )


@define(eq=False)
class RunText:
    """
    The text of one cell, put together from its runs; how it is to be pronounced is left out.
    """

    container: Container
    pieces: list[str] = field(factory=list)
    length: int = 0
    is_open: bool = False
    is_phonetic: bool = False

    def start(self, kind: str) -> None:
        """
        An element within the text begins.
        """
        if kind == "rPh":
            self.is_phonetic = True
        elif kind == "t":
            self.is_open = not self.is_phonetic

    def end(self, kind: str) -> None:
        """
        An element within the text ends.
        """
        if kind == "rPh":
            self.is_phonetic = False
        elif kind == "t":
            self.is_open = False

    def add(self, text: str) -> None:
        """
        A piece of it.

        Raises:
            WorkbookError: If it comes to more than any cell can hold.
        """
        self.length += len(text)
        if self.length > LONGEST_TEXT:
            raise self.container.refusal(_LONG_TEXT)
        self.pieces.append(text)

    def taken(self) -> str:
        """
        The whole text; then it is empty again.
        """
        if not self.pieces:
            return ""
        text = unescaped("".join(self.pieces))
        self.pieces.clear()
        self.length = 0
        return text


@define(eq=False)
class _Texts:
    """
    The texts that cells refer to by number.
    """

    container: Container
    found: list[str] = field(factory=list)
    letters: int = 0
    run: RunText = field(init=False)

    _NAMES = main_names("si", "t", "rPh")

    def __attrs_post_init__(self) -> None:
        self.run = RunText(self.container)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        self.run.start(self._NAMES.get(name, ""))

    def end(self, name: str) -> None:
        kind = self._NAMES.get(name, "")
        self.run.end(kind)
        if kind == "si":
            self.found.append(self.run.taken())
            self.letters += len(self.found[-1])
            if len(self.found) > _MOST_TEXTS or self.letters > _MOST_LETTERS:
                raise self.container.refusal(_MUCH_TEXT)

    def text(self, text: str) -> None:
        if self.run.is_open:
            self.run.add(text)
