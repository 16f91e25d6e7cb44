"""
What a programme offers to be spoken of, and what to speak of most, so that statements meet each other.
"""

from __future__ import annotations

import attrs

from milestone_ledger.domain.programme import Label, Lifecycle, Milestone, Programme


def _rank(programme: Programme, milestone: str) -> tuple[int, int]:
    before, after = len(programme.before(milestone)), len(programme.after(milestone))
    return min(before, after), before + after


def focus(programme: Programme) -> str:
    """
    The milestone with most others on both sides: what is known of it is known of them too.
    """
    return max(programme.milestone_ids, key=lambda milestone: _rank(programme, milestone))


def around(programme: Programme) -> tuple[str | None, str | None]:
    """
    A milestone before the focus and one after it, each ``None`` if there is none.
    """
    middle = focus(programme)
    before = [m for m in programme.milestone_ids if m in programme.before(middle) and m != middle]
    after = [m for m in programme.milestone_ids if m in programme.after(middle) and m != middle]
    return (before[-1] if before else None), (after[-1] if after else None)


def line(programme: Programme) -> tuple[str, ...]:
    """
    The focus with its neighbours, in their order: one to three milestones.
    """
    early, late = around(programme)
    return tuple(step for step in (early, focus(programme), late) if step is not None)


def domains(programme: Programme) -> tuple[str, ...]:
    """
    The domains that projects stand under, as many as make a difference.
    """
    return tuple(domain.path for domain in programme.domains[:2])


def deliveries(programme: Programme) -> tuple[str, ...]:
    """
    The delivery modes that have a lifecycle.
    """
    return tuple(lifecycle.delivery for lifecycle in programme.lifecycles)


def responsible(programme: Programme) -> tuple[tuple[str, ...], ...]:
    """
    No unit, one, and two of which the first goes by a former name, as far as the programme has them.
    """
    names = [(*unit.former, unit.name)[0] for unit in programme.units]
    some: list[tuple[str, ...]] = [(), *((unit.name,) for unit in programme.units[:1])]
    return (*some, (names[-1], programme.units[0].name)) if len(names) > 1 else tuple(some)


def extended(programme: Programme) -> Programme:
    """
    ``programme`` with one milestone and one lifecycle more; itself if it has them already.
    """
    step, mode = "extra_step", "extra_mode"
    if step in programme.milestone_ids or mode in deliveries(programme):
        return programme
    return attrs.evolve(
        programme,
        milestones=(*programme.milestones, Milestone(step, Label("附加节点", "extra step"))),
        order=(*programme.order, (focus(programme), step)),
        lifecycles=(*programme.lifecycles, Lifecycle(mode, Label("附加方式", "extra mode"), (step,))),
    )
