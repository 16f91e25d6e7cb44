"""
The formats of other people: well-formed whatever the ledger holds, and true as far as they can say it.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial

import icalendar
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import format_checks as checks
from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Answer
from milestone_ledger.domain.history import History
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.errors import ExportError
from milestone_ledger.io.export.calendar import calendar, folded
from milestone_ledger.io.export.csv_writer import csv_files
from milestone_ledger.io.export.datapackage import data_package
from milestone_ledger.io.export.losses import LossKind
from milestone_ledger.io.export.oc4ids import latest, oc4ids, series
from milestone_ledger.io.export.ocel import ocel
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.reports.labels import label
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies import looking_days
from property.views import publication_views, view
from strategies.histories import close_histories, histories
from strategies.odd import odd_histories

pasts = histories(max_commits=8) | close_histories(max_commits=8)
OPEN = (Verdict.NOT_DUE, Verdict.OVERDUE, Verdict.UNVERIFIED)
chinese = partial(label, language="zh")


any_pasts = pasts | odd_histories()


@st.composite
def looks(draw, pasts=any_pasts):
    """
    A history, and a look at it from any day, by any day of publication.
    """
    history = draw(pasts)
    as_of = draw(st.sampled_from(looking_days(history)))
    published_by = draw(st.sampled_from(publication_views(history))).published_by
    return view(history, as_of=as_of, published_by=published_by, recorded_by=history.size)


def files_of(seen):
    """
    The files of a data package; the sheets need not be able to say all of an odd ledger.
    """
    written = write_out(seen.history, "zh")
    try:
        return dict(data_package(seen, written, csv_files(written))[0])
    except ExportError:
        event("no sheets")
        return None


def all_bytes(seen):
    return [oc4ids(seen).content, calendar(seen, chinese).content, ocel(seen).content]


# ---------------------------------------------------------------- of all formats


@given(pasts, st.data())
def test_files_depend_on_what_was_recorded_by_their_position_alone(history, data):
    """
    Law 17: what was entered later changes no byte; nor does asking again.
    """
    position = data.draw(st.sampled_from(boundaries(history)[1:]))
    as_of = data.draw(st.sampled_from(looking_days(history)))
    known = History(entry for entry in history if entry.seq < position)

    whole = all_bytes(view(history, as_of=as_of, recorded_by=position))

    assert all_bytes(view(known, as_of=as_of, recorded_by=position)) == whole
    assert all_bytes(view(history, as_of=as_of, recorded_by=position)) == whole


@given(looks())
def test_losses_name_entries_that_the_view_sees(seen):
    """
    Each kind once, and never an entry that lies beyond the view.
    """
    for made in (oc4ids(seen), calendar(seen, chinese), ocel(seen)):
        kinds = [loss.kind for loss in made.losses]
        assert len(set(kinds)) == len(kinds)
        for loss in made.losses:
            assert loss.zh
            assert loss.en
            assert all(seen.viewpoint.sees(seen.history.get(seq)) for seq in loss.entries)
    lost = {loss.kind: loss.entries for loss in oc4ids(seen).losses}
    gone = [
        e.seq for e in seen.history if seen.viewpoint.sees(e) and not seen.history.is_live(e, seen.viewpoint)
    ]
    assert set(lost.get(LossKind.RETRACTED, ())) <= set(gone)


# ---------------------------------------------------------------- OC4IDS


@pytest.fixture(scope="module")
def validator():
    if not checks.has_oc4ids_schema():
        pytest.skip(
            f"NOT CHECKED: no OC4IDS schema in {checks.OC4IDS}; packages are not held to the standard"
        )
    return checks.oc4ids_validator()


@given(looks())
def test_a_package_is_valid(validator, seen):
    """
    By the schema of the standard, formats of dates and addresses included; only nothing at all is not.
    """
    package = json.loads(oc4ids(seen).content)
    faults = checks.oc4ids_faults(package, validator)
    if package["projects"]:
        assert faults == []
    else:
        assert len(faults) == 1
        assert "projects" in faults[0]
    for one in series(seen).values():
        assert checks.oc4ids_faults(one, validator) == []


@given(looks())
def test_ids_are_told_once(seen):
    assert checks.oc4ids_faults(json.loads(oc4ids(seen).content)) == []


@given(looks(pasts))
def test_packages_up_to_a_day_tell_what_was_known_by_that_day(seen):
    """
    Put together, the packages up to P hold every project as it stands as published by P.
    """
    packages = series(seen)
    for viewpoint in publication_views(seen.history):
        by = viewpoint.published_by
        if by is None or (seen.viewpoint.published_by is not None and by > seen.viewpoint.published_by):
            continue
        then = view(seen.history, as_of=seen.as_of, published_by=by, recorded_by=seen.history.size)
        known = {project["id"]: project for project in json.loads(oc4ids(then).content)["projects"]}

        assert latest(package for day, package in packages.items() if day <= by) == known
    last = {project["id"]: project for project in json.loads(oc4ids(seen).content)["projects"]}
    assert latest(packages.values()) == last


@given(looks(pasts))
def test_packages_hold_what_changed_and_nothing_else(seen):
    """
    A project comes again only if it is told otherwise, under the day of that package.
    """
    before = {}
    for day, package in series(seen).items():
        for project in package["projects"]:
            assert before.get(project["id"]) != project
            assert project["updated"][:10] == day.isoformat()
            before[project["id"]] = project


def civil(moment):
    return datetime.fromisoformat(moment).date()


@given(looks(pasts))
def test_a_state_holds_on_the_day_that_it_names(seen):
    """
    Met or not met, it is certain at the end of ``dateModified``; ``dateMet`` is the only day possible.
    """
    for project in json.loads(oc4ids(seen).content)["projects"]:
        name = project["identifiers"][0]["id"]
        state = seen.project(name)
        for milestone in project.get("milestones", ()):
            step, _, rest = milestone["id"].partition("/")
            step = step.partition("#")[0]
            quantity = int(rest.partition("#")[0]) if rest else None
            bounds = seen.bounds(name, step, quantity)
            is_met = bounds.hi is not None and bounds.hi <= seen.as_of
            assert (milestone.get("status") == "met") == is_met
            if "dateMet" in milestone:
                assert bounds.lo == bounds.hi == civil(milestone["dateMet"])
            if milestone.get("status") in ("met", "notMet"):
                answer = bounds.answer(civil(milestone["dateModified"]))
                assert answer is (Answer.YES if is_met else Answer.NO)
            if milestone.get("status") == "scheduled":
                assert bounds.answer(seen.as_of) in (Answer.UNREPORTED, Answer.REPORTED)
                assert "dueDate" in milestone
            if milestone.get("status") == "partiallyMet":
                assert 0 < state.milestone(step).certain < state.project.whole
        assert (project.get("status") == "cancelled") == (state.activity is ActivityState.CANCELLED)
        due = sorted(civil(m["dueDate"]) for m in project.get("milestones", ()) if "dueDate" in m)
        assert due == sorted(
            p.current.deadline.latest
            for p in state.promises
            if p.current.verdict not in (Verdict.EFFORT, Verdict.WITHDRAWN)
        )


# ---------------------------------------------------------------- iCalendar


@given(looks())
def test_a_calendar_holds_every_deadline_without_a_result(seen):
    """
    As another library reads it: each once, on its last day, told by its verdict; lines are short, text exact.
    """
    content = calendar(seen, chinese).content
    read = icalendar.Calendar.from_ical(content)
    events = [event for event in read.walk("VEVENT") if event["CATEGORIES"].to_ical().decode() != "挂账"]
    open_ = [state for state in seen.promises() if state.current.verdict in OPEN]

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert sorted((e.decoded("DTSTART"), str(e["SUMMARY"])[: len(mark(e))]) for e in events) == sorted(
        (state.current.deadline.latest, f"【{chinese(state.current.verdict)}】") for state in open_
    )
    named = [str(component["UID"]) for component in read.walk() if "UID" in component]
    assert len(set(named)) == len(named) > 0
    for one in events:
        first = str(one["DESCRIPTION"]).split("\n")[0]
        assert str(one["SUMMARY"]).endswith("（期限最晚日）") == ("期限本身是一段时间" in first)


def mark(component):
    return str(component["SUMMARY"]).partition("】")[0] + "】"


@given(looks(), st.data())
def test_an_event_keeps_its_uid_from_day_to_day(seen, data):
    """
    A calendar program moves what it knows, and adds no copy.
    """
    other = seen.on(data.draw(st.sampled_from(looking_days(seen.history))))

    assert len(uids(seen) & uids(other)) >= len(still_open(seen) & still_open(other))


def uids(seen):
    read = icalendar.Calendar.from_ical(calendar(seen, chinese).content)
    return {str(event["UID"]) for event in read.walk("VEVENT")}


def still_open(seen):
    """
    The promises that the calendar of a view holds, by what tells one from another.
    """
    return {
        (state.chain.project, state.chain.milestone, state.chain.quantity, state.chain.segment)
        for state in seen.promises()
        if state.current.verdict in OPEN
    }


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300))
def test_a_folded_line_is_the_line(line):
    """
    At most 75 octets each, no character broken, nothing lost.
    """
    data = folded(line)
    parts = data.removesuffix(b"\r\n").split(b"\r\n ")

    assert b"".join(parts).decode() == line
    assert all(len(part.decode().encode()) <= 75 - bool(place) for place, part in enumerate(parts))


# ---------------------------------------------------------------- OCEL


@given(looks())
def test_an_event_log_holds_every_live_statement(seen):
    """
    Each once, with the objects that it speaks of; its time says whether it is that of the publication.
    """
    log = json.loads(ocel(seen).content)

    assert checks.ocel_faults(log) == []
    stated = [
        e.seq
        for e in seen.live
        if isinstance(e.event, on.Statement | on.EntryRetracted) and e.published_on is not None
    ]
    assert sorted(int(e["id"]) for e in log["events"]) == stated
    for one in log["events"]:
        entry = seen.history.get(int(one["id"]))
        attributes = {a["name"]: a["value"] for a in one["attributes"]}
        if attributes["time_basis"] == "published":
            assert civil(one["time"]) == entry.published_on
        elif not isinstance(entry.event, on.ActivityChanged | on.BlockerCleared):
            assert civil(one["time"]) <= entry.published_on
        else:  # that works will stop may be said ahead
            assert civil(one["time"]) == entry.event.on
    chains = [state for state in seen.promises() if not state.chain.is_effort]
    assert len([o for o in log["objects"] if o["type"] == "promise"]) == len(chains)


# ---------------------------------------------------------------- data package


@given(looks())
def test_a_data_package_is_what_it_says(seen):
    """
    Hashes, types, keys and references hold, and its tables are those of the view.
    """
    files = files_of(seen)
    if files is None:
        return
    tables = checks.package_tables(files)

    assert [row["seq"] for row in tables["view-promises"]] == [s.chain.baseline.seq for s in seen.promises()]
    assert [row["verdict"] for row in tables["view-promises"]] == [
        s.baseline.verdict for s in seen.promises()
    ]
    assert len(tables["view-projects"]) == len(seen.projects())
    answers = {(r["project"], r["milestone"]): r["answer"] for r in tables["view-milestones"]}
    assert len(answers) == len(seen.projects()) * len(seen.programme.milestone_ids)
