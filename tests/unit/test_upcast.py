"""
The upcast chain, exercised with a made-up table, and total on what is released.
"""

from __future__ import annotations

import pytest

from milestone_ledger.codec.registry import REGISTRY, VERSIONS
from milestone_ledger.codec.upcast import UPCASTERS, to_current
from milestone_ledger.errors import UndecodableEventError, UnknownEventKindError

MADE_UP = {
    ("opened", 1): lambda data: {**data, "day": data["date"]},
    ("opened", 2): lambda data: {key: value for key, value in data.items() if key != "date"},
}
MADE_UP_VERSIONS = {"opened": 3, "closed": 1}


def made_up(kind, version, data):
    return to_current(kind, version, data, upcasters=MADE_UP, versions=MADE_UP_VERSIONS)


def test_steps_follow_each_other_up_to_the_current_version():
    """Each version enters the chain at its own step."""
    assert made_up("opened", 1, {"date": "2019"}) == {"day": "2019"}
    assert made_up("opened", 2, {"date": "1999", "day": "2019"}) == {"day": "2019"}
    assert made_up("opened", 3, {"date": "kept"}) == {"date": "kept"}
    assert made_up("closed", 1, {"x": 1}) == {"x": 1}


def test_the_argument_is_left_alone():
    """What was read stays what was read."""
    data = {"date": "2019"}
    made_up("opened", 1, data)

    assert data == {"date": "2019"}


@pytest.mark.parametrize(("kind", "version"), [("opened", 4), ("closed", 2), ("lost", 1)])
def test_newer_or_unknown_is_refused(kind, version):
    """A newer package wrote it."""
    with pytest.raises(UnknownEventKindError) as caught:
        made_up(kind, version, {})

    assert (kind, version) == (caught.value.kind, caught.value.version)


@pytest.mark.parametrize("version", [0, -1])
def test_versions_count_from_one(version):
    """No package ever wrote version 0."""
    with pytest.raises(UndecodableEventError, match="versions count from 1"):
        made_up("opened", version, {})


def test_a_step_that_cannot_use_the_data_says_so():
    """Malformed old data is undecodable, not a crash."""
    with pytest.raises(
        UndecodableEventError, match=r"\$\.data: not a opened of version 1: KeyError\('date'\)"
    ):
        made_up("opened", 1, {})


@pytest.mark.parametrize(
    "step",
    [
        lambda data: {"day": 1 // data["zero"]},
        lambda data: {"day": data["zero"].days},
        lambda data: {"day": data["nothing"]},
        lambda data: {"day": len(data["zero"])},
        lambda data: {"day": int(data["text"])},
    ],
    ids=["ArithmeticError", "AttributeError", "LookupError", "TypeError", "ValueError"],
)
def test_whatever_old_data_makes_a_step_stumble_is_undecodable(step):
    """Numbers, kinds of values and missing keys alike; what went wrong is the cause."""
    with pytest.raises(UndecodableEventError) as caught:
        to_current(
            "opened", 1, {"zero": 0, "text": "x"}, upcasters={("opened", 1): step}, versions={"opened": 2}
        )

    assert caught.value.path == "$.data"
    assert repr(caught.value.__cause__) in caught.value.detail


def test_the_real_table_is_total_and_holds_no_more():
    """Every released version below the current one has its step."""
    assert set(UPCASTERS) == {(row.kind, old) for row in REGISTRY for old in range(1, row.version)}
    for kind, version in VERSIONS.items():
        assert to_current(kind, version, {"x": 1}) == {"x": 1}
