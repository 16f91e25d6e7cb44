"""
How a ledger and its answers show themselves in a notebook: as a few lines of HTML, and as charts.

Words and drawings belong to ``reports``, which stands above this layer and knows it. So nothing here imports
them: what is wanted is looked up by its name when somebody asks to see it, as an entry point would be.
Words kept here would be said in two places, and formatters registered from above would be missing until
somebody happened to import them.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milestone_ledger.errors import Language
    from milestone_ledger.ledger.grouping import Grouping


class Shown:
    """
    What a notebook shows as a few lines: Chinese first, every name as text.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        shown: str = import_module("milestone_ledger.reports.html").html_of(self)
        return shown


class Charted(Shown):
    """
    A view that can be drawn (extra ``charts``); ``reports.charts`` says what each chart shows.

    ``width`` is that of the whole picture in pixels. Without the extra each raises ``MissingExtraError``.
    """

    __slots__ = ()

    def board(
        self,
        language: Language = "zh",
        *,
        domain: str = "",
        projects: Collection[str] | None = None,
        width: int | None = None,
    ) -> Any:
        """
        Projects × milestones, promised and reached.

        Raises:
            UnknownNameError: If there is no such project.
        """
        return self._drawn("board", language, width=width, domain=domain, projects=projects)

    def trend(
        self, project: str, milestone: str, language: Language = "zh", *, width: int | None = None
    ) -> Any:
        """
        How the deadline of one milestone moved.

        Raises:
            UnknownNameError: If there is no such project or milestone.
        """
        return self._drawn("trend", project, milestone, language, width=width)

    def progress_chart(
        self,
        language: Language = "zh",
        *,
        milestone: str | None = None,
        domain: str = "",
        width: int | None = None,
    ) -> Any:
        """
        What was due and what was reached, day by day.
        """
        return self._drawn("progress", language, width=width, milestone=milestone, domain=domain)

    def reliability_chart(
        self,
        by: Grouping = "domain",
        language: Language = "zh",
        *,
        depth: int | None = 1,
        width: int | None = None,
    ) -> Any:
        """
        Promises by verdict and group, never ranked.

        Raises:
            InvalidValueError: If ``by`` is no grouping.
        """
        return self._drawn("verdicts", by, language, width=width, depth=depth)

    def slip_chart(
        self,
        project: str,
        milestone: str,
        language: Language = "zh",
        *,
        quantity: int | None = None,
        width: int | None = None,
    ) -> Any:
        """
        The slip of one promise, move by move.

        Raises:
            UnknownNameError: If there is no such project or milestone.
        """
        return self._drawn("slip_waterfall", project, milestone, language, width=width, quantity=quantity)

    def totals_chart(self, language: Language = "zh", *, width: int | None = None) -> Any:
        """
        Official totals against what can be itemised.
        """
        return self._drawn("totals", language, width=width)

    def waiting_chart(self, milestone: str, language: Language = "zh", *, width: int | None = None) -> Any:
        """
        How long projects wait for a milestone.
        """
        return self._drawn("waiting", milestone, language, width=width)

    def _drawn(self, chart: str, *what: object, width: int | None, **settings: object) -> Any:
        if width is not None:
            settings["width"] = width
        return getattr(import_module("milestone_ledger.reports.charts"), chart)(self, *what, **settings)
