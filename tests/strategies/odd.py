"""
Hypothesis strategies for legal histories whose names and texts are apt to be taken for something else.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.testing.recording import record
from milestone_ledger.testing.strategies import days
from strategies.histories import PROGRAMME

# What a sheet can say, if it is written with care.
MILD = (
    *("=1+1", "-甲", "+86", "@甲", "'=甲", "'甲'", "＝甲", 'a,b"c', "甲、乙", "乙", "ＡＢ", "𠮷"),
    *("甲：乙", "2019", "10所", "若干", "存疑", "作废@甲", "部分：甲", "<b>", "甲\t乙"),
    *("\u200b甲", "无", "none"),
)
TEXTS = (
    *("", " 甲 ", "甲\r乙", "甲\r\n乙", "\n甲", "甲；\n乙", '\'" 甲 "', "\t=1", "甲\u3000", "\x0b"),
    *('"', "'", "-"),
)
MEASURES = ("", "", "所", "公里", "km")
SIZES = (1, 1, 3, None)
QUANTITIES = (None, None, 1, 2)
NUMBERS = tuple(map(Decimal, ("-5", "0", "-0", "0.10", "1E+3", "48.53", "999999999999999")))
# What parts a cell in two, is read as another name, or as no number that a person would write.
WILD = (*MILD, "甲；乙", "甲;乙", "完成", "completed", "ab", "Ａb", "甲 乙")
WILD_MEASURES = (*MEASURES, "余", "以上", "万个", "2个", " 所", "Ａ", "=")
WILD_NUMBERS = (*NUMBERS, Decimal("1E-12"), Decimal(10**16))
comparators = st.sampled_from(on.Comparator)


@frozen
class Oddity:
    """
    What to draw names, texts and numbers from; ``realm`` tells domains and modes from documents.
    """

    realm: str
    names: st.SearchStrategy[str]
    texts: st.SearchStrategy[str]
    measures: st.SearchStrategy[str]
    sizes: st.SearchStrategy[int | None]
    quantities: st.SearchStrategy[int | None]
    numbers: st.SearchStrategy[Decimal]


MILDLY = Oddity(
    realm="域",
    names=st.sampled_from(MILD),
    texts=st.sampled_from(MILD + TEXTS),
    measures=st.sampled_from(MEASURES),
    sizes=st.sampled_from(SIZES),
    quantities=st.sampled_from(QUANTITIES),
    numbers=st.sampled_from(NUMBERS),
)
WILDLY = Oddity(
    realm="",
    names=st.sampled_from(WILD),
    texts=st.sampled_from(WILD + TEXTS),
    measures=st.sampled_from(WILD_MEASURES),
    sizes=st.sampled_from((*SIZES, 2**53 - 1)),
    quantities=st.sampled_from((*QUANTITIES, 10**15)),
    numbers=st.sampled_from(WILD_NUMBERS),
)


@st.composite
def odd_programmes(draw, odd):
    """
    A programme whose names are apt to be taken for one another.
    """
    labels = st.builds(Label, zh=odd.names, en=odd.names)
    delivery, other = draw(st.lists(odd.names, min_size=2, max_size=2, unique=True))
    paths = draw(st.lists(odd.names, min_size=1, max_size=3, unique=True))
    units = draw(st.lists(odd.names, min_size=2, max_size=4, unique=True))
    milestone = Milestone(draw(odd.names), draw(labels))
    try:
        return Programme(
            id="huitian",
            title=draw(labels),
            milestones=(*BUILT_IN_MILESTONES, milestone),
            order=(*BUILT_IN_ORDER, *draw(st.sampled_from([(), (("started", milestone.id),)]))),
            lifecycles=(
                Lifecycle(2 * odd.realm + delivery, draw(labels), ("started",)),
                Lifecycle(2 * odd.realm + other, draw(labels), ("completed",)),
            ),
            domains=tuple(Domain(odd.realm + path) for path in paths),
            units=(Unit(units[0], former=(units[1],), en=draw(odd.texts)), *map(Unit, units[2:])),
            note=draw(odd.texts),
        )
    except InvalidValueError:
        return PROGRAMME


@st.composite
def odd_histories(draw, odd=WILDLY):
    """
    A ledger with names and texts that a sheet can hardly tell from something else.
    """
    programme = draw(odd_programmes(odd))
    history = record(History(), [on.ProgrammeDefined(programme)])
    for name in draw(st.lists(odd.names, min_size=1, max_size=3, unique=True)):
        texts = {key: draw(odd.texts) for key in ("issuer", "number", "link", "note", "sha256")}
        history = _grown(
            history,
            on.SourceRegistered(
                source=name,
                title=draw(odd.names),
                published=UncertainDate.on(draw(days)),
                kind=on.SourceKind.OTHER,
                **texts,
            ),
        )
    for name in draw(st.lists(odd.names, min_size=1, max_size=4, unique=True)):
        known = sorted(Registry.of(history).projects)
        other = draw(st.sampled_from([None, *known]))
        history = _grown(
            history,
            on.ProjectRegistered(
                project=name,
                name=draw(odd.names),
                aliases=tuple(draw(st.lists(odd.names, max_size=2, unique=True))),
                domain=draw(st.sampled_from(sorted(programme.domain_paths))),
                delivery=draw(st.sampled_from([None, *(mode.delivery for mode in programme.lifecycles)])),
                size=draw(odd.sizes),
                measure=draw(odd.measures),
                member_of=other if draw(st.booleans()) else None,
                related=(on.Relation(draw(st.sampled_from(on.RelationKind)), other),) if other else (),
                note=draw(odd.texts),
            ),
        )
    registry = Registry.of(history)
    for _ in range(draw(st.integers(0, 8))):
        if registry.projects:
            history = _grown(history, *draw(_odd_statements(odd, registry, programme)))
    corrected = [e for e in history if isinstance(e.event, on.Evidence)]
    for entry in draw(st.lists(st.sampled_from(corrected), max_size=2)) if corrected else ():
        said = {"source": draw(st.sampled_from(sorted(registry.sources))), "locator": draw(odd.texts)}
        history = _grown(history, on.EntryRetracted(target=entry.seq, note=draw(odd.texts), **said))
    return history


def _grown(history, *events):
    return history if refusals(history, events) else record(history, events)


@st.composite
def _odd_statements(draw, odd, registry, programme):
    source = registry.sources[draw(st.sampled_from(sorted(registry.sources)))]
    project = draw(st.sampled_from(sorted(registry.projects)))
    cited = {
        "source": source.source,
        "locator": draw(odd.names),
        "ref": draw(odd.texts),
        "note": draw(odd.texts),
    }
    milestone = draw(st.sampled_from(programme.milestone_ids))
    day = source.published_on
    units = tuple(draw(st.lists(st.sampled_from(sorted(programme.unit_names)), max_size=2, unique=True)))
    about = {"project": project, "milestone": milestone}
    number = {"comparator": draw(comparators), "measure": draw(odd.measures)}
    deadline = draw(st.none() | st.sampled_from(["2019", "2019-12-31", "[2018-12-31..2019-12-31]"]))
    deadline = deadline and UncertainDate.parse(deadline)
    occurred = UncertainDate.by(day)
    contested, part = draw(st.booleans()), draw(odd.quantities)
    return [
        draw(
            st.sampled_from(
                [
                    on.PromiseMade(**cited, **about, deadline=deadline, quantity=part, responsible=units),
                    on.PromiseWithdrawn(**cited, **about, quantity=part),
                    on.BlockerRaised(**cited, **about, deadline=deadline, responsible=units),
                    on.BlockerCleared(**cited, project=project, on=day),
                    on.MilestoneAchieved(
                        **cited,
                        **about,
                        occurred=occurred,
                        quantity=part,
                        contested=contested,
                    ),
                    on.MilestonePending(**cited, **about, on=day, quantity=0, contested=contested),
                    on.StatementNoted(**cited, **about, occurred=draw(st.sampled_from([None, occurred]))),
                    on.ActivityChanged(
                        **cited, project=project, activity=draw(st.sampled_from(on.Activity)), on=day
                    ),
                    on.TotalReported(
                        **cited,
                        **number,
                        what=draw(odd.names),
                        count=part or 0,
                        on=occurred,
                        milestones=draw(st.sampled_from([(), (milestone,)])),
                        scope=on.Scope(
                            plans=tuple(
                                draw(st.lists(st.sampled_from(sorted(registry.sources)), max_size=1))
                            ),
                            domains=(draw(st.sampled_from(sorted(programme.domain_paths))),),
                            deliveries=tuple(mode.delivery for mode in programme.lifecycles[:1]),
                        ),
                    ),
                    on.IndicatorTargeted(
                        **cited,
                        **number,
                        name=draw(odd.names),
                        value=draw(odd.numbers),
                        deadline=deadline,
                        project=draw(st.sampled_from([None, project])),
                        responsible=units,
                    ),
                    on.IndicatorObserved(
                        **cited, **number, name=draw(odd.names), value=draw(odd.numbers), occurred=occurred
                    ),
                ]
            )
        )
    ]
