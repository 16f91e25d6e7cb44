from __future__ import annotations

import attrs
import pytest

from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
    extension_fault,
)
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.errors import InvalidValueError
from strategies.histories import EXTENDED, PROGRAMME

TITLE = Label("回天", "Huitian")


def programme(**changes):
    return attrs.evolve(PROGRAMME, **changes)


def steps(*names):
    return tuple(Milestone(name, Label(f"节点{name}", name)) for name in names)


def named(*names, order):
    return Programme(id="x", title=TITLE, milestones=steps(*names), order=order)


def test_the_built_in_order():
    built_in = Programme(id="x", title=TITLE)
    assert built_in.milestone_ids == tuple(m.id for m in BUILT_IN_MILESTONES)
    assert built_in.before("in_use") == {"initiated", "started", "structure_complete", "in_use"}
    assert built_in.before("completed") == {"initiated", "started", "structure_complete", "completed"}
    assert built_in.after("started") == {"started", "structure_complete", "completed", "in_use"}
    assert built_in.before("handed_over") == built_in.after("handed_over") == {"handed_over"}
    assert "completed" not in built_in.before("in_use")


def test_closure_of_a_diamond():
    diamond = named("a", "b", "c", "d", order=(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")))
    assert diamond.before("d") == {"a", "b", "c", "d"}
    assert diamond.after("a") == {"a", "b", "c", "d"}
    assert diamond.before("b") == {"a", "b"}
    assert diamond.after("c") == {"c", "d"}


@pytest.mark.parametrize("early", PROGRAMME.milestone_ids)
def test_before_and_after_are_each_other_turned_round(early):
    assert early in PROGRAMME.before(early)
    for late in PROGRAMME.milestone_ids:
        assert (early in PROGRAMME.before(late)) is (late in PROGRAMME.after(early))


@pytest.mark.parametrize(
    "order",
    [
        (("a", "a"),),
        (("a", "b"), ("b", "a")),
        (("a", "b"), ("b", "c"), ("c", "a")),
    ],
)
def test_a_cycle_is_refused(order):
    with pytest.raises(InvalidValueError, match="no cycle"):
        named("a", "b", "c", order=order)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order": (*PROGRAMME.order, ("started", "opened"))}, "only its milestones"),
        ({"lifecycles": (Lifecycle("x", TITLE, ("opened",)),)}, "only its milestones"),
        ({"lifecycles": (Lifecycle("x", TITLE, ("completed", "started")),)}, "against the order"),
        ({"lifecycles": (Lifecycle("x", TITLE, ("in_use", "handed_over", "trial")),)}, "against the order"),
        ({"lifecycles": (Lifecycle("x", TITLE, ()), Lifecycle("x", Label("乙", "b"), ()))}, "named once"),
        ({"lifecycles": (Lifecycle("x", TITLE, ()), Lifecycle("y", TITLE, ()))}, "named once"),
        ({"milestones": (*PROGRAMME.milestones, *steps("started"))}, "named once"),
        ({"milestones": (*PROGRAMME.milestones, Milestone("opened", Label("开工", "opened")))}, "named once"),
        ({"domains": (Domain("道路"), Domain("道路", "roads"))}, "named once"),
        ({"units": (Unit("教委"), Unit("教育局", former=("教委",)))}, "named once"),
        ({"order": [("initiated", "started")]}, "pairs"),
        ({"order": (("initiated",),)}, "pairs"),
        ({"order": (("initiated", 1),)}, "pairs"),
        ({"time_zone": "Asia/Changping"}, "IANA zone"),
        ({"time_zone": None}, "IANA zone"),
        ({"id": ""}, "give a name"),
        ({"id": "a\nb"}, "give a name"),
        ({"milestones": ["started"]}, "give a tuple"),
    ],
)
def test_a_programme_that_does_not_fit_together_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message) as caught:
        programme(**changes)

    assert caught.value.what.split(":")[0] in {
        "Programme",
        "Lifecycle x",
        *(f"Programme.{c}" for c in changes),
    }


def test_a_lifecycle_may_mix_what_the_order_does_not_compare():
    odd = Lifecycle("x", Label("先用后交", "used first"), ("in_use", "completed", "handed_over"))
    assert programme(lifecycles=(odd,)).lifecycle("x") == odd


def test_labels_fall_back_to_the_id():
    assert PROGRAMME.milestone_label("started") == "开工"
    assert PROGRAMME.milestone_label("started", "en") == "started"
    assert PROGRAMME.milestone_label("opened") == "opened"
    assert PROGRAMME.delivery_label("new_build") == "新建"
    assert PROGRAMME.delivery_label("rebuild") == "rebuild"
    assert PROGRAMME.lifecycle(None) is PROGRAMME.lifecycle("rebuild") is None


def test_units_are_known_by_former_names():
    assert PROGRAMME.unit_names == {"交通局": "交通局", "教委": "教委", "教育局": "教委"}


ALLOWED = {
    "nothing changes": {},
    "labels": {"title": Label("回天地区", "Huitian area"), "note": "新"},
    "an English label": {
        "milestones": (Milestone("initiated", Label("立项", "approved")), *PROGRAMME.milestones[1:]),
        "lifecycles": (
            attrs.evolve(PROGRAMME.lifecycles[0], label=Label("新建", "greenfield")),
            PROGRAMME.lifecycles[1],
        ),
    },
    "a domain": {"domains": (*PROGRAMME.domains, Domain("公园"))},
    "a unit under a new name": {"units": (Unit("交通委", former=("交通局",)), PROGRAMME.units[1])},
    "a unit of which one more former name is known": {
        "units": (PROGRAMME.units[0], Unit("教委", former=("教育局", "教育处")))
    },
    "a unit beside the others": {"units": (Unit("园林局"), *PROGRAMME.units)},
    "a milestone beside the order": {"milestones": (*PROGRAMME.milestones, *steps("acquired"))},
    "a milestone within the order": {
        "milestones": (*PROGRAMME.milestones, *steps("roofed")),
        "order": (*PROGRAMME.order, ("started", "roofed"), ("roofed", "structure_complete")),
    },
    "an edge that the order already implies": {"order": (*PROGRAMME.order, ("initiated", "in_use"))},
    "a step of a lifecycle": {
        "lifecycles": (
            attrs.evolve(
                PROGRAMME.lifecycles[0],
                milestones=(
                    "initiated",
                    "started",
                    "structure_complete",
                    "completed",
                    "in_use",
                    "handed_over",
                ),
            ),
            PROGRAMME.lifecycles[1],
        )
    },
    "milestones listed in another order": {"milestones": PROGRAMME.milestones[::-1]},
}
FAULTS = {
    "id": ({"id": "other"}, "id huitian became other", "编号由 huitian 变为 other"),
    "time zone": (
        {"time_zone": "UTC"},
        "time zone Asia/Shanghai became UTC",
        "时区由 Asia/Shanghai 变为 UTC",
    ),
    "a milestone": (
        {"milestones": tuple(m for m in PROGRAMME.milestones if m.id != "handed_over"), "lifecycles": ()},
        "handed_over, new_build, takeover removed",
        "缺少 handed_over、new_build、takeover",
    ),
    "a lifecycle": ({"lifecycles": PROGRAMME.lifecycles[:1]}, "takeover removed", "缺少 takeover"),
    "a domain": ({"domains": ()}, "教育/幼儿园, 道路 removed", "缺少 教育/幼儿园、道路"),
    "a former name": ({"units": (Unit("交通局"), Unit("教委"))}, "教育局 removed", "缺少 教育局"),
    "a label of a milestone": (
        {"milestones": (Milestone("initiated", Label("立项批复", "initiated")), *PROGRAMME.milestones[1:])},
        "label of initiated changed",
        "“initiated”的名称有变",
    ),
    "a label of a delivery mode": (
        {
            "lifecycles": (
                PROGRAMME.lifecycles[0],
                attrs.evolve(PROGRAMME.lifecycles[1], label=Label("接收", "takeover")),
            )
        },
        "label of takeover changed",
        "“takeover”的名称有变",
    ),
    "a unit split": (
        {"units": (*PROGRAMME.units[:1], Unit("教委"), Unit("教育局"))},
        "names of unit 教委 moved to another",
        "“教委”的名称归到了另一单位",
    ),
    "two units joined": (
        {"units": (Unit("交通局", former=("教委", "教育局")),)},
        "names of unit 教委 moved to another",
        "“教委”的名称归到了另一单位",
    ),
    "a former name given to another unit": (
        {"units": (Unit("交通局", former=("教育局",)), Unit("教委"))},
        "names of unit 教委 moved to another",
        "“教委”的名称归到了另一单位",
    ),
    "an edge": (
        {"order": tuple(edge for edge in PROGRAMME.order if edge != ("trial", "in_use"))},
        "the order before in_use changed",
        "“in_use”之前的顺序有变",
    ),
    "a new edge": (
        {"order": (*PROGRAMME.order, ("completed", "handed_over"))},
        "the order before handed_over changed",
        "“handed_over”之前的顺序有变",
    ),
    "a new edge by way of a new milestone": (
        {
            "milestones": (*PROGRAMME.milestones, *steps("accepted")),
            "order": (*PROGRAMME.order, ("completed", "accepted"), ("accepted", "handed_over")),
        },
        "the order before handed_over changed",
        "“handed_over”之前的顺序有变",
    ),
    "a step lost": (
        {
            "lifecycles": (
                attrs.evolve(PROGRAMME.lifecycles[0], milestones=("initiated", "completed", "in_use")),
                PROGRAMME.lifecycles[1],
            )
        },
        "lifecycle new_build lost or reordered a step",
        "流程“new_build”的节点减少或顺序改变",
    ),
    "steps reordered": (
        {
            "lifecycles": (
                PROGRAMME.lifecycles[0],
                attrs.evolve(PROGRAMME.lifecycles[1], milestones=("in_use", "handed_over")),
            )
        },
        "lifecycle takeover lost or reordered a step",
        "流程“takeover”的节点减少或顺序改变",
    ),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_a_later_definition_may_add(case):
    assert extension_fault(PROGRAMME, programme(**ALLOWED[case])) is None


@pytest.mark.parametrize("case", FAULTS)
def test_a_later_definition_may_not_take_away(case):
    changes, *messages = FAULTS[case]
    assert extension_fault(PROGRAMME, programme(**changes)) == tuple(messages)


def test_an_extension_cannot_be_taken_back():
    assert extension_fault(PROGRAMME, EXTENDED) is None
    assert extension_fault(EXTENDED, PROGRAMME) == (
        "extra_step, extra_mode removed",
        "缺少 extra_step、extra_mode",
    )


READING = Reading(
    deadlines=(DeadlineRow(("汛期前", "汛前一周"), month=5, day=31),), verbs=(VerbRow(("揭牌",), "in_use"),)
)


def test_a_later_definition_may_add_words_in_any_rows():
    apart = Reading(
        deadlines=tuple(DeadlineRow((words,), month=5, day=31) for words in ("换届前", "汛前一周", "汛期前")),
        verbs=(VerbRow(("开园", "揭牌"), "in_use"),),
    )

    assert extension_fault(PROGRAMME, programme(reading=READING)) is None
    assert extension_fault(programme(reading=READING), programme(reading=apart)) is None


def test_a_later_definition_may_not_take_words_away_or_change_their_meaning():
    old = programme(reading=READING)
    deadlines = (DeadlineRow(("汛期前", "汛前一周"), month=6),)

    assert extension_fault(old, programme(reading=attrs.evolve(READING, deadlines=deadlines))) == (
        "the meaning of 汛期前 changed",
        "“汛期前”的读法有变",
    )
    assert extension_fault(old, programme(reading=attrs.evolve(READING, verbs=()))) == (
        "揭牌 removed",
        "缺少 揭牌",
    )


def test_verbs_name_milestones_of_the_programme():
    with pytest.raises(InvalidValueError) as caught:
        programme(reading=Reading(verbs=(VerbRow(("揭牌",), "unveiled"),)))

    assert caught.value.value == "unveiled"
