"""
Who and what a table speaks of: projects, domains, delivery modes and units, by the names that it gives them.

A name that the ledger does not know is a new project; one that looks like a known one is asked, as are
units and domains that the programme does not know.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from attrs import frozen

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import UnknownNameError
from milestone_ledger.io.intake.faults import fault_of
from milestone_ledger.io.profile.basis import Basis
from milestone_ledger.io.profile.questions import LEFT_OUT, NOBODY, answers_path
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role, vocabulary

NEW, SAME = "新项目", "同一项目"
_MOST_CHOICES = 8
_ALIKE = 0.8
_COMMON = 200
_LOOKS_LIKE = (
    "the ledger knows a project of a name like this: write its name if this is the same, or 新项目",
    "台账里有名称相近的项目：是同一个就写它的名称，不是就写“新项目”",
)
_STANDS_TWICE = (
    "this name stands in another row too: write 同一项目, or give this cell a name of its own by its address",
    "另一行也是这个名称：是同一个就写“同一项目”，不是就按单元格地址另写名称",
)
_NO_NAME = (
    "the row has no name: write the project that it speaks of, or 不用",
    "这一行没有项目名称：请写它说的是哪个项目，或写“不用”",
)
_DOMAIN = (
    "the programme has no such domain: write one of its own, or add this to programme.toml",
    "计划里没有这个领域：请写计划里的领域路径，或先在 programme.toml 中增加",
)
_DELIVERY = (
    "the programme has no such delivery mode: write one of its own, or 无 if the table does not say",
    "计划里没有这种建设方式：请写计划里的说法，表中没有说明的写“无”",
)
_UNITS = (
    "not all of these are units of the programme: write those that are, parted by ；, "
    "or add the unit to programme.toml first",
    "其中有计划里没有的单位：请写计划里的名称，多个用；隔开；"
    "确是新单位的，先在 programme.toml 的 [[units]] 中增加",
)
_PARTED = re.compile(r"[、，,；;/／\s]+")


@frozen
class Named:
    """
    The project that a row speaks of: its name, and its id if the ledger knows it.

    ``item`` is what the table calls it, ``alias`` the same where the ledger may have to learn it.
    """

    name: str
    id: str | None = None
    alias: str = ""
    item: str = ""


class Naming:
    """
    Finds projects, domains, modes and units by name, as the profile, the programme and the ledger have them.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._seen: dict[str, Spot] = {}
        ends: defaultdict[str, list[str]] = defaultdict(list)
        for project in self._basis.registry.projects.values():
            for name in project.names:
                key = name_key(name)
                for end in {"^" + key[:3], "$" + key[-6:]}:
                    ends[end].append(name)
        self._ends: Mapping[str, list[str]] = ends

    def project(self, spot: Spot | None, line: Iterable[Spot], header: str) -> Named | None:
        """
        The project of a row whose name stands in ``spot``; ``None`` if it is left out, or asked.
        """
        if spot is None:
            return self._unnamed(tuple(line), header)
        text = flat(spot.text)
        answer = self._basis.profile.answer(Role.NAME, spot.address, text)
        if answer == LEFT_OUT:
            return None
        if answer not in (None, NEW, SAME):
            return self._called(answer or "", text)
        first = self._seen.setdefault(name_key(text), spot)
        known = self._basis.registry.find(text)
        if first != spot and answer != SAME:
            self._basis.ask(
                answers_path(Role.NAME),
                text,
                _STANDS_TWICE,
                choices=(SAME, LEFT_OUT),
                cells=(first, spot),
                column=header,
            )
        if known is not None:
            return Named(known.name, known.id, item=text)
        if answer is None and (alike := self._alike(text)):
            self._basis.ask_words(Role.NAME, spot, text, _LOOKS_LIKE, choices=(*alike, NEW), column=header)
            return None
        return Named(text)

    def is_left_out(self, spot: Spot) -> bool:
        """
        Whether a person left out the row whose name, or else first cell, is ``spot``.
        """
        return self._basis.profile.answer(Role.NAME, spot.address, flat(spot.text)) == LEFT_OUT

    def domain(self, text: str, spot: Spot, header: str) -> str | None:
        """
        The domain that ``text`` names; ``None`` if it is asked.
        """
        if (found := self.known_domain(text, spot)) is not None:
            return found
        answer = self._basis.profile.answer(Role.DOMAIN, spot.address, text)
        if answer is not None:
            self._basis.refuse_answer(Role.DOMAIN, text, answer, _DOMAIN)
            return None
        paths = self._basis.programme.domain_paths
        within = [path for path in sorted(paths) if any(part in text for part in path.split("/"))]
        choices = dict.fromkeys((*within, *nearest_names(text, paths)))
        self._basis.ask_words(
            Role.DOMAIN, spot, text, _DOMAIN, choices=tuple(choices)[:_MOST_CHOICES], column=header
        )
        return None

    def known_domain(self, text: str, spot: Spot) -> str | None:
        """
        The domain of the programme that ``text`` names, or that its answer does; ``None`` if it is neither.
        """
        answer = self._basis.profile.answer(Role.DOMAIN, spot.address, text)
        return _same(answer or text, self._basis.programme.domain_paths)

    def delivery(self, spot: Spot, header: str) -> str:
        """
        The delivery mode that a cell names; empty if it is nobody's, or asked.
        """
        text = flat(spot.text)
        answer = self._basis.profile.answer(Role.DELIVERY, spot.address, text)
        if answer == NOBODY or name_key(text) in vocabulary().blank:
            return ""
        try:
            self._basis.names.delivery(answer or text)
        except UnknownNameError as error:
            if answer is not None:
                self._basis.refuse_answer(Role.DELIVERY, text, answer, fault_of(error))
            else:
                labels = [lifecycle.label.zh for lifecycle in self._basis.programme.lifecycles]
                self._basis.ask_words(
                    Role.DELIVERY, spot, text, _DELIVERY, choices=(*labels, NOBODY), column=header
                )
            return ""
        return answer or text

    def units(self, spot: Spot, header: str) -> tuple[str, ...]:
        """
        The units that a cell names, as it names them; none if they are asked.
        """
        text = spot.text.strip()
        if name_key(text) in vocabulary().blank:
            return ()
        answer = self._basis.profile.answer(Role.LEAD, spot.address, text)
        try:
            return self._basis.names.units(answer or text)
        except UnknownNameError as error:
            if answer is not None:
                self._basis.refuse_answer(Role.LEAD, text, answer, fault_of(error))
                return ()
        pieces = [piece for piece in _PARTED.split(text) if piece]
        meant = [self._unit(piece) for piece in pieces]
        choices = ("；".join(unit for unit in meant if unit),) if all(meant) else ()
        near = tuple(dict.fromkeys(unit for unit in meant if unit))
        self._basis.ask_words(
            Role.LEAD, spot, text, _UNITS, choices=choices or (*near, NOBODY), column=header
        )
        return ()

    def _unit(self, piece: str) -> str:
        known = self._basis.programme.unit_names
        try:
            return self._basis.names.units(piece)[0]
        except (UnknownNameError, IndexError):
            return next(iter(nearest_names(piece, known)), "")

    def _unnamed(self, line: tuple[Spot, ...], header: str) -> Named | None:
        first = line[0]
        answer = self._basis.profile.answer(Role.NAME, first.address, "")
        if answer is None:
            self._basis.ask(
                answers_path(Role.NAME),
                first.address,
                _NO_NAME,
                choices=(LEFT_OUT,),
                cells=line,
                column=header,
            )
            return None
        return None if answer == LEFT_OUT else self._called(answer, "")

    def _called(self, answer: str, text: str) -> Named:
        """
        The project that an answer names: one of the ledger, which may learn a name, or one of the table.
        """
        known = self._basis.registry.find(answer)
        if known is None:
            return Named(answer, item=text)
        return Named(known.name, known.id, alias=text, item=text)

    def _alike(self, text: str) -> tuple[str, ...]:
        """
        Names of the ledger that look like this one; those of too common an end tell nothing.
        """
        key = name_key(text)
        groups = (self._ends.get("^" + key[:3], []), self._ends.get("$" + key[-6:], []))
        near = dict.fromkeys(name for group in groups if len(group) <= _COMMON for name in group)
        matcher = SequenceMatcher(None, "", key, autojunk=False)
        found: list[tuple[float, str]] = []
        for name in near:
            matcher.set_seq1(name_key(name))
            if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
                found.append((-ratio, name))
        return tuple(name for _, name in sorted(found)[:3])


def flat(text: str) -> str:
    r"""
    A name on one line, without the breaks that a narrow column forced upon it.

    >>> flat("霍营小学\n扩建工程"), flat("Phase  1\nroad")
    ('霍营小学扩建工程', 'Phase 1 road')
    """
    one = re.sub(r"\s+", " ", text.strip())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", one)


def _same(text: str, known: Iterable[str]) -> str | None:
    key = name_key(text)
    return next((name for name in known if name_key(name) == key), None)
