"""
The meaning once more, as plainly as can be: what is known of every single day.

For each day of the calendar: at least how many units had, and at most how many units can have, reached a
milestone by the end of that day. Nothing here knows of bounds, facts, or how the package finds them.
"""

from __future__ import annotations

from datetime import timedelta

from milestone_ledger.domain import events as on
from milestone_ledger.testing.strategies import CALENDAR

ALL = 10**9  # the whole of a batch whose size nobody knows
SPAN = tuple(CALENDAR[0] + timedelta(n) for n in range(-2, len(CALENDAR) + 25))


def live_events(history, *, recorded_by, published_by):
    """
    What stands at a position, in the papers of a day.
    """
    seen = [
        entry
        for entry in history
        if entry.seq < recorded_by
        and (published_by is None or entry.published_on is None or entry.published_on <= published_by)
    ]
    gone = {entry.event.target for entry in seen if isinstance(entry.event, on.EntryRetracted)}
    return [entry for entry in seen if entry.seq not in gone]


def identities(history, *, recorded_by):
    """
    Programme, and size and batch of every project, by position alone.
    """
    programme, sizes, batches = None, {}, {}
    for entry in live_events(history, recorded_by=recorded_by, published_by=None):
        event = entry.event
        if isinstance(event, on.ProgrammeDefined):
            programme = event.programme
        elif isinstance(event, on.ProjectRegistered):
            sizes[event.project], batches[event.project] = event.size, event.member_of
        elif isinstance(event, on.ProjectAmended) and event.project in sizes and event.member_of is not None:
            batches[event.project] = event.member_of or None
    return programme, sizes, batches


def later_than(programme, milestone):
    """
    The milestone and every one that cannot come before it, by walking along the edges.
    """
    found = {milestone}
    while True:
        more = {late for early, late in programme.order if early in found} - found
        if not more:
            return found
        found |= more


class Naive:
    """
    For each project, milestone and day: how many units had reached it at least, whether all had, and how
    many can have at most. Of an unknown number, all is at least one, or as many as were counted.
    """

    def __init__(self, history, *, recorded_by, published_by):
        programme, self.sizes, self.batches = identities(history, recorded_by=recorded_by)
        self.live = live_events(history, recorded_by=recorded_by, published_by=published_by)
        self.milestones = [] if programme is None else [step.id for step in programme.milestones]
        self.later = {step: later_than(programme, step) for step in self.milestones}
        self.own = {p: self._own(p) for p in self.sizes}
        self.combined = {p: self._combined(p) for p in self.sizes}

    def whole(self, project):
        return ALL if self.sizes[project] is None else self.sizes[project]

    def _own(self, project):
        whole = self.whole(project)
        known = {(step, day): [0, False, whole] for step in self.milestones for day in SPAN}
        for entry in self.live:
            event = entry.event
            if getattr(event, "project", None) != project or getattr(event, "contested", False):
                continue
            for step in self.milestones:
                for day in SPAN:
                    limits = known[step, day]
                    if isinstance(event, on.MilestoneAchieved):
                        number = (self.sizes[project] or 1) if event.quantity is None else event.quantity
                        if event.milestone in self.later[step] and day >= event.occurred.latest:
                            limits[0] = max(limits[0], number)
                            limits[1] = limits[1] or event.quantity is None
                        first = event.occurred.earliest
                        if (
                            event.quantity is None
                            and first
                            and step in self.later[event.milestone]
                            and day < first
                        ):
                            limits[2] = min(limits[2], whole - 1)
                    elif (
                        isinstance(event, on.MilestonePending)
                        and step in self.later[event.milestone]
                        and day <= event.on
                    ):
                        limits[2] = min(limits[2], whole - 1 if event.quantity is None else event.quantity)
        return known

    def _combined(self, project):
        own, whole = self.own[project], self.whole(project)
        batch = self.batches.get(project)
        members = [p for p in self.sizes if self.batches.get(p) == project]
        combined = {}
        for key, (own_least, own_all, own_most) in own.items():
            least, all_had, most = [own_least], own_all, [own_most]
            if batch is not None and self.own[batch][key][1]:
                least, all_had = [own_least, self.sizes[project] or 1], True
            if batch is not None and self.own[batch][key][2] == 0:
                most.append(0)
            least.append(sum(self.own[m][key][0] for m in members))
            if whole != ALL:
                # Of a member of unknown size one unit is sure to exist.
                most.append(whole - sum(max(0, (self.sizes[m] or 1) - self.own[m][key][2]) for m in members))
            combined[key] = (max(least), all_had or max(least) == whole, min(most))
        return combined

    def had(self, project, milestone, quantity, day):
        """
        Whether unit ``quantity`` had certainly reached it by the end of a day.
        """
        least, all_had, _ = self.combined[project][milestone, day]
        return all_had or least >= quantity

    def had_not(self, project, milestone, quantity, day):
        """
        Whether it certainly had not.
        """
        return self.combined[project][milestone, day][2] < quantity

    def hi(self, project, milestone, quantity):
        """
        The first day by which unit ``quantity`` has certainly reached the milestone.
        """
        return next((day for day in SPAN if self.had(project, milestone, quantity, day)), None)

    def lo(self, project, milestone, quantity):
        """
        The day after the last one on which unit ``quantity`` has certainly not reached it.
        """
        missing = (day for day in reversed(SPAN) if self.had_not(project, milestone, quantity, day))
        return next((day + timedelta(1) for day in missing), None)

    def verdict(self, promise, *, as_of, in_force, grace=0):
        """
        What became of a promise, by the table of docs/reference/verdicts.md, rule by rule.
        """
        event, project = promise.event, promise.event.project
        if event.firmness is on.Firmness.EFFORT or event.milestone is None or event.deadline is None:
            return "effort"
        first, last = event.deadline.earliest, event.deadline.latest
        quantity = self.whole(project) if event.quantity is None else event.quantity

        def reached_by(day):
            return self.had(project, event.milestone, quantity, day)

        def missing_on(day):
            return self.had_not(project, event.milestone, quantity, day)

        if reached_by(min(as_of, first + timedelta(grace))):
            return "kept"
        if self._taken_back(promise, in_force):
            return "withdrawn"
        if as_of < last + timedelta(grace) and not reached_by(as_of):
            return "not_due"
        if missing_on(last + timedelta(grace)):
            return "kept_late" if reached_by(as_of) else "overdue"
        return "date_unknown" if reached_by(SPAN[-1]) else "unverified"

    def _taken_back(self, promise, in_force):
        event = promise.event
        course = []
        for entry in self.live:
            other, day = entry.event, entry.published_on
            if not isinstance(other, on.PromiseWithdrawn | on.ActivityChanged):
                continue
            if other.project != event.project or day > in_force:
                continue
            in_time = day < event.deadline.earliest
            if isinstance(other, on.PromiseWithdrawn):
                same = (other.milestone, other.quantity) == (event.milestone, event.quantity)
                if same and in_time and day > promise.published_on:
                    return True
            else:
                moment = (other.on, day, list(on.Activity).index(other.activity))
                if other.activity is on.Activity.REINSTATED or (
                    other.activity is on.Activity.CANCELLED and in_time
                ):
                    course.append((moment, other.activity))
        return bool(course) and max(course)[1] is on.Activity.CANCELLED
