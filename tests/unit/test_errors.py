"""
How errors show themselves to whoever looks at one in code; their messages are tested where they are raised.
"""

from __future__ import annotations

from milestone_ledger.errors import (
    CommitInDoubtError,
    InvalidValueError,
    LedgerError,
    NoProgrammeError,
)


def test_an_error_shows_its_class_and_all_that_it_says():
    """
    What it inherits included.
    """
    assert (
        repr(InvalidValueError("at(grace)", -1, ("a", "b")))
        == "InvalidValueError(what='at(grace)', value=-1, demand=('a', 'b'))"
    )
    assert repr(NoProgrammeError(seq=3)) == "NoProgrammeError(seq=3, project=None, milestone=None)"
    assert repr(CommitInDoubtError("u", detail="d")) == "CommitInDoubtError(url='u', detail='d')"


def test_an_error_without_fields_shows_itself_as_any_other():
    assert repr(LedgerError("of a plug-in")) == "LedgerError('of a plug-in')"
