"""
What a profile settles of a table as a whole, and what it leaves open of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import UnknownNameError
from milestone_ledger.io.intake.faults import Fault, fault_of
from milestone_ledger.io.profile.basis import YEAR, Basis
from milestone_ledger.io.profile.look import Heading
from milestone_ledger.io.profile.profile import ColumnUse
from milestone_ledger.io.profile.questions import NOBODY, READ, UNREAD
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role
from milestone_ledger.io.sheets import SOURCE_KINDS

_MOST_CHOICES = 12
_DOCUMENT: tuple[tuple[str, Fault], ...] = (
    ("title", ("the title of the document that the table is", "这张表所属文件的标题")),
    ("issuer", ("who issued it; 无 if it does not say", "发布机关；没有写明的填“无”")),
    ("number", ("its document number; 无 if it has none", "文号；没有的填“无”")),
    (
        "published_on",
        (
            "the day of its publication, such as 2022-02-18, or a range if it bears none",
            "发布日，如 2022-02-18；没写日期的填范围，如 [2022-01-01..2022-02-28]",
        ),
    ),
    (
        "kind",
        ("whether it is a plan (计划), a report (通报) or something else (其他)", "性质：计划、通报或其他"),
    ),
)
_GONE = (
    "the table has no such column any more; mend the header, or remove the column here",
    "表里没有这一列了；请改正表头，或删去这一节",
)
_WHICH_ROLE = ("say what this column holds", "请定这一列是什么")
_WHICH_DAYS = (
    "say whether these are the days on which a milestone is due (期限), or was reached (达到)",
    "请定这一列是计划的日子（期限），还是已经达到的日子（达到）",
)
_ONE_NAME = ("one column alone can hold the names", "只能有一列“名称”")
_NO_NAMES = ("no column holds the names of projects: say which", "没有“名称”列：请定哪一列是项目名称")
_WHICH_STEP = (
    "say which milestone this column is about (milestone)",
    "请写这一列说的是哪个节点（milestone）",
)
_WHICH_DUE = (
    "write the deadline that this header gives, with its year (due)",
    "请写这个表头表示的期限，连同年份（due）",
)
_HIDDEN = ("hidden rows or columns hold something: are they read?", "有隐藏的行或列：读还是不读？")
_DUE = (
    "promises without a deadline of their own: when are they due? 无 if nothing says so",
    "没写期限的目标何时到期？如“2022年底”；文件没有规定的填“无”",
)
_YEAR = (
    "the table is of another year than its publication: which year do goals mean that name none?",
    "表的年份和发布的年份不同：目标里没写年份的日期（如“年底前”）算哪一年",
)
COUNTS_FROM = (
    "今年 or 明年 may count from the publication or from the year of the table: write the day",
    "“今年”“明年”可以从发布那年算，也可以从表的那年算：请写明日期",
)
_FOUR_DIGITS = ("write a year such as 2022", "请写年份，如 2022")
_DOMAIN = (
    "the domain of projects for which the table names none",
    "表里没有写明领域的项目，归到哪个领域（计划里的路径）",
)
_DELIVERY = (
    "how projects are delivered for which the table does not say; 无 if it is not stated",
    "表里没有写明的建设方式；没有说明的填“无”",
)


@frozen(eq=False)
class TableColumn:
    """
    A column of the table, and what the profile says that it holds.
    """

    heading: Heading
    use: ColumnUse


@frozen(eq=False)
class Settings:
    """
    What holds for the whole table; whatever is blank is asked when it is needed.
    """

    basis: Basis

    def ask_document(self) -> None:
        """
        Ask of the document what the profile leaves blank.
        """
        for key, text in _DOCUMENT:
            if not getattr(self.basis.profile.document, key):
                choices = [row[1] for row in SOURCE_KINDS.table] if key == "kind" else []
                self.basis.ask("document", key, text, choices=choices)

    def columns(self) -> Iterator[TableColumn]:
        """
        The columns with their uses; those that the profile does not settle are asked.
        """
        headings = self.basis.look.headings
        known = {name_key(heading.name) for heading in headings}
        for use in self.basis.profile.columns:
            if name_key(use.header) not in known:
                self.basis.refuse_key("columns.header", use.header, _GONE)
        names = 0
        for heading in headings:
            use = self.basis.profile.use_of(heading.name) or ColumnUse(header=heading.name)
            names += use.role is Role.NAME
            if use.role is None and use.milestone:
                self._ask_column(heading, _WHICH_DAYS, (Role.DEADLINE, Role.REACHED, Role.UNUSED))
            elif use.role is None:
                self._ask_column(heading, _WHICH_ROLE, tuple(Role))
            elif use.role is Role.NAME and names > 1:
                self._ask_column(heading, _ONE_NAME, (Role.CONTENT, Role.UNUSED))
            elif use.role is Role.REACHED and not use.milestone:
                labels = [step.label.zh for step in self.basis.programme.milestones]
                self._ask_column(heading, _WHICH_STEP, labels)
            elif use.due == "":
                self._ask_column(heading, _WHICH_DUE, ())
            yield TableColumn(heading, use)
        if not names:
            self.basis.ask("columns", "role", _NO_NAMES)

    def _ask_column(self, heading: Heading, text: Fault, choices: Sequence[str]) -> None:
        below = (line.cells[heading.column] for line in self.basis.look.lines if heading.column in line.cells)
        cell = heading.cells[-1] if heading.cells else next(below, None)
        self.basis.ask("columns", heading.name, text, choices=choices, cells=() if cell is None else (cell,))

    def reads_hidden(self, columns: Sequence[TableColumn]) -> bool:
        """
        Whether hidden rows and columns are read; asked if there are any.
        """
        look = self.basis.look
        hidden = [line.spots[0] for line in look.hidden_lines]
        for column in columns:
            if column.heading.column in look.grid.hidden_columns and column.use.role is not Role.UNUSED:
                hidden += column.heading.cells[-1:]
        said = self.basis.profile.defaults.hidden
        if hidden and said not in (READ, UNREAD):
            self.basis.ask("defaults", "hidden", _HIDDEN, choices=(READ, UNREAD), cells=hidden)
        return said != UNREAD

    def deadline(self, spot: Spot) -> UncertainDate | None:
        """
        The deadline of promises whose document names none for them.
        """
        said = self.basis.profile.defaults.deadline
        if said in ("", NOBODY):
            if not said:
                self.basis.ask("defaults", "deadline", _DUE, cells=(spot,))
            return None
        return self.basis.deadline("defaults.deadline", said)

    def year(self, spot: Spot) -> int | None:
        """
        The year of goals whose words name none, in a table of another year than its publication.
        """
        said, own = self.basis.profile.defaults.year, self.basis.year
        if YEAR.fullmatch(said):
            return int(said)
        if said:
            self.basis.refuse_key("defaults.year", said, _FOUR_DIGITS)
        else:
            first = self.basis.published and self.basis.published.earliest
            years = [own, first and first.year]
            choices = dict.fromkeys(str(year) for year in years if year is not None)
            self.basis.ask("defaults", "year", _YEAR, choices=choices, cells=(spot,))
        return None

    def domain(self) -> str:
        """
        The domain of projects for which the table names none.
        """
        said, paths = self.basis.profile.defaults.domain, self.basis.programme.domain_paths
        if not said:
            self.basis.ask("defaults", "domain", _DOMAIN, choices=sorted(paths)[:_MOST_CHOICES])
        else:
            try:
                self.basis.names.domain(said)
            except UnknownNameError as error:
                self.basis.refuse_key("defaults.domain", said, fault_of(error))
        return said

    def delivery(self) -> str:
        """
        The delivery mode of projects for which the table names none; empty if it is not stated.
        """
        said = self.basis.profile.defaults.delivery
        if not said:
            labels = [lifecycle.label.zh for lifecycle in self.basis.programme.lifecycles]
            self.basis.ask("defaults", "delivery", _DELIVERY, choices=(NOBODY, *labels))
        elif said != NOBODY:
            try:
                self.basis.names.delivery(said)
            except UnknownNameError as error:
                self.basis.refuse_key("defaults.delivery", said, fault_of(error))
        return "" if said == NOBODY else said
