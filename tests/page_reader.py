"""
What a page says of a day, read from its data as its script reads it, and what a view says of the same day.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from datetime import date

import attrs

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.metrics.reconciliation import TotalFit, reconciled_total
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.labels import bounds_text, deadline_text, label
from milestone_ledger.reports.overview import percent
from milestone_ledger.reports.periodic.drafting import due_soon

EPOCH = date(1970, 1, 1).toordinal()
FLAGS = ("in_headline", "is_early", "after_achievement", "is_due_soon", "is_effort")


def data_of(page):
    """
    The data of a whole page.
    """
    (held,) = re.findall(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(held)


def number(day):
    return None if day is None else day.toordinal() - EPOCH


def day_of(held):
    return None if held is None else date.fromordinal(held + EPOCH)


class Reader:
    """
    A page, as far as its data go.
    """

    def __init__(self, data):
        self.data = data

    def text(self, number):
        text = self.data["texts"][number]
        return (text, text) if isinstance(text, str) else tuple(text)

    def seqs(self, entries):
        return [self.data["entries"][number][0] for number in entries]

    def run(self, runs, day):
        """
        What holds on ``day``: the last answer that began by the last day of change.
        """
        index = max(bisect_right(self.data["days"], number(day)) - 1, 0)
        place = bisect_right(runs[::2], index)
        return runs[2 * place - 1] if place else None

    def seen(self, mode, day):
        """
        Everything that the page says of a day.
        """
        mode = self.data["modes"][mode]
        states = {
            project[0]: self.run(runs, day)
            for project, runs in zip(self.data["projects"], mode["states"], strict=True)
        }
        return {
            "projects": {
                name: self.state(self.data["states"][state])
                for name, state in states.items()
                if state is not None
            },
            "figures": self.run(mode["figures"], day),
            "counts": self.run(mode["counts"], day) if any(s is not None for s in states.values()) else None,
            "totals": [self.total(self.data["totals"][n]) for n in self.run(mode["totals"], day) or ()],
        }

    def state(self, held):
        stage, activity, status, following, milestones, promises, counted = held
        return {
            "stage": stage,
            "activity": self.text(self.data["activities"][activity])[1],
            "status": None if status is None else self.data["entries"][status][0],
            "next": following,
            "milestones": [self.milestone(self.data["milestones"][one]) for one in milestones],
            "promises": [self.promise(self.data["promises"][one]) for one in promises],
            "counted": counted,
        }

    def milestone(self, held):
        answer, lo, hi, text, certain, possible, entries, counted = held
        return {
            "answer": self.data["answers"][answer][0],
            "bounds": (day_of(lo), day_of(hi), self.text(text)),
            "numbers": (certain, possible),
            "entries": (self.seqs(entries), self.seqs(counted)),
        }

    def promise(self, held):
        step, quantity, segment, firmness, verdict, current, flags = held[:7]
        first, last, due, moved, lo, hi, bounds, made, evidence, units, need, split = held[7:]
        return {
            "chain": (step, quantity, segment),
            "firmness": self.text(self.data["firmnesses"][firmness])[1],
            "verdicts": (self.data["verdicts"][verdict][0], self.data["verdicts"][current][0]),
            "flags": {name for bit, name in enumerate(FLAGS) if flags >> bit & 1},
            "deadline": (day_of(first), day_of(last), self.text(due)),
            "moved": None if moved is None else self.text(moved),
            "bounds": (day_of(lo), day_of(hi), self.text(bounds)),
            "promises": self.seqs(made),
            "evidence": self.seqs(evidence),
            "units": [self.text(unit)[0] for unit in units],
            "needs": need is not None,
            "has_members": split is not None,
        }

    def total(self, held):
        entry, on, certain, possible, registered, missing, fit, examples, scope, reached = held
        names = [project[0] for project in self.data["projects"]]
        spread = [
            {name for at in range(0, len(spans), 2) for name in names[spans[at] : spans[at] + spans[at + 1]]}
            for spans in (scope, reached)
        ]
        numbers = certain, possible, registered, missing
        return self.seqs([entry])[0], day_of(on), *numbers, self.text(fit), self.seqs(examples), *spread


def expected(view):
    """
    The same, as the library answers.
    """
    steps = () if view.registry.programme is None else view.programme.milestone_ids
    soon = {id(state) for state in due_soon(view, 31)}
    return {
        "projects": {state.project.id: _state(view, state, steps, soon) for state in view.projects()},
        "figures": figures(view.reliability()),
        "counts": [[row.certain, row.possible, row.registered, row.open_batches] for row in view.counts()]
        or None,
        "totals": [
            (
                total.entry.seq,
                total.on,
                total.certain,
                total.possible,
                total.registered,
                row.missing if row.fit is not TotalFit.NOT_COMPARED else None,
                _both(label, row.fit),
                [entry.seq for entry in total.examples],
                set(total.projects),
                set(total.reached),
            )
            for total in view.totals()
            for row in [reconciled_total(total)]
        ],
    }


def figures(reliability):
    """
    The numbers by verdict, and the shares as people read them, unless so few are due that there are none.
    """
    numbers = [getattr(reliability, field.name) for field in attrs.fields(Reliability)]
    if reliability.settled < SMALL:
        return [*numbers, None, None, None]
    return [*numbers, percent(reliability.coverage), *map(percent, reliability.reliability)]


def _both(write, value):
    return write(value, "zh"), write(value, "en")


def _seqs(entries):
    return [entry.seq for entry in entries]


def _state(view, state, steps, soon):
    is_batch = state.project.size != 1
    return {
        "stage": [steps.index(step) for step in state.stage],
        "activity": {"no_stop_known": "no stop known"}.get(state.activity.value, state.activity.value),
        "status": state.status and state.status.seq,
        "next": None if state.next_expected is None else steps.index(state.next_expected),
        "milestones": [
            {
                "answer": one.answer.value,
                "bounds": (one.bounds.lo, one.bounds.hi, _both(bounds_text, one.bounds)),
                "numbers": (one.certain, one.possible) if is_batch else (None, None),
                "entries": (_seqs(one.bounds.entries), _seqs(one.count_entries) if is_batch else []),
            }
            if one.is_expected
            else {
                "answer": "unreported",
                "bounds": (None, None, ("无据", "nothing established")),
                "numbers": (0, state.project.size) if is_batch else (None, None),
                "entries": ([], []),
            }
            for one in state.milestones
        ],
        "promises": [_promise(view, promise, steps, soon) for promise in state.promises],
        "counted": [number for number, step in enumerate(steps) if state.project.id in view.counted(step)],
    }


def _promise(view, state, steps, soon):
    chain, deadline = state.chain, state.baseline.deadline
    lo, hi, text = None, None, ("无据", "nothing established")
    if not chain.is_effort:
        bounds = view.bounds(chain.project, chain.milestone, chain.quantity)
        lo, hi, text = bounds.lo, bounds.hi, _both(bounds_text, bounds)
    flags = {name for name in FLAGS[:3] if getattr(state, name)}
    flags |= {"is_due_soon"} if id(state) in soon else set()
    flags |= {"is_effort"} if chain.is_effort else set()
    return {
        "chain": (
            None if chain.milestone is None else steps.index(chain.milestone),
            chain.quantity,
            chain.segment,
        ),
        "firmness": chain.firmness.value,
        "verdicts": (state.baseline.verdict.value, state.current.verdict.value),
        "flags": flags,
        "deadline": (
            deadline and deadline.earliest,
            deadline and deadline.latest,
            _both(deadline_text, deadline),
        ),
        "moved": _both(deadline_text, state.current.deadline) if chain.revisions else None,
        "bounds": (lo, hi, text),
        "promises": _seqs(chain.promises),
        "evidence": _seqs(state.baseline.entries[1:]),
        "units": list(chain.responsible),
        "needs": state.baseline.verdict in (Verdict.DATE_UNKNOWN, Verdict.UNVERIFIED),
        "has_members": bool(state.members),
    }
