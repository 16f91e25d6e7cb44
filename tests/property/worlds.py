"""
Every world there could be: which unit reached which milestone on which day.

A set of worlds is one integer with a bit per world, so a statement is a set, and evidence an intersection.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import combinations_with_replacement, product

from milestone_ledger.domain import events as on
from milestone_ledger.testing.strategies.calendar import START

NEVER = 99


def number_of(day):
    return (day - START).days


def day_of(number):
    return START + timedelta(number)


class Worlds:
    """
    All worlds of a project, or of a batch whose ``named`` members come first among its ``size`` units.

    Evidence speaks of days 1 to ``days``; a world may also use the days around them, or never come to it.
    ``named`` pairs each member with its number of units.
    """

    def __init__(self, milestones, order, size, days, named=()):
        self.milestones, self.size = milestones, size
        self.moments = (*range(days + 2), NEVER)
        lives = [
            dict(zip(milestones, moments, strict=True))
            for moments in product(self.moments, repeat=len(milestones))
        ]
        lives = [life for life in lives if all(life[early] <= life[late] for early, late in order)]
        if named:
            self.worlds = list(product(lives, repeat=size))
        else:
            self.worlds = list(combinations_with_replacement(lives, size))
        self.all = (1 << len(self.worlds)) - 1
        self.parts, start = {None: (0, size)}, 0
        for name, number in named:
            self.parts[name] = (start, start + number)
            start += number
        self._reached = {}

    def number(self, member=None):
        """
        How many units the whole, or a member, has.
        """
        start, end = self.parts[member]
        return end - start

    def reached(self, milestone, quantity, day, member=None):
        """
        The worlds in which at least ``quantity`` units had reached it by the end of ``day``.
        """
        key = (milestone, quantity, day, member)
        if key not in self._reached:
            start, end = self.parts[member]
            holds = (
                sum(life[milestone] <= day for life in world[start:end]) >= quantity for world in self.worlds
            )
            self._reached[key] = int("".join("01"[hold] for hold in holds)[::-1], 2)
        return self._reached[key]

    def holding(self, event, member=None):
        """
        The worlds in which a statement is true.
        """
        step, whole = event.milestone, self.number(member)
        if event.contested:
            return self.all
        if isinstance(event, on.MilestoneAchieved):
            quantity = whole if event.quantity is None else event.quantity
            worlds = self.reached(step, quantity, number_of(event.occurred.latest), member)
            if event.occurred.earliest is not None:
                worlds &= ~self.reached(step, whole, number_of(event.occurred.earliest) - 1, member)
            return worlds
        day = number_of(event.on)
        # What is pending is not done, of however many it is said.
        worlds = self.all & ~self.reached(step, whole, day, member)
        return (
            worlds
            if event.quantity is None
            else worlds & ~self.reached(step, event.quantity + 1, day, member)
        )

    def span(self, worlds, milestone, quantity, member=None):
        """
        The first and the last moment at which unit ``quantity`` reached it, over ``worlds``.
        """
        by = {day: self.reached(milestone, quantity, day, member) for day in self.moments[:-1]}
        first = next((day for day in by if worlds & by[day]), NEVER)
        last = next((day for day in by if not worlds & ~by[day]), NEVER)
        return first, last


worlds_of = cache(Worlds)
