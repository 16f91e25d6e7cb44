"""
A profile: what a person has settled about a district's own table, and its TOML form as it is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs
from attrs import define, field, frozen

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import IntakeError, LedgerError, RowError
from milestone_ledger.io.intake.faults import Fault, not_toml, unreadable
from milestone_ledger.io.profile.words import LINES, Role

LARGEST_PROFILE = 10 * 2**20
_TOO_LARGE = (f"larger than {LARGEST_PROFILE // 2**20} MB", f"文件超过 {LARGEST_PROFILE // 2**20} MB")
_TEXT = ("write a text in quotes", "请写文本，加引号")
_TABLE = ("write a table of keys", "请写成一节，其下各项写 键 = 值")
_TWICE = ("this header stands twice", "该表头出现两次")
_NO_ROLE = (
    f"write one of {', '.join(Role)}",
    "请写：" + "、".join(Role),
)


@frozen(kw_only=True)
class Document:
    """
    The document that the table is: what stands in 依据, as a person writes it there.
    """

    title: str = ""
    issuer: str = ""
    number: str = ""
    published_on: str = ""
    kind: str = ""
    period: str = ""


@frozen(kw_only=True)
class Defaults:
    """
    What holds where the table is silent; 无 says that nothing does, and blank that nobody was asked.

    ``deadline`` is that of promises without one of their own, ``year`` that of goals whose words name none,
    where the table is of another year than its publication; ``hidden`` is whether hidden rows count.
    """

    domain: str = ""
    delivery: str = ""
    deadline: str = ""
    year: str = ""
    hidden: str = ""


@frozen(kw_only=True)
class ColumnUse:
    """
    What a column holds; ``role`` is ``None`` until a person says so.

    ``due`` is the deadline that its header gives (``None``: it gives none), ``milestone`` what it is about.
    """

    header: str
    role: Role | None = None
    due: str | None = None
    milestone: str = ""


@define(kw_only=True, frozen=True, slots=False)
class Profile:
    """
    How to read one table; ``answers`` are by role, then by the words of a cell or its address.

    ``file`` is what errors call it, and ``line`` where in it the document stands.
    """

    sheet: str
    document: Document = field(factory=Document)
    defaults: Defaults = field(factory=Defaults)
    columns: tuple[ColumnUse, ...] = ()
    answers: Mapping[str, Mapping[str, str]] = field(factory=dict)
    file: str = ""
    line: int = 1

    def use_of(self, header: str) -> ColumnUse | None:
        """
        What the column with this header holds; ``None`` if the profile does not know it.
        """
        key = name_key(header)
        return next((use for use in self.columns if name_key(use.header) == key), None)

    def answer(self, role: str, cell: str, words: str) -> str | None:
        """
        What a person answered for a cell, or else for these words wherever they stand.
        """
        found = self.answers.get(role, {}).get(cell) or self._answers.get((role, name_key(words)), "")
        return found.strip() or None

    @cached_property
    def _answers(self) -> Mapping[tuple[str, str], str]:
        return {
            (role, name_key(words)): said
            for role, given in self.answers.items()
            for words, said in given.items()
            if said
        }


def read_profile(path: Path) -> Profile:
    """
    The profile that a TOML file holds.

    Raises:
        IntakeError: With every fault of the file; the column of each is its key path.
    """
    name = path.name or str(path)
    try:
        if path.stat().st_size > LARGEST_PROFILE:
            raise IntakeError([_fault(name, "", "", _TOO_LARGE)])
        data = path.read_bytes()
    except OSError as error:
        raise IntakeError([_fault(name, "", "", unreadable(error))]) from error
    return parse_profile(data, name)


def parse_profile(data: bytes, file: str) -> Profile:
    """
    The profile that the bytes of the TOML file ``file`` hold; UTF-8.

    Raises:
        IntakeError: As ``read_profile`` does.
    """
    try:
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        said = f"byte {error.start} is not UTF-8; save it as UTF-8"
        says = f"第 {error.start} 字节不是 UTF-8；请另存为 UTF-8"
        raise IntakeError([_fault(file, "", "", (said, says))]) from error
    except (ValueError, RecursionError) as error:
        raise IntakeError([_fault(file, "", "", not_toml(error))]) from error
    reader = _Reader(file)
    profile = _profile(reader, document, text)
    if reader.faults:
        raise IntakeError(reader.faults)
    return profile


def _fault(file: str, path: str, value: str, fault: Fault) -> RowError:
    return RowError(file=file, row=None, column=path, value=value[:120], fault=fault)


@define
class _Reader:
    """
    Takes values out of tables, and keeps what is wrong with them.
    """

    file: str
    faults: list[LedgerError] = field(factory=list)

    def refuse(self, path: str, value: object, fault: Fault) -> None:
        """
        Keep a fault of a key.
        """
        self.faults.append(_fault(self.file, path, value if isinstance(value, str) else repr(value), fault))

    def keys(self, table: Mapping[str, Any], known: Iterable[str], path: str) -> None:
        """
        Refuse keys that mean nothing.
        """
        known = tuple(known)
        for key in table:
            if key not in known:
                near = nearest_names(key, known) or known
                fault = (
                    f"no such key; did you mean {' or '.join(near)}?",
                    f"没有这一项；可用的有：{'、'.join(near)}",
                )
                self.refuse(f"{path}.{key}" if path else key, "", fault)

    def texts(self, value: object, path: str) -> dict[str, str]:
        """
        A table of texts, possibly absent.
        """
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(path, value, _TABLE)
            return {}
        for key, text in value.items():
            if not isinstance(text, str):
                self.refuse(f"{path}.{key}", text, _TEXT)
        return {key: text.strip() for key, text in value.items() if isinstance(text, str)}


def _profile(reader: _Reader, document: Mapping[str, Any], text: str) -> Profile:
    reader.keys(document, ("sheet", "document", "defaults", "columns", "answers"), "")
    sheet = document.get("sheet", "")
    if not isinstance(sheet, str):
        reader.refuse("sheet", sheet, _TEXT)
        sheet = ""
    parts = []
    for kind, path in ((Document, "document"), (Defaults, "defaults")):
        given = reader.texts(document.get(path), path)
        names = tuple(attribute.name for attribute in attrs.fields(kind))
        reader.keys(given, names, path)
        parts.append({name: value for name, value in given.items() if name in names})
    lines = text.splitlines()
    return Profile(
        sheet=sheet,
        document=Document(**parts[0]),
        defaults=Defaults(**parts[1]),
        columns=tuple(_columns(reader, document.get("columns", []))),
        answers=_answers(reader, document.get("answers")),
        file=reader.file,
        line=next((place for place, line in enumerate(lines, start=1) if line.strip() == "[document]"), 1),
    )


def _columns(reader: _Reader, value: object) -> Iterable[ColumnUse]:
    if not isinstance(value, list):
        reader.refuse("columns", value, ("write [[columns]] tables", "请写成 [[columns]] 各节"))
        return
    seen: set[str] = set()
    for place, item in enumerate(value):
        path = f"columns[{place}]"
        given = reader.texts(item, path)
        reader.keys(given, ("header", "role", "due", "milestone"), path)
        header, role = given.get("header", ""), given.get("role", "")
        if name_key(header) in seen:
            reader.refuse(f"{path}.header", header, _TWICE)
        seen.add(name_key(header))
        if role and role not in tuple(Role):
            reader.refuse(f"{path}.role", role, _NO_ROLE)
            continue
        yield ColumnUse(
            header=header,
            role=Role(role) if role else None,
            due=given.get("due"),
            milestone=given.get("milestone", ""),
        )


def _answers(reader: _Reader, value: object) -> Mapping[str, Mapping[str, str]]:
    if value is None:
        return MappingProxyType({})
    if not isinstance(value, dict):
        reader.refuse("answers", value, _TABLE)
        return MappingProxyType({})
    reader.keys(value, (*Role, LINES), "answers")
    return MappingProxyType({role: reader.texts(given, f"answers.{role}") for role, given in value.items()})
