"""
A table and its profile as the six sheets, with every question that stays open.

Nothing is raised here: a profile is proposed from the same questions that refuse an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import attrs
from attrs import define, field, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry, name_key
from milestone_ledger.errors import RowError, UnknownNameError
from milestone_ledger.io.export.spelling import Spelling
from milestone_ledger.io.export.statement_cells import project_cells
from milestone_ledger.io.intake.faults import Fault, fault_of
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.tables import Row, Tables
from milestone_ledger.io.profile.assembly import Draft, assembled, row_of
from milestone_ledger.io.profile.basis import Basis
from milestone_ledger.io.profile.dues import DueReader
from milestone_ledger.io.profile.look import Line, LineKind, Look
from milestone_ledger.io.profile.naming import Named, Naming, flat
from milestone_ledger.io.profile.profile import Profile
from milestone_ledger.io.profile.questions import LEFT_OUT, READ, Question, Said, answers_path
from milestone_ledger.io.profile.sayings import CellReader, Where
from milestone_ledger.io.profile.settings import Settings, TableColumn
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import LINES, Role
from milestone_ledger.io.sheets import NO_UNITS, PROJECTS

_BENEATH = (
    "this value stands beneath a merged cell, where nobody sees it; clear it, or unmerge the cells",
    "该值压在合并单元格之下，看不见；请清除，或取消合并",
)
_ACROSS = (
    "the cell is merged across columns that hold different things; unmerge it and write each cell",
    "这一格横跨内容不同的几列；请取消合并，逐格填写",
)
_ODD = (
    "the row is no project: is it the domain of what follows (领域), or left out (不用)?",
    "这一行不像是项目：是以下各行的领域（填“领域”），还是不读（填“不用”）？",
)
_OTHER_DOMAIN = (
    "the ledger has this project in the domain {ledger}, the table in {table}; the ledger's stays",
    "台账中该项目的领域是“{ledger}”，表里是“{table}”；台账不变",
)
_UNUSED_COLUMNS = ("columns not taken in: {places}", "不导入的列：{places}")
_TOTALS = ("rows that add up others, not taken in: {places}", "合计行，不导入：第 {places} 行")
_NOTES = ("rows outside the table, not taken in: {places}", "表外说明，不导入：第 {places} 行")
_HIDDEN_READ = ("hidden rows, read all the same: {places}", "隐藏的行照读：第 {places} 行")
_HIDDEN_UNREAD = ("hidden rows, not read: {places}", "隐藏的行未读：第 {places} 行")
_SPOKEN = (Role.GOAL, Role.PROGRESS, Role.PROBLEM, Role.REMARK)

_Cells = Sequence[tuple[TableColumn, Spot]]


class Use(StrEnum):
    """
    What became of a cell.
    """

    TITLE = "title"
    HEADER = "header"
    USED = "used"
    ASKED = "asked"
    UNUSED = "unused"


@frozen(kw_only=True, eq=False)
class Conversion:
    """
    What comes of a table: the sheets, what is open, what is wrong, and what became of every cell.

    ``tables`` may be imported only if nothing is open and nothing wrong.
    """

    look: Look
    tables: Tables
    questions: tuple[Question, ...]
    faults: tuple[RowError, ...]
    uses: Mapping[Spot, Use]


def convert(
    look: Look, profile: Profile, *, file: str, programme: Programme, registry: Registry, year: int | None
) -> Conversion:
    """
    The sheets that a table is, read by ``profile``; ``file`` is the workbook, as errors call it.

    ``year`` is that of the table, for the time being: it serves until the profile gives the document's day.
    """
    return _Converter(Basis(look, profile, file, programme, registry, year)).run()


@define(eq=False)
class _Converter:
    """
    Goes through the rows once.
    """

    basis: Basis
    uses: dict[Spot, Use] = field(factory=dict)
    drafts: list[Draft] = field(factory=list)
    projects: dict[str, Row] = field(factory=dict)
    notes: list[Warned] = field(factory=list)
    section: list[str] = field(factory=lambda: ["", ""])
    section_spot: Spot | None = None
    settings: Settings = field(init=False)
    naming: Naming = field(init=False)
    reader: CellReader = field(init=False)
    dues: DueReader = field(init=False)
    columns: tuple[TableColumn, ...] = field(init=False)
    is_hidden_read: bool = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.settings = Settings(self.basis)
        self.naming = Naming(self.basis)
        self.reader = CellReader(self.basis)
        self.dues = DueReader(self.basis)
        self.settings.ask_document()
        self.columns = tuple(self.settings.columns())
        self.is_hidden_read = self.settings.reads_hidden(self.columns)

    def run(self) -> Conversion:
        """
        Everything that the table says.
        """
        basis, look = self.basis, self.basis.look
        self._mark(look.titles, Use.TITLE)
        for heading in look.headings:
            self._mark(heading.cells, Use.HEADER)
        for line in look.lines:
            if self.is_hidden_read or not line.is_hidden:
                self._line(line)
        for spot in sorted(look.spots.beneath):
            basis.refuse_cell(spot, _BENEATH)
            self.uses[spot] = Use.ASKED
        self.uses.update(dict.fromkeys(basis.asked.cells, Use.ASKED))
        self._mark(look.spots.own.values(), Use.UNUSED)
        return Conversion(
            look=look,
            tables=assembled(
                basis, tuple(self.projects.values()), self.drafts, [*self._left_out(), *self.notes]
            ),
            questions=basis.asked.questions,
            faults=basis.faults,
            uses=MappingProxyType(self.uses),
        )

    def _mark(self, spots: Iterable[Spot], use: Use) -> None:
        for spot in spots:
            self.uses.setdefault(spot, use)

    def _line(self, line: Line) -> None:
        kind, title = line.kind, line.title
        if kind is LineKind.ODD:
            kind, title = self._odd(line.spots)
        if kind is LineKind.HEADERS:
            self._mark(line.spots, Use.HEADER)
        elif kind is LineKind.SECTION:
            self.section[line.level - 1 :] = [title, *[""] * (2 - line.level)]
            self.section_spot = next((spot for spot in line.spots if title in flat(spot.text)), line.spots[0])
            self._mark(line.spots, Use.USED)
        elif kind is LineKind.PROJECT:
            self._project(line)

    def _odd(self, spots: Sequence[Spot]) -> tuple[LineKind, str]:
        """
        What a person says, by its first cell, of a row that is neither a project nor anything else known.
        """
        spot = spots[0]
        answer = self.basis.profile.answer(LINES, spot.address, spot.text)
        if answer == Role.DOMAIN:
            return LineKind.SECTION, flat(spot.text)
        if answer != LEFT_OUT:
            choices = (Role.DOMAIN, LEFT_OUT)
            self.basis.ask(answers_path(LINES), spot.text, _ODD, choices=choices, cells=spots)
        return LineKind.NOTE, ""

    def _project(self, line: Line) -> None:
        cells = tuple(self._cells(line))
        if not cells:
            return
        found = _first(cells, Role.NAME)
        header = next((c.heading.name for c in self.columns if c.use.role is Role.NAME), "")
        named = self.naming.project(found[1] if found else None, [spot for _, spot in cells], header)
        if named is None:
            is_left_out = self.naming.is_left_out(found[1] if found else cells[0][1])
            self._mark((spot for _, spot in cells), Use.UNUSED if is_left_out else Use.ASKED)
            return
        self._mark((spot for _, spot in cells), Use.USED)
        if named.id is None:
            self._new_project(line, named, cells)
        else:
            self._known_project(line, named, cells)
        self._statements(line, named, cells)

    def _cells(self, line: Line) -> Iterator[tuple[TableColumn, Spot]]:
        """
        The cells of a row that are read, each once, with their columns.
        """
        found: dict[Spot, list[TableColumn]] = {}
        for column in self.columns:
            place = column.heading.column
            is_unread = place in self.basis.look.grid.hidden_columns and not self.is_hidden_read
            if place in line.cells and not is_unread:
                found.setdefault(line.cells[place], []).append(column)
        for spot, spanned in found.items():
            roles = {column.use.role for column in spanned}
            if roles <= {None, Role.UNUSED, Role.NUMBER}:
                continue
            name = spanned[0].heading.name
            if spot.fault is not None or len(roles) > 1:
                self.basis.refuse_cell(spot, spot.fault or _ACROSS, name)
                self.uses[spot] = Use.ASKED
            else:
                yield _joined(spanned), spot

    # ── projects ─────────────────────────────────────────────────────────────────────────────────

    def _known_project(self, line: Line, named: Named, cells: _Cells) -> None:
        """
        A project of the ledger stays as it is there, but for a name that the ledger has still to learn.
        """
        registry = self.basis.registry
        known = registry.projects[named.id or ""]
        place = _first(cells, Role.NAME) or cells[0]
        if named.alias and name_key(named.alias) not in map(name_key, known.names):
            learnt = attrs.evolve(known, aliases=(*known.aliases, named.alias))
            row = project_cells(learnt, Spelling(self.basis.names, registry.projects, "zh"))
            self.projects.setdefault(known.id, row_of(PROJECTS, line.number, row, place[1], {}))
        said, spot = self._named_domain(cells)
        domain = None if spot is None else self.naming.known_domain(said, spot)
        if spot is not None and domain not in (None, known.domain):
            text = _OTHER_DOMAIN
            filled = tuple(part.format(ledger=known.domain, table=domain) for part in text)
            self.notes.append(self._note((filled[0], filled[1]), place[1]))

    def _new_project(self, line: Line, named: Named, cells: _Cells) -> None:
        key = name_key(named.name)
        if key in self.projects:
            return
        said, spot = self._named_domain(cells)
        if spot is None:
            domain = self.settings.domain()
        else:
            found = _first(cells, Role.DOMAIN)
            domain = self.naming.domain(said, spot, found[0].heading.name if found else "") or ""
        mode = _first(cells, Role.DELIVERY)
        content = [(column, spot) for column, spot in cells if column.use.role is Role.CONTENT]
        row = {
            "name": named.name,
            "domain": domain,
            "delivery": self.naming.delivery(mode[1], mode[0].heading.name)
            if mode
            else self.settings.delivery(),
            "note": "；".join(" ".join(spot.text.split()) for _, spot in content),
        }
        addresses = {} if spot is None else {"domain": spot.address}
        addresses |= {"delivery": mode[1].address} if mode else {}
        addresses |= {"note": content[0][1].address} if content else {}
        place = _first(cells, Role.NAME) or cells[0]
        self.projects[key] = row_of(PROJECTS, line.number, row, place[1], addresses)

    def _named_domain(self, cells: _Cells) -> tuple[str, Spot | None]:
        """
        What the table calls the domain of a row, and where; no cell if it does not.
        """
        found = _first(cells, Role.DOMAIN)
        if found is not None:
            return flat(found[1].text), found[1]
        section = "/".join(part for part in self.section if part)
        return section, self.section_spot if section else None

    # ── statements ───────────────────────────────────────────────────────────────────────────────

    def _statements(self, line: Line, named: Named, cells: _Cells) -> None:
        units, unit_cell = self._units(cells)
        name = _first(cells, Role.NAME)
        due = next(((c, s) for c, s in cells if c.use.role is Role.DEADLINE and not c.use.milestone), None)
        has_goal = any(column.use.role is Role.GOAL for column, _ in cells)
        for column, spot in cells:
            where = Where(
                spot=spot,
                role=column.use.role or Role.UNUSED,
                header=column.heading.name,
                project=named.name,
                item=named.item or named.name,
                due=self.dues.of_header(column) if column.use.role is Role.GOAL else None,
            )
            due_cell = spot
            if where.role is Role.GOAL and due is not None and column.use.due is None:
                due_cell = due[1]
            self.drafts += [
                Draft(
                    where=where,
                    number=line.number,
                    said=said,
                    units=units if said.is_promise else (),
                    unit_cell=unit_cell,
                    name_cell=name[1].address if name else "",
                    due_cell=due_cell.address,
                )
                for said in self._said(where, column, due, has_goal=has_goal)
            ]

    def _said(
        self, where: Where, column: TableColumn, due: tuple[TableColumn, Spot] | None, *, has_goal: bool
    ) -> tuple[Said, ...]:
        """
        What one cell of a row says; ``due`` is the row's cell of deadlines.
        """
        if where.role in _SPOKEN:
            return self.reader.read(where, self._fallback(where, column, due))
        if where.role not in (Role.REACHED, Role.DEADLINE):
            return ()
        if not column.use.milestone:
            return () if has_goal or where.role is Role.REACHED else self.dues.alone(column, where.spot)
        try:
            milestone = self.basis.names.milestone(column.use.milestone)
        except UnknownNameError as error:
            self.basis.refuse_key("columns.milestone", column.use.milestone, fault_of(error))
            return ()
        if where.role is Role.REACHED:
            return self.reader.reached(where, milestone)
        return self.dues.of_milestone(column, where.spot, milestone)

    def _fallback(
        self, where: Where, column: TableColumn, due: tuple[TableColumn, Spot] | None
    ) -> Callable[[Spot], UncertainDate | None]:
        """
        The deadline of a goal that names none: its header's, else its row's, else what holds for all.
        """

        def deadline(spot: Spot) -> UncertainDate | None:
            if where.role is not Role.GOAL:
                return None
            if column.use.due is not None:
                return where.due
            return self.settings.deadline(spot) if due is None else self.dues.of_row(*due)

        return deadline

    def _units(self, cells: _Cells) -> tuple[tuple[str, ...], str]:
        """
        The responsible units of a row, those that lead first, and the cell that names the first.

        Where cells name nobody, that is what they say: only a blank is filled in from elsewhere.
        """
        found = [(c, s) for role in (Role.LEAD, Role.SUPPORT) for c, s in cells if c.use.role is role]
        units = [unit for column, spot in found for unit in self.naming.units(spot, column.heading.name)]
        if found and not units:
            units = [NO_UNITS.write("nobody", "zh")]
        return tuple(dict.fromkeys(units)), found[0][1].address if found else ""

    # ── what was left out ────────────────────────────────────────────────────────────────────────

    def _left_out(self) -> Iterator[Warned]:
        """
        What of the table was not read, a line for each kind.
        """
        look = self.basis.look
        hidden = _HIDDEN_READ if self.basis.profile.defaults.hidden == READ else _HIDDEN_UNREAD
        for text, places in (
            (_UNUSED_COLUMNS, [c.heading.name for c in self.columns if c.use.role is Role.UNUSED]),
            (_TOTALS, [str(line.number) for line in look.lines if line.kind is LineKind.TOTAL]),
            (_NOTES, [str(line.number) for line in look.lines if line.kind is LineKind.NOTE]),
            (hidden, [str(line.number) for line in look.hidden_lines]),
        ):
            if places:
                en, zh = text
                yield self._note((en.format(places=", ".join(places)), zh.format(places="、".join(places))))

    def _note(self, text: Fault, spot: Spot | None = None) -> Warned:
        cell, row = ("", None) if spot is None else (spot.address, spot.row)
        return Warned(file=self.basis.file, tab=self.basis.look.grid.name, text=text, row=row, cell=cell)


def _joined(columns: Sequence[TableColumn]) -> TableColumn:
    """
    The column of a cell that spans several alike; goals of several deadlines have none of their headers'.
    """
    first = columns[0]
    if len({column.use.due for column in columns}) == 1:
        return first
    common = [part for part in first.heading.parts if all(part in c.heading.parts for c in columns)]
    name = "/".join(common) or first.heading.name
    return TableColumn(attrs.evolve(first.heading, name=name), attrs.evolve(first.use, due=None))


def _first(cells: _Cells, role: Role) -> tuple[TableColumn, Spot] | None:
    return next(((column, spot) for column, spot in cells if column.use.role is role), None)
