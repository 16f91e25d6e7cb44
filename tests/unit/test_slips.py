"""
Revisions, notice, slip and its split on examples that can be worked out by hand.
"""

from __future__ import annotations

import pytest

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.events import Firmness, ProgrammeDefined
from milestone_ledger.domain.promises import chains
from milestone_ledger.ledger.rows import plain
from milestone_ledger.metrics.slips import DayRange, SlipSplit, churn, revisions, silent_slips, slip, split
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, activity, day, pending, plan, project, promise, withdrawn
from strategies.histories import PROGRAMME

# Published on K0 to K3; each moves the deadline of the one before.
SOURCES = {"K0": "2018-07-29", "K1": "2019-08-14", "K2": "2020-03-01", "K3": "2021-06-01"}
LATER = day("2022-12-31")


def ledger(*events):
    return recorded(
        [
            ProgrammeDefined(PROGRAMME),
            *(plan(name, published) for name, published in SOURCES.items()),
            project("road"),
            *events,
        ]
    )


def promised(*deadlines, **fields):
    """
    One promise in each document, as far as a deadline is given.
    """
    return [
        promise("road", "started", deadline, f"K{number}", **fields)
        for number, deadline in enumerate(deadlines)
        if deadline
    ]


def chain(*deadlines, in_force=LATER):
    (found,) = chains(ledger(*promised(*deadlines)).of_project("road"), in_force=in_force)
    return found


def bounds(lo, hi):
    return Bounds(lo and day(lo), hi and day(hi))


def parts(openly_late, absorbed):
    return SlipSplit(openly_late=DayRange(*openly_late), absorbed=DayRange(*absorbed))


# ---------------------------------------------------------------- how the deadline moved


def test_moves_and_the_notice_given():
    """
    Half a year and half a year again, each announced four months ahead.
    """
    moves = revisions(chain("2019-12-31", "2020-06-30", "2020-12-31"))

    assert [(move.moved, move.notice) for move in moves] == [
        (DayRange(182, 182), DayRange(139, 139)),
        (DayRange(184, 184), DayRange(121, 121)),
    ]
    assert [(str(move.before), str(move.after)) for move in moves] == [
        ("2019-12-31", "2020-06-30"),
        ("2020-06-30", "2020-12-31"),
    ]
    assert [move.entry.event.source for move in moves] == ["K1", "K2"]


@pytest.mark.parametrize(("deadline", "notice"), [("2019-08-14", 0), ("2019-08-13", -1), ("2019-08-15", 1)])
def test_notice_of_none_or_less_is_after_the_fact(deadline, notice):
    (move,) = revisions(chain(deadline, "2020-06-30"))

    assert move.notice == DayRange(notice, notice)


def test_the_same_deadline_said_again_moves_nothing():
    assert revisions(chain("2019-12-31", "2019-12-31")) == ()
    assert churn(chain("[2019-12-31..2020-12-31]", "[2019-12-31..2020-12-31]")) == DayRange(0, 0)


def test_churn_counts_forwards_and_backwards():
    assert churn(chain("2019-12-31", "2020-12-31", "2019-12-31")) == DayRange(732, 732)


def test_moves_between_uncertain_deadlines_are_ranges():
    """
    From "2020年前" to a day of 2020 it may have been brought forward or put off.
    """
    moving = chain("[2019-12-31..2020-12-31]", "2020-03-31")

    assert revisions(moving)[0].moved == DayRange(-275, 91)
    assert revisions(moving)[0].notice == DayRange(139, 505)
    assert churn(moving) == DayRange(0, 275)


# ---------------------------------------------------------------- slip


@pytest.mark.parametrize(
    ("deadline", "lo", "hi", "expected"),
    [
        ("2019-12-31", "2020-01-10", "2020-01-10", (10, 10)),
        ("2019-12-31", "2019-12-30", "2019-12-30", (-1, -1)),
        ("2019-12-31", None, "2019-08-14", (None, -139)),
        ("2019-12-31", "2020-01-06", None, (6, None)),
        ("2019-12-31", None, None, (None, None)),
        ("2019-12-31", "2019-12-01", "2020-01-31", (-30, 31)),
        ("[2019-12-31..2020-12-31]", "2020-06-30", "2020-06-30", (-184, 182)),
    ],
)
def test_slip_is_as_exact_as_the_evidence(deadline, lo, hi, expected):
    assert slip(chain(deadline), bounds(lo, hi)) == DayRange(*expected)


def test_slip_is_counted_from_the_baseline():
    assert slip(chain("2019-12-31", "2020-12-31"), bounds("2020-12-31", "2020-12-31")) == DayRange(366, 366)


def test_evidence_of_a_pending_day_raises_the_lower_end():
    """
    Pending on 5 January means the 6th at the earliest.
    """
    history = ledger(*promised("2019-12-31"), pending("road", "started", "2020-01-05", "K2"))
    entry = history.get(history.size - 1)
    found = Bounds(day("2020-01-06"), None, (entry,))

    assert slip(chain("2019-12-31"), found) == DayRange(6, None)


# ---------------------------------------------------------------- openly late, absorbed


@pytest.mark.parametrize(
    ("deadlines", "reached", "openly_late", "absorbed"),
    [
        # Never promised anew: all of it is open.
        (("2019-12-31",), "2020-01-10", 10, 0),
        # Put off twice by half a year, and ten days late all the same.
        (("2019-12-31", "2020-06-30", "2020-12-31"), "2021-01-10", 10, 366),
        # In time for the last deadline: the whole slip was absorbed.
        (("2019-12-31", "2020-06-30", "2020-12-31"), "2020-12-01", 0, 336),
        # Brought forward and missed: no more is openly late than it slipped.
        (("2019-12-31", "2019-10-31"), "2020-01-10", 10, 0),
        # Promised anew on the day of the achievement: not before it.
        (("2019-12-31", "2020-01-31", "2020-06-30"), "2020-03-01", 30, 31),
        (("2019-12-31", "2020-01-31", "2020-06-30"), "2020-03-02", 0, 62),
        # Promised anew after it: too late to absorb anything.
        (("2019-12-31", None, "2020-12-31"), "2020-01-10", 10, 0),
        # Confirmed: nothing moved.
        (("2019-12-31", "2019-12-31"), "2020-01-10", 10, 0),
    ],
)
def test_split_of_what_is_fully_dated(deadlines, reached, openly_late, absorbed):
    found = split(chain(*deadlines), bounds(reached, reached))

    assert found == parts((openly_late, openly_late), (absorbed, absorbed))


@pytest.mark.parametrize("reached", ["2019-12-31", "2019-01-01"])
def test_in_time_there_is_nothing_to_split(reached):
    assert split(chain("2019-12-31"), bounds(None, reached)) is None


def test_split_of_what_is_still_pending():
    """
    Ten days after the last deadline it was still pending: that much is open, and the end unknown.
    """
    found = split(chain("2019-12-31", "2020-06-30"), bounds("2020-07-11", None))

    assert found == parts((11, None), (182, 182))


def test_split_of_an_achievement_between_two_promises():
    """
    Before the new deadline was published, up to 61 days are open; from the day after it, all is absorbed.
    """
    found = split(chain("2019-12-31", None, "2020-12-31"), bounds("2020-02-01", "2020-04-01"))

    assert found == parts((0, 61), (0, 92))


def test_split_where_it_may_have_been_in_time():
    assert split(chain("2019-12-31"), bounds(None, "2020-01-31")) == parts((0, 31), (0, 0))


def test_split_against_an_uncertain_deadline():
    found = split(chain("[2019-12-31..2020-12-31]"), bounds("2021-01-10", "2021-01-10"))

    assert found == parts((10, 376), (0, 0))


def test_split_between_two_uncertain_deadlines():
    """
    From December or January to March or April: no less than 60 days were absorbed, no more than 121.
    """
    found = split(chain("[2019-12-31..2020-01-31]", "[2020-03-31..2020-04-30]"), bounds(*2 * ["2020-06-01"]))

    assert found == parts((32, 62), (60, 121))


def test_an_uncertain_deadline_said_again_absorbs_nothing():
    found = split(chain(*2 * ["[2019-12-31..2020-12-31]"]), bounds("2021-01-10", "2021-01-10"))

    assert found == parts((10, 376), (0, 0))


def test_efforts_have_no_slip():
    history = ledger(*promised("2019-12-31", firmness=Firmness.EFFORT))
    (effort,) = chains(history.of_project("road"), in_force=LATER)

    assert slip(effort, bounds("2020-01-10", "2020-01-10")) is None
    assert split(effort, bounds("2020-01-10", "2020-01-10")) is None
    assert revisions(effort) == ()
    assert churn(effort) == DayRange(0, 0)
    assert silent_slips(effort, bounds(None, None), (), in_force=LATER) == ()


# ---------------------------------------------------------------- silence


def silent(*events, in_force=LATER, found=(None, None)):
    history = ledger(*events)
    said = history.of_project("road")[1:]
    (first, *_) = chains(said, in_force=in_force)
    silence = silent_slips(
        first, bounds(*found), [e for e in said if e.published_on <= in_force], in_force=in_force
    )
    return [entry.event.source for entry in silence]


def test_a_deadline_that_nobody_spoke_of():
    assert silent(*promised("2019-12-31")) == ["K0"]


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("2019-07-14", ["K0"]),  # 31 days before the next document
        ("2019-07-15", []),
        ("2019-08-14", []),
        ("2019-08-15", ["K0"]),  # one day after it
    ],
)
def test_silence_is_over_within_thirty_days(deadline, expected):
    spoken = pending("road", "started", "2019-06-01", "K1")

    assert silent(*promised(deadline), spoken) == expected


@pytest.mark.parametrize(("in_force", "expected"), [("2020-01-29", []), ("2020-01-30", ["K0"])])
def test_silence_takes_thirty_days(in_force, expected):
    assert silent(*promised("2019-12-31"), in_force=day(in_force)) == expected


def test_a_deadline_replaced_before_it_fell_due_never_passed():
    assert silent(*promised("2020-05-01", None, "2020-12-31")) == ["K2"]
    assert silent(*promised("2019-12-31", None, "2020-12-31")) == ["K0", "K2"]


def test_a_deadline_confirmed_falls_due_once():
    assert silent(*promised("2019-12-31", "2019-12-31")) == ["K1"]


def test_a_deadline_that_lay_in_the_past_never_passed_while_promised():
    assert silent(*promised(None, None, "2019-12-31")) == []


def test_what_was_kept_or_taken_back_in_time_is_no_silent_slip():
    assert silent(*promised("2019-12-31"), found=(None, "2019-12-31")) == []
    assert silent(*promised("2019-12-31"), withdrawn("road", "started", "K1")) == []
    assert silent(*promised("2019-12-31"), activity("road", "cancelled", "2019-08-01", "K1")) == []


def test_what_was_reached_late_or_unheard_of_slipped_in_silence_all_the_same():
    late = achieved("road", "started", "2020-02-15", "K2")

    assert silent(*promised("2019-12-31"), late, found=("2020-02-15", "2020-02-15")) == ["K0"]


def test_anything_said_of_the_project_breaks_the_silence():
    history = ledger(*promised("2020-02-15"), activity("road", "suspended", "2020-02-20", "K2"))
    said = history.of_project("road")[1:]
    (first,) = chains(said, in_force=LATER)

    assert silent_slips(first, bounds(None, None), said, in_force=LATER) == ()


# ---------------------------------------------------------------- on a view


def test_a_view_tells_the_slip_of_each_promise():
    """
    Reached 31 days after the last deadline; an effort beside it has none.
    """
    history = ledger(
        *promised("2019-12-31", "2020-01-31"),
        achieved("road", "started", "2020-03-01", "K2"),
        promise("road", None, None, "K0"),
    )
    found, effort = view(history, as_of=LATER).promises()

    assert (found.slip, found.split) == (DayRange(61, 61), parts((30, 30), (31, 31)))
    assert (effort.slip, effort.split) == (None, None)
    assert plain(found.slip) == {"lo": 61, "hi": 61}
