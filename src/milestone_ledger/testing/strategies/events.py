"""
Hypothesis strategies for events of every class.

They are well-formed (every validator accepts them), not legal: what may follow what is not their business.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from milestone_ledger.domain import events as domain
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow

# Anything that can be stored, in any script; neither NUL nor lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
names = st.sampled_from(["anli-road", "北清路", "二(三)11", "10所 幼儿园", "𠮷野家", "started"]) | _words
name_tuples = st.lists(names, max_size=3, unique=True).map(tuple)
days = st.dates()
quantities = st.integers(0, 2**53 - 1)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.builds(
    lambda sign, digits, exponent: Decimal((sign, tuple(digits), exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=20),
    st.integers(-20, 20),
)


def _between(ends: tuple[date, date]) -> UncertainDate:
    return UncertainDate(min(ends), max(ends))


_closed = st.tuples(days, days).map(_between)
_spoken = st.sampled_from(["2019", "2019-08", "2020-02", "0001", "9999-12", "2019-08-14"]).map(
    UncertainDate.parse
)
closed_dates = days.map(UncertainDate.on) | _closed | _spoken
reported_dates = closed_dates | days.map(UncertainDate.by)
uncertain_dates = reported_dates | days.map(lambda day: UncertainDate(day, None))

labels = st.builds(Label, zh=names, en=names)


_phrases = st.lists(
    st.sampled_from(["汛期前", "供暖季前", "换届前", "条件成熟时", "揭牌", "开园", "落成"])
    | _words.filter(lambda words: len(words) > 1 and not words.isdecimal() and len(words.split()) == 1),
    min_size=1,
    max_size=3,
    unique=True,
)


@st.composite
def readings(draw: st.DrawFn, milestones: tuple[str, ...]) -> Reading:
    """
    What a programme of these ``milestones`` adds to the language of documents.
    """
    spoken, done = draw(_phrases), draw(_phrases)
    is_effort = draw(st.booleans())
    month = None if is_effort else draw(st.integers(1, 12))
    day = None if is_effort else draw(st.none() | st.integers(1, 28))
    year = None if is_effort else draw(st.none() | st.integers(1, 9999))
    return Reading(
        deadlines=tuple(DeadlineRow((words,), year, month, day, effort=is_effort) for words in spoken),
        verbs=(VerbRow(tuple(done), draw(st.sampled_from(milestones))),),
    )


@st.composite
def programmes(draw: st.DrawFn, *, min_domains: int = 0) -> Programme:
    """
    A programme whose milestones stand in an order that its edges and lifecycles follow.

    Projects need a domain to stand under: ask for one if any are to be registered.
    """
    paths = draw(st.lists(names, min_size=min_domains, max_size=3, unique=True))
    domains = tuple(Domain(path, en=draw(texts)) for path in paths)
    if draw(st.booleans()):
        known = tuple(milestone.id for milestone in BUILT_IN_MILESTONES)
        return Programme(
            id=draw(names),
            title=draw(labels),
            domains=domains,
            note=draw(texts),
            reading=draw(st.just(Reading()) | readings(known)),
        )
    ids = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    milestones = tuple(Milestone(step, Label(f"{step}节点", draw(names))) for step in ids)
    edges = [(ids[early], ids[late]) for late in range(len(ids)) for early in range(late)]
    deliveries = draw(st.lists(names, max_size=2, unique=True))
    responsible = draw(st.lists(names, max_size=4, unique=True))
    return Programme(
        id=draw(names),
        title=draw(labels),
        milestones=milestones,
        order=tuple(draw(st.lists(st.sampled_from(edges), max_size=4))) if edges else (),
        lifecycles=tuple(
            Lifecycle(mode, Label(f"{mode}流程", mode), tuple(ids[: draw(st.integers(0, len(ids)))]))
            for mode in deliveries
        ),
        domains=domains,
        units=tuple(
            Unit(unit, former=(f"原{unit}",) if index == 0 else ()) for index, unit in enumerate(responsible)
        )
        if not any(unit.startswith("原") for unit in responsible)
        else (),
        time_zone=draw(st.sampled_from(["Asia/Shanghai", "UTC", "Europe/London"])),
        note=draw(texts),
    )


periods = st.tuples(days, days).map(lambda ends: domain.Period(min(ends), max(ends)))
_relations = st.builds(domain.Relation, kind=st.sampled_from(domain.RelationKind), project=names)
relations = st.lists(_relations, max_size=2, unique=True).map(tuple)
scopes = st.builds(domain.Scope, plans=name_tuples, domains=name_tuples, deliveries=name_tuples)

_statement = {"source": names, "locator": names, "ref": texts, "note": texts}
_maybe_name = st.none() | names
_maybe_date = st.none() | uncertain_dates
_maybe_quantity = st.none() | quantities
_comparators = st.sampled_from(domain.Comparator)


def _achieved(**fields: object) -> domain.MilestoneAchieved:
    """
    A partial count is cumulative: its first day is open.
    """
    occurred = fields["occurred"]
    if fields["quantity"] is not None and isinstance(occurred, UncertainDate) and occurred.latest:
        fields["occurred"] = UncertainDate.by(occurred.latest)
    return domain.MilestoneAchieved(**fields)  # type: ignore[arg-type]


BY_CLASS: dict[type, st.SearchStrategy[domain.Event]] = {
    domain.ProgrammeDefined: st.builds(domain.ProgrammeDefined, programmes()),
    domain.SourceRegistered: st.builds(
        domain.SourceRegistered,
        source=names,
        title=names,
        published=reported_dates,
        kind=st.sampled_from(domain.SourceKind),
        issuer=texts,
        number=texts,
        period=st.none() | periods,
        link=texts,
        sha256=texts,
        note=texts,
    ),
    domain.ProjectRegistered: st.builds(
        domain.ProjectRegistered,
        project=names,
        name=names,
        domain=names,
        aliases=name_tuples,
        delivery=_maybe_name,
        size=st.none() | st.integers(1, 2**53 - 1),
        measure=texts,
        member_of=_maybe_name,
        related=relations,
        note=texts,
    ),
    domain.ProjectAmended: st.builds(
        domain.ProjectAmended,
        project=names,
        name=_maybe_name,
        aliases=st.none() | name_tuples,
        domain=_maybe_name,
        delivery=st.none() | texts,
        member_of=st.none() | texts,
        related=st.none() | relations,
        note=st.none() | texts,
    ),
    domain.PromiseMade: st.builds(
        domain.PromiseMade,
        **_statement,
        project=names,
        milestone=_maybe_name,
        deadline=_maybe_date,
        quantity=_maybe_quantity,
        firmness=st.sampled_from(domain.Firmness),
        responsible=name_tuples,
    ),
    domain.PromiseWithdrawn: st.builds(
        domain.PromiseWithdrawn, **_statement, project=names, milestone=names, quantity=_maybe_quantity
    ),
    domain.MilestoneAchieved: st.builds(
        _achieved,
        **_statement,
        project=names,
        milestone=names,
        occurred=reported_dates,
        quantity=_maybe_quantity,
        contested=st.booleans(),
    ),
    domain.MilestonePending: st.builds(
        domain.MilestonePending,
        **_statement,
        project=names,
        milestone=names,
        on=days,
        quantity=_maybe_quantity,
        contested=st.booleans(),
    ),
    domain.StatementNoted: st.builds(
        domain.StatementNoted,
        **_statement,
        project=names,
        milestone=_maybe_name,
        occurred=st.none() | reported_dates,
    ),
    domain.ActivityChanged: st.builds(
        domain.ActivityChanged,
        **_statement,
        project=names,
        activity=st.sampled_from(domain.Activity),
        on=days,
    ),
    domain.BlockerRaised: st.builds(
        domain.BlockerRaised,
        **_statement,
        project=names,
        milestone=_maybe_name,
        deadline=_maybe_date,
        responsible=name_tuples,
    ),
    domain.BlockerCleared: st.builds(domain.BlockerCleared, **_statement, project=names, on=days),
    domain.IndicatorTargeted: st.builds(
        domain.IndicatorTargeted,
        **_statement,
        name=names,
        value=decimals,
        comparator=_comparators,
        measure=texts,
        deadline=_maybe_date,
        project=_maybe_name,
        responsible=name_tuples,
    ),
    domain.IndicatorObserved: st.builds(
        domain.IndicatorObserved,
        **_statement,
        name=names,
        value=decimals,
        occurred=reported_dates,
        comparator=_comparators,
        measure=texts,
        project=_maybe_name,
    ),
    domain.TotalReported: st.builds(
        domain.TotalReported,
        **_statement,
        what=names,
        count=quantities,
        on=reported_dates,
        comparator=_comparators,
        measure=texts,
        milestones=name_tuples,
        scope=scopes,
    ),
    domain.EntryRetracted: st.builds(
        domain.EntryRetracted, target=quantities, source=_maybe_name, locator=texts, note=texts
    ),
}

events: st.SearchStrategy[domain.Event] = st.one_of(*BY_CLASS.values())


def entries(of: st.SearchStrategy[domain.Event] = events) -> st.SearchStrategy[Entry]:
    """
    Entries with any stamps that a store could give.
    """
    return st.builds(
        Entry,
        ledger=names,
        seq=quantities,
        commit_no=quantities,
        recorded_at=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        actor=names,
        published_on=st.none() | days,
        event=of,
    )
