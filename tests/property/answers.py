"""
What the SQL form promises of a project, from the entries and from a row of ``portfolio``.
"""

from __future__ import annotations

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Evidence, own_ladders
from milestone_ledger.domain.state import last_status
from milestone_ledger.query.portfolio import columns_of
from milestone_ledger.store.tables import day_number


def assert_told(registry, history, viewpoint, as_of, rows):
    """
    That the rows of one ledger say what its entries do, and that nothing is known of projects without a row.
    """
    expected = _own_answers(registry, history, viewpoint, as_of)
    answers = {
        row["project"]: _sql_answers(registry, row, day_number(as_of))
        for row in rows
        if row["project"] in registry.projects
    }
    assert answers == {project: expected[project] for project in answers}
    assert all(_says_nothing(answer) for project, answer in expected.items() if project not in answers)


def _own_answers(registry, history, viewpoint, as_of):
    """
    Bounds, counts and status of every project from its own evidence: what the SQL form promises.
    """
    answers = {}
    for name, project in registry.projects.items():
        live = [entry for entry in history.of_project(name) if history.is_live(entry, viewpoint)]
        status = last_status([e for e in live if isinstance(e.event, on.ActivityChanged)], as_of)
        answers[name] = (
            {
                milestone: (
                    day_number(ladder.lo(ladder.whole)),
                    day_number(ladder.hi(ladder.whole)),
                    ladder.certain(as_of),
                    ladder.possible(as_of),
                )
                for milestone, ladder in own_ladders(
                    registry.programme, project.whole, filter(None, map(Evidence.of, live))
                ).items()
            },
            None if status is None else status.event.activity.rank,
        )
    return answers


def _sql_answers(registry, row, as_of):
    project = registry.projects[row["project"]]
    answers = {}
    for names in columns_of(registry.programme):
        lo, hi = row[names.lo], row[names.hi]
        certain, possible = row[names.certain] or 0, row[names.possible]
        if hi is not None and hi <= as_of:
            certain = max(certain, 1) if project.size is None else project.size
        if lo is not None and lo > as_of and project.size is not None:
            possible = project.size - 1 if possible is None else min(possible, project.size - 1)
        if possible is None:
            possible = project.size
        answers[names.milestone] = (lo, hi, certain, possible)
    return answers, row["status"]


def _says_nothing(answer):
    milestones, status = answer
    return status is None and all(
        lo is hi is None and not certain for lo, hi, certain, _ in milestones.values()
    )
