"""
What a view makes of its figures, on a ledger that can be worked out by hand.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from milestone_ledger.cli import main
from milestone_ledger.domain import events as on
from milestone_ledger.domain.events import Firmness
from milestone_ledger.errors import InvalidValueError, UnknownNameError
from milestone_ledger.ledger.rows import plain
from milestone_ledger.metrics.outlook import Refusal
from milestone_ledger.metrics.slips import DayRange
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, activity, day, pending, plan, project, promise, source, withdrawn
from strategies.histories import PROGRAMME

END = day("2020-12-31")
BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("2018", "2018-01-01"),
    plan("2019", "2019-01-01"),
    source("report", "2020-06-30"),
    project("road", delivery="new_build"),
    project("lane", delivery="new_build"),
    project("bridge"),
    project("school", domain="教育/幼儿园", delivery="takeover"),
]
# Kept, missed, nobody says, and a promise that was taken back before its day.
SAID = [
    promise("school", "handed_over", "2019-12-31", "2018", responsible=("教育局",)),
    promise("road", "started", "2019-06-30", "2018", responsible=("交通局", "教委")),
    promise("road", "started", "2019-12-31", "2019", responsible=("交通局", "教委")),
    promise("lane", "started", "2019-12-31", "2018", responsible=("交通局",)),
    promise("bridge", "completed", "2020-12-31", "2019", firmness=Firmness.PLANNED),
    withdrawn("bridge", "completed", "report"),
    achieved("road", "started", "2019-06-01", "report"),
    pending("lane", "started", "2020-05-31", "report"),
    achieved("lane", "trial", "2020-06-30", "report"),
]


def seen(*events, as_of=END, **fields):
    return view(recorded(BASE, events), as_of=as_of, **fields)


@pytest.fixture(scope="module")
def record():
    return seen(*SAID)


def numbers(row):
    figures = row.baseline
    return row.group, figures.kept, figures.broken, figures.undetermined, figures.withdrawn


def test_all_promises_are_one_group(record):
    """Each figure of the same promises, the withdrawn one left out of all that ask about days."""
    (row,) = record.metrics(since=date(2018, 12, 31))

    assert numbers(row) == ("", 1, 1, 1, 1)
    assert (row.current.kept, row.current.broken, row.current.undetermined) == (1, 1, 1)
    assert (row.moved, row.silent, row.is_small) == (1, 2, True)
    assert (row.hit_rate.of, row.hit_rate.hits, row.hit_rate.misses) == ((3, 3), (1, 2), (1, 2))
    # The lane's trial was promised by nobody, and proves its start, a month after it was last pending.
    assert (row.execution.due, row.execution.unplanned) == ((3, 3), (1, 1))
    assert row.execution.finished == (3, 4)
    assert row.current_execution.of == (2, 3)
    assert row.earned.planned == 3
    assert row.earned.achieved == (2, 3)


def test_the_window_is_a_year_unless_told(record):
    """And must begin before the view's day."""
    (row,) = record.metrics()

    assert (row.since, row.hit_rate.of) == (date(2019, 12, 31), (0, 0))
    assert seen(*SAID, as_of=day("2020-02-29")).metrics()[0].since == date(2019, 2, 28)
    with pytest.raises(InvalidValueError, match="metrics"):
        record.metrics(since=END)


@pytest.mark.parametrize("as_of", [date.min, date.min + timedelta(1), date.max])
def test_figures_at_the_ends_of_the_calendar(as_of):
    """No window, no plan, no year before."""
    (row,) = seen(*SAID, as_of=as_of).metrics()

    assert row.since <= as_of
    first = promise("road", "started", "0001-01-01", "old")
    assert seen(plan("old", "0001-01-01"), first, as_of=as_of).metrics()[0].earned is None


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("domain", [("道路", 1, 1, 0, 1), ("教育/幼儿园", 0, 0, 1, 0)]),
        ("unit", [("交通局", 1, 1, 0, 0), ("教委", 1, 0, 1, 0), ("", 0, 0, 0, 1)]),
        ("milestone", [("started", 1, 1, 0, 0), ("completed", 0, 0, 0, 1), ("handed_over", 0, 0, 1, 0)]),
        ("delivery", [("new_build", 1, 1, 0, 0), ("takeover", 0, 0, 1, 0), ("", 0, 0, 0, 1)]),
        ("plan", [("2018", 1, 1, 1, 0), ("2019", 0, 0, 0, 1)]),
        ("firmness", [("firm", 1, 1, 1, 0), ("planned", 0, 0, 0, 1)]),
    ],
)
def test_groups_stand_in_the_order_of_the_programme(record, by, groups):
    """Never in that of their shares; what is not stated comes last."""
    assert [numbers(row) for row in record.metrics(by=by)] == groups


def test_what_nobody_promised_counts_where_it_belongs(record):
    """With its domain, mode, units and milestone; no plan and no firmness has it."""
    unplanned = {
        by: {row.group: row.execution.unplanned[0] for row in record.metrics(by=by)}
        for by in ("domain", "unit", "delivery", "plan", "firmness")
    }

    assert unplanned == {
        "domain": {"道路": 1, "教育/幼儿园": 0},
        "unit": {"交通局": 1, "教委": 0, "": 0},
        "delivery": {"new_build": 1, "takeover": 0, "": 0},
        "plan": {"2018": 0, "2019": 0},
        "firmness": {"firm": 0, "planned": 0},
    }


@pytest.mark.parametrize(
    ("said", "unplanned"),
    [
        ([], 2),
        ([achieved("parks", "completed", "2020-03-31", "report")], 1),
        ([promise("parks", "completed", "2020-12-31", "2018")], 0),
    ],
)
def test_members_count_with_their_batch(said, unplanned):
    """What documents promise or report of a batch is not counted again of its members."""
    parks = [project("parks", 3), *(project(name, member_of="parks") for name in ("east", "west"))]
    opened = [achieved(name, "completed", "2020-03-31", "report") for name in ("east", "west")]
    (row,) = seen(*parks, *said, *opened).metrics()

    assert row.execution.unplanned == (unplanned, unplanned)


@pytest.mark.parametrize(
    ("promised", "spoken_of", "fields"),
    [("parks", "east", {}), ("east", "parks", {"quantity": 0})],
)
def test_who_speaks_of_a_batch_or_a_member_is_not_silent(promised, spoken_of, fields):
    """But a member that is cancelled takes nothing of its batch's promise back."""
    parks = [project("parks", 3), project("east", member_of="parks")]
    said = promise(promised, "started", "2020-06-15", "2018")
    stopped = activity(spoken_of, on.Activity.CANCELLED, "2019-01-01", "2019")
    spoken = pending(spoken_of, "started", "2020-06-20", "report", **fields)

    assert [seen(*parks, said, *more).metrics()[0].silent for more in ([], [stopped], [spoken])] == [1, 1, 0]


def test_no_group_is_named_by_what_is_no_axis(record):
    """Neither for figures nor for lights."""
    for ask in (record.metrics, record.alerts):
        with pytest.raises(InvalidValueError, match="firmness"):
            ask(by="size")


def test_waits_begin_with_the_first_document(record):
    """Of every project of which a document names the milestone; a cancelled one waits no more."""
    started = next(row for row in record.waiting() if row.milestone == "started")
    stopped = seen(*SAID, activity("school", on.Activity.CANCELLED, "2020-01-01", "report")).waiting()
    handed_over = next(row for row in stopped if row.milestone == "handed_over")

    assert [row.milestone for row in record.waiting()] == ["started", "completed", "handed_over", "trial"]
    assert (started.projects, started.reached) == (2, 2)
    days = (date(2019, 6, 1) - date(2018, 1, 1)).days, (date(2020, 6, 1) - date(2018, 1, 1)).days
    assert [mass.within.lo for mass in started.spread.masses] == list(days)
    assert (started.curve.cases, started.vague) == (1, 1)
    assert [step.cancelled for step in handed_over.incidence] == [1.0]


PARKS = promise("parks", "completed", "2020-12-31", "2018")
OPENED = {name: achieved(name, "completed", "2020-03-31", "report") for name in ("parks", "east", "west")}


@pytest.mark.parametrize(
    ("said", "names", "batches", "reached"),
    [
        ([PARKS], ("parks",), 0, 0),
        ([OPENED["parks"]], ("parks",), 0, 1),
        ([PARKS, OPENED["east"]], ("east",), 1, 1),
        ([OPENED["parks"], OPENED["west"]], ("west",), 1, 1),
        ([OPENED["west"], OPENED["east"]], ("east", "west"), 0, 2),
    ],
)
def test_a_batch_does_not_wait_beside_its_members(said, names, batches, reached):
    """Each member that documents speak of waits by itself; the batch would be through with its last."""
    parks = [project("parks", 3), *(project(name, member_of="parks") for name in ("east", "west"))]
    (row,) = [row for row in seen(*parks, *said).waiting() if row.milestone == "completed"]

    assert (row.names, row.batches, row.reached) == (names, batches, reached)
    assert row.projects == len(names)


def test_an_outlook_is_refused_without_cases_and_drawn_from_others(record):
    """From the other promises for the same milestone; never from its own."""
    few = record.outlook("road", "started")
    roads = [project(f"road {n}") for n in range(9)]
    promised = [promise(f"road {n}", "started", "2018-12-31", "2018", locator=f"{n}") for n in range(9)]
    twice = [achieved(f"road {n}", "started", "2019-12-31", "report", locator=f"{n}") for n in range(8)]
    drawn = seen(*roads, *promised, *twice).outlook("road 8", "started")

    assert (few.outlook.refused, few.outlook.finished, few.outlook.unfinished) == (Refusal.TOO_FEW, 1, 0)
    assert few.trend.slope.lo > 0
    assert few.chain.baseline.event == SAID[1]
    assert (drawn.outlook.refused, drawn.outlook.finished) == (None, 8)
    assert str(drawn.outlook.p50) == str(drawn.outlook.p80) == "2019-12-31"
    assert drawn.trend is None
    # 729 days where 364 were promised: kept exact as data, too.
    assert plain(drawn)["outlook"]["ratios"]["masses"][0]["within"] == {"lo": "729/364", "hi": "729/364"}
    assert json.loads(json.dumps(plain(drawn)))["outlook"]["p50"] == "2019-12-31"


def test_an_outlook_needs_a_promise_that_can_be_judged(record):
    """An unknown project is told apart from one of which nothing is promised."""
    with pytest.raises(InvalidValueError, match="in_use"):
        record.outlook("road", "in_use")
    with pytest.raises(UnknownNameError):
        record.outlook("nowhere", "started")


def lit(found):
    return [(light.project or light.group, light.colour.value, light.rules) for light in found.alerts()]


def test_lights_leave_out_what_was_taken_back(record):
    """A withdrawn promise is neither late nor green, and no group counts it."""
    assert lit(record) == [
        ("road", "green", ()),
        ("lane", "green", ()),
        ("2018", "grey", ("behind", "far_behind")),
    ]


def test_lights_change_with_the_day():
    """Before its start is reported the lane is red; a share of three tells nothing; the bridge is not due."""
    assert lit(seen(*SAID, as_of=day("2020-05-31"))) == [
        ("road", "green", ()),
        ("lane", "red", ("start_missed_three_months",)),
        ("2018", "grey", ("behind", "far_behind")),
        ("2019", "green", ()),
    ]


def test_contested_statements_are_told_with_their_opponents():
    """And totals that differ after them."""
    contested = achieved("road", "started", "[..2018-12-31]", "report", contested=True, note="两处不一")
    found = seen(pending("road", "started", "2019-06-30", "report"), contested).reconcile()
    (pair,) = found.disagreements

    assert (pair.project, pair.milestone, len(pair.entries)) == ("road", "started", 2)


def test_openness_has_no_number(record):
    """A slip that nobody can bound stays open: figures never close it."""
    (state,) = [state for state in record.promises() if state.chain.project == "school"]

    assert state.slip == DayRange(None, None)


RULES = """
id = "ours"
version = "2"
[[rules]]
id = "late"
colour = "yellow"
asks = "missed"
months = 0
"""


def test_other_rules_are_read_from_a_file(tmp_path, capsys, request):
    """The command names them with their version; a file that can't be read is refused in one line."""
    db, rules = tmp_path / "a.db", tmp_path / "rules.toml"
    programme = request.config.rootpath / "examples/huitian/programme.toml"
    rules.write_text(RULES, "utf-8")
    assert main(["--db", str(db), "init", str(programme)]) == 0
    capsys.readouterr()
    look = ["--db", str(db), "alerts", "--as-of", "2020-12-31", "--json"]

    assert main([*look, "--rules", str(rules)]) == 0
    assert '"version": "2"' in capsys.readouterr().out
    for wrong, content in (("none.toml", None), ("latin.toml", b"\xff"), ("half.toml", b"id = ")):
        if content is not None:
            (tmp_path / wrong).write_bytes(content)
        assert main([*look, "--rules", str(tmp_path / wrong)]) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
