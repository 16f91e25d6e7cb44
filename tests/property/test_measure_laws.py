"""
Laws of the figures: a range is neither narrower nor wider than what the dates leave open.

Also: more evidence only narrows, and neither the order of the cases nor the day on which the calendar
begins changes anything.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from math import isclose, log, sqrt
from statistics import median

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate, shift
from milestone_ledger.metrics.earned import earned, schedule_of
from milestone_ledger.metrics.inputs import Course, NumberRange, Promised, Wait
from milestone_ledger.metrics.outlook import outlook, ratio
from milestone_ledger.metrics.schedule import current_execution_index, hit_rate, milestone_bei
from milestone_ledger.metrics.slips import DayRange
from milestone_ledger.metrics.survival import Ending, Spell, aalen_johansen, kaplan_meier, spells_of
from milestone_ledger.metrics.trend import milestone_trend
from milestone_ledger.metrics.turnbull import Interval, innermost, intervals_of, turnbull
from milestone_ledger.metrics.wilson import Outcome, Share, normal_quantile, wilson

START = date(2019, 1, 1)
DAYS = 8
# Beyond every deadline and window below: reached never, as far as they can tell, and long before.
NEVER, LONG_AGO = DAYS + 4, -5
WINDOW = 2, 6


def day(number):
    return START + timedelta(number)


AFTER, UNTIL = map(day, WINDOW)
NUMBERS = st.integers(0, DAYS - 1)


@st.composite
def some_days(draw):
    first = draw(NUMBERS)
    return UncertainDate(day(first), day(first + draw(st.integers(0, 2))))


@st.composite
def reached(draw):
    when = draw(some_days())
    kind = draw(st.sampled_from(["known", "known", "by", "not before", "unknown"]))
    return Bounds(
        None if kind in ("by", "unknown") else when.earliest,
        None if kind in ("not before", "unknown") else when.latest,
    )


@st.composite
def courses(draw, least=0):
    published = sorted(draw(st.lists(NUMBERS, min_size=least, max_size=2)))
    return Course(
        project="road",
        milestone="completed",
        promised=tuple(Promised(day(number), draw(some_days())) for number in published),
        reached=draw(reached()),
    )


def days_from(first, last):
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def worlds(course):
    """
    The course with every date exact, in every way that it allows.
    """
    deadlines = [days_from(each.first, each.last) for each in course.promised]
    achieved = days_from(course.reached.lo or day(LONG_AGO), course.reached.hi or day(NEVER))
    for *promised, when in product(*deadlines, achieved):
        yield attrs.evolve(
            course,
            promised=tuple(
                Promised(each.published, UncertainDate.on(deadline))
                for each, deadline in zip(course.promised, promised, strict=True)
            ),
            reached=Bounds(when, when),
        )


def hull(numbers):
    return NumberRange(min(numbers), max(numbers)) if numbers else None


def holds(outer, inner):
    """
    Whether the range ``outer`` reaches as far as ``inner`` at least, but for the last digits.
    """
    return inner is None or (
        outer is not None
        and (outer.lo is None or (inner.lo is not None and outer.lo <= inner.lo + 1e-12))
        and (outer.hi is None or (inner.hi is not None and outer.hi >= inner.hi - 1e-12))
    )


# ---------------------------------------------------------------- Wilson, and shares


@given(st.integers(1, 10_000), st.data(), st.floats(0.5, 0.999))
def test_wilson_limits_lie_as_far_from_the_share_as_they_say(of, data, level):
    count = data.draw(st.integers(0, of))

    interval = wilson(count, of, level=level)

    share, z = count / of, normal_quantile(level)
    assert 0 <= interval.lo <= share <= interval.hi <= 1
    for limit in {interval.lo, interval.hi} - {0.0, 1.0}:
        assert isclose(abs(share - limit), z * sqrt(limit * (1 - limit) / of), rel_tol=1e-6, abs_tol=1e-9)


@given(st.integers(1, 10_000), st.data())
def test_wilson_treats_hits_and_misses_alike(of, data):
    count = data.draw(st.integers(0, of))

    hits, misses = wilson(count, of), wilson(of - count, of)

    assert hits.lo == pytest.approx(1 - misses.hi, abs=1e-12)
    assert hits.hi == pytest.approx(1 - misses.lo, abs=1e-12)


cases = st.lists(st.frozensets(st.sampled_from(Outcome), min_size=1), max_size=5)


@given(cases)
def test_a_share_is_the_range_of_all_worlds(cases):
    share = Share.of_outcomes(cases)

    counted = {(world.count(Outcome.HIT), world.count(Outcome.MISS)) for world in product(*cases)}
    real = [(hits, hits + misses) for hits, misses in counted if hits + misses]
    assert share.hits == (min(h for h, _ in counted), max(h for h, _ in counted))
    assert share.misses == (min(m for _, m in counted), max(m for _, m in counted))
    assert share.of == (min(h + m for h, m in counted), max(h + m for h, m in counted))
    assert share.ratio == hull([hits / of for hits, of in real])
    limits = [wilson(*each) for each in real]
    interval = share.interval()
    assert (interval is None) == (not limits)
    if limits:
        assert interval.lo == pytest.approx(min(each.lo for each in limits), abs=1e-12)
        assert interval.hi == pytest.approx(max(each.hi for each in limits), abs=1e-12)


# ---------------------------------------------------------------- deadlines in a window


def exact_hit(course):
    if not course.promised or not AFTER < course.promised[0].first <= UNTIL:
        return Outcome.OUT
    return Outcome.HIT if course.reached.lo <= course.promised[0].first else Outcome.MISS


def exact_execution(course):
    known = [each.first for each in course.promised if each.published <= AFTER]
    if not known or not AFTER < known[-1] <= UNTIL or course.reached.lo <= AFTER:
        return Outcome.OUT
    return Outcome.HIT if course.reached.lo <= UNTIL else Outcome.MISS


@given(st.lists(courses(), max_size=4))
def test_hit_rate_and_cei_leave_open_what_the_dates_leave_open(given_courses):
    for figure, exact in ((hit_rate, exact_hit), (current_execution_index, exact_execution)):
        outcomes = [frozenset(map(exact, worlds(course))) for course in given_courses]

        assert figure(given_courses, after=AFTER, until=UNTIL) == Share.of_outcomes(outcomes)


def finished_and_due(course):
    """
    Whether a course counts above and below, with all dates exact.
    """
    finished = course.reached.lo <= UNTIL
    return finished, finished if not course.promised else course.promised[0].first <= UNTIL


@given(st.lists(courses(), max_size=4))
def test_the_milestone_bei_is_the_range_of_all_worlds(given_courses):
    figure = milestone_bei(given_courses, by=UNTIL)

    ways = [set(map(finished_and_due, worlds(course))) for course in given_courses]
    counts = {tuple(map(sum, zip((0, 0), *world, strict=True))) for world in product(*ways)}
    found = [above / below for above, below in counts if below]
    expected = hull(found)
    if expected is not None and any(above and not below for above, below in counts):
        expected = NumberRange(expected.lo, None)
    assert figure.index == expected
    assert figure.is_behind == (
        expected is not None and expected.hi is not None and all(each < 0.95 for each in found)
    )


# ---------------------------------------------------------------- earned schedule

ENDS = tuple(map(day, (-1, 1, 3, 5, 7, 9, NEVER)))


@st.composite
def cumulative(draw):
    total, planned = 0, [0]
    for step in draw(st.lists(st.integers(0, 3), max_size=8)):
        total += step
        planned.append(total)
    return planned


@given(cumulative(), st.integers(0, 30))
def test_earned_schedule_inverts_the_plan(planned, achieved):
    schedule = schedule_of(planned, achieved)

    whole = int(schedule)
    part = schedule - whole
    above = planned[whole + 1] if part else planned[whole]
    assert planned[whole] + part * (above - planned[whole]) == min(achieved, planned[-1])


@given(st.lists(courses(least=1), min_size=1, max_size=3), st.data())
def test_earned_schedule_holds_every_world(given_courses, data):
    as_of = day(data.draw(st.integers(-1, NEVER - 1)))
    figure = earned(given_courses, ENDS, as_of=as_of)

    world = [data.draw(st.sampled_from(list(worlds(course)))) for course in given_courses]
    exact = earned(world, ENDS, as_of=as_of)

    assert exact.achieved[0] == exact.achieved[1]
    assert exact.schedule.lo == exact.schedule.hi
    assert figure.achieved[0] <= exact.achieved[0] <= figure.achieved[1]
    for name in ("duration", "schedule", "index", "forecast"):
        assert holds(getattr(figure, name), getattr(exact, name)), name


# ---------------------------------------------------------------- more evidence


@st.composite
def narrowed(draw, course):
    """
    The same course with every range of dates as wide, or less wide.
    """

    def within(first, last):
        kept = sorted(draw(st.sampled_from(days_from(first, last))) for _ in range(2))
        return kept[0], kept[1]

    lo, hi = within(course.reached.lo or day(LONG_AGO), course.reached.hi or day(NEVER))
    return attrs.evolve(
        course,
        promised=tuple(
            Promised(each.published, UncertainDate(*within(each.first, each.last)))
            for each in course.promised
        ),
        reached=Bounds(lo, hi),
    )


@given(st.lists(courses(least=1), min_size=1, max_size=4), st.data())
def test_more_evidence_only_narrows(before, data):
    after = [data.draw(narrowed(course)) for course in before]

    for figure in (hit_rate, current_execution_index):
        wide, narrow = (figure(each, after=AFTER, until=UNTIL) for each in (before, after))
        for name in ("hits", "misses", "of"):
            outer, inner = (NumberRange(*getattr(each, name)) for each in (wide, narrow))
            assert holds(outer, inner), (figure, name)
        assert holds(wide.ratio, narrow.ratio)
        assert holds(wide.interval(), narrow.interval())
    assert holds(milestone_bei(before, by=UNTIL).index, milestone_bei(after, by=UNTIL).index)
    wide, narrow = (earned(each, ENDS, as_of=UNTIL) for each in (before, after))
    for name in ("duration", "schedule", "index", "forecast"):
        assert holds(getattr(wide, name), getattr(narrow, name)), name


# ---------------------------------------------------------------- the order of cases, the calendar

shifts = st.integers(-400, 400)


def moved_day(when, by):
    return when and when + timedelta(by)


def moved_bounds(bounds, by):
    return Bounds(moved_day(bounds.lo, by), moved_day(bounds.hi, by))


def moved(course, by):
    return attrs.evolve(
        course,
        promised=tuple(
            Promised(each.published + timedelta(by), shift(each.deadline, by)) for each in course.promised
        ),
        reached=moved_bounds(course.reached, by),
    )


def all_figures(some, by):
    window = {"after": moved_day(AFTER, by), "until": moved_day(UNTIL, by)}
    found = [
        hit_rate(some, **window),
        current_execution_index(some, **window),
        attrs.evolve(milestone_bei(some, by=window["until"]), day=AFTER),
        earned(some, [moved_day(end, by) for end in ENDS], as_of=window["until"]),
    ]
    outside = outlook(Promised(moved_day(AFTER, by), shift(UncertainDate.on(UNTIL), by)), some, fewest=1)
    days = [when and shift(when, -by) for when in (outside.p50, outside.p80)]
    return found, outside.ratios, days


@given(st.lists(courses(), max_size=8), shifts, st.data())
def test_neither_calendar_nor_order_change_a_figure(some, by, data):
    expected = all_figures(some, 0)

    others = data.draw(st.permutations([moved(course, by) for course in some]))

    assert all_figures(others, by) == expected


@st.composite
def waits(draw):
    cancelled = draw(st.none() | NUMBERS)
    return Wait(
        project="road",
        since=draw(some_days() | NUMBERS.map(lambda number: UncertainDate.on(day(number)))),
        listed=day(draw(NUMBERS)),
        reached=draw(reached()),
        cancelled=None if cancelled is None else day(cancelled),
    )


@given(st.lists(waits(), max_size=8), shifts)
def test_waits_last_as_long_at_any_time(some, by):
    later = [
        attrs.evolve(
            wait,
            since=shift(wait.since, by),
            listed=moved_day(wait.listed, by),
            reached=moved_bounds(wait.reached, by),
            cancelled=moved_day(wait.cancelled, by),
        )
        for wait in some
    ]

    assert spells_of(later) == spells_of(some)
    assert intervals_of(later) == intervals_of(some)
    followed = spells_of(some)
    assert len(followed.spells) + followed.vague + followed.unseen == len(some)


# ---------------------------------------------------------------- trends


@st.composite
def deadlines(draw):
    """
    Exact promises, and the same as vague as two numbers of days say.

    Equal deadlines stay equal and others don't become so: the same words mean the same unknown day.
    """
    published = sorted(draw(st.lists(NUMBERS, min_size=2, max_size=5)))
    exact = [(number, draw(st.integers(0, 30))) for number in published]
    before, after = draw(st.integers(0, 3)), draw(st.integers(0, 3))

    def vague(before, after):
        return [
            Promised(day(number), UncertainDate(day(due - before), day(due + after))) for number, due in exact
        ]

    return vague(0, 0), vague(before, after), vague(before + 1, after + 2)


def days_of(when):
    return (
        None
        if when is None
        else DayRange(*(end and (end - START).days for end in (when.earliest, when.latest)))
    )


@given(deadlines())
def test_vaguer_deadlines_make_vaguer_trends(chains):
    for narrow, wide in zip(map(milestone_trend, chains), map(milestone_trend, chains[1:]), strict=False):
        if narrow is None:
            assert wide is None
            continue
        assert holds(wide.slope, narrow.slope)
        if wide.arrival is not None:
            assert holds(days_of(wide.arrival), days_of(narrow.arrival))
            assert not narrow.never_arrives or wide.arrival.latest is None
        assert narrow.never_arrives or not wide.never_arrives


@given(deadlines(), shifts)
def test_trends_go_by_the_median_slope(chains, by):
    promised, *_ = chains
    trend = milestone_trend(promised)

    slopes = [
        (other.first - one.first).days / (other.published - one.published).days
        for place, one in enumerate(promised)
        for other in promised[place + 1 :]
        if other.published > one.published
    ]
    assert (trend is None) == (not slopes)
    if trend is not None:
        assert trend.slope.lo == trend.slope.hi == pytest.approx(median(slopes))
        later = milestone_trend(
            [Promised(moved_day(each.published, by), shift(each.deadline, by)) for each in promised]
        )
        assert later.slope == trend.slope
        assert later.arrival == (trend.arrival and shift(trend.arrival, by))


# ---------------------------------------------------------------- waits


@st.composite
def spells(draw):
    entry = draw(st.integers(0, 8))
    return Spell(entry, draw(st.integers(entry + 1, 10)), draw(st.sampled_from(Ending)))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_without_censoring_the_curve_is_the_share_that_waits(days):
    curve = kaplan_meier(Spell(0, each, Ending.REACHED) for each in days)

    z = normal_quantile(0.95)
    for step in curve.steps:
        share = sum(each > step.day for each in days) / len(days)
        assert step.waiting == pytest.approx(share)
        if share:
            spread = sqrt(share * (1 - share) / len(days))
            reach = z * spread / (share * -log(share))
            for limit, sign in ((step.limits.lo, 1), (step.limits.hi, -1)):
                assert log(-log(limit)) == pytest.approx(log(-log(share)) + sign * reach)


@given(st.lists(spells(), max_size=10), st.data())
def test_a_spell_seen_in_two_parts_is_the_same(some, data):
    parts = []
    for spell in some:
        seam = data.draw(st.integers(spell.entry, spell.exit - 1))
        parts.append(Spell(seam, spell.exit, spell.ending))
        if seam > spell.entry:
            parts.append(Spell(spell.entry, seam, Ending.WAITING))
    shuffled = data.draw(st.permutations(parts))

    assert kaplan_meier(shuffled).steps == kaplan_meier(some).steps
    assert aalen_johansen(shuffled) == aalen_johansen(some)


@given(st.lists(spells(), max_size=10))
def test_what_competes_adds_up(some):
    steps = aalen_johansen(some)

    for step in steps:
        assert step.reached + step.cancelled + step.waiting == pytest.approx(1)
    either = [
        attrs.evolve(spell, ending=Ending.REACHED) if spell.ending is Ending.CANCELLED else spell
        for spell in some
    ]
    waiting = [(step.day, step.waiting) for step in kaplan_meier(either).steps]
    assert waiting == [(step.day, pytest.approx(step.waiting)) for step in steps]


# ---------------------------------------------------------------- intervals


@st.composite
def intervals(draw):
    lo, width = draw(st.integers(0, 8)), draw(st.integers(0, 3))
    return Interval(
        draw(st.sampled_from([lo, lo, lo, None])), draw(st.sampled_from([lo + width] * 3 + [None]))
    )


def likelihood(cases, shares):
    """
    The log-likelihood of a spread, given as the share of each interval.
    """
    return sum(
        log(sum(share for within, share in shares if is_within(within, case)) or 1e-300) for case in cases
    )


def is_within(inner, outer):
    return (outer.lo is None or (inner.lo is not None and inner.lo >= outer.lo)) and (
        outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi)
    )


@given(st.lists(intervals(), min_size=1, max_size=8), st.data())
def test_no_other_spread_is_likelier(cases, data):
    spread = turnbull(cases)

    places = innermost(each for each in cases if each != Interval(None, None))
    weights = data.draw(st.lists(st.integers(1, 20), min_size=len(places), max_size=len(places)))
    other = [(place, weight / sum(weights)) for place, weight in zip(places, weights, strict=True)]
    known = [case for case in cases if case != Interval(None, None)]
    found = [(mass.within, mass.share) for mass in spread.masses]
    assert likelihood(known, found) >= likelihood(known, other) - 1e-6


@given(st.lists(intervals(), max_size=8))
def test_the_spread_is_consistent_with_itself(cases):
    spread = turnbull(cases)

    known = [case for case in cases if case != Interval(None, None)]
    assert (spread.cases, spread.blank) == (len(known), len(cases) - len(known))
    for mass in spread.masses:
        expected = sum(
            mass.share / sum(other.share for other in spread.masses if is_within(other.within, case))
            for case in known
            if is_within(mass.within, case)
        )
        assert mass.share == pytest.approx(expected / len(known), abs=1e-6)


@given(st.lists(spells(), min_size=1, max_size=8))
def test_exact_and_censored_cases_give_kaplan_meier(some):
    reached_or_waiting = [
        Spell(0, spell.exit, Ending.WAITING if spell.ending is Ending.CANCELLED else spell.ending)
        for spell in some
    ]
    curve = kaplan_meier(reached_or_waiting)

    # Still waiting on day x is reached on x + 1 at the earliest.
    spread = turnbull(
        Interval(spell.exit, spell.exit) if spell.ending is Ending.REACHED else Interval(spell.exit + 1, None)
        for spell in reached_or_waiting
    )

    for step in curve.steps:
        beyond = sum(
            mass.share for mass in spread.masses if mass.within.hi is None or mass.within.hi > step.day
        )
        assert beyond == pytest.approx(step.waiting, abs=1e-6)
    assert spread.quantile(0.5).lo == curve.quantile(0.5).lo


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12), st.floats(0.05, 0.95))
def test_quantiles_of_exact_cases_part_them(numbers, share):
    quantile = turnbull(Interval(number, number) for number in numbers).quantile(share)

    for number in (quantile.lo, quantile.hi):
        assert sum(each < number for each in numbers) <= share * len(numbers) + 1e-5
        assert sum(each > number for each in numbers) <= (1 - share) * len(numbers) + 1e-5


@given(st.lists(courses(least=1), min_size=1, max_size=6))
def test_ratios_hold_every_world(some):
    for course in some:
        if course.baseline.first > course.baseline.published:
            whole = ratio(course)
            for world in worlds(course):
                assert is_within(ratio(world), whole)
