"""
Which releases of SQLite are known to damage files, and when.
"""

from __future__ import annotations

import pytest

from milestone_ledger.store.sqlite_bugs import BUGS, bugs


def names(version, *, journal_mode="delete", in_memory=False):
    return {bug.name for bug in bugs(version, journal_mode=journal_mode, in_memory=in_memory)}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 37, 0), {"wal-reset", "wal-savepoint"}),
        ((3, 40, 1), {"wal-reset", "wal-savepoint"}),
        ((3, 44, 5), {"wal-reset", "wal-savepoint"}),
        ((3, 44, 6), {"wal-savepoint"}),
        ((3, 45, 0), {"wal-reset", "wal-savepoint"}),
        ((3, 50, 1), {"wal-reset", "wal-savepoint"}),
        ((3, 50, 2), {"wal-reset"}),
        ((3, 50, 6), {"wal-reset"}),
        ((3, 50, 7), set()),
        ((3, 51, 0), {"wal-reset"}),
        ((3, 51, 2), {"wal-reset"}),
        ((3, 51, 3), set()),
        ((3, 52, 0), {"withdrawn"}),
        ((3, 53, 0), set()),
        ((4, 0, 0), set()),
    ],
)
def test_write_ahead_logging_is_where_it_strikes(version, expected):
    assert names(version, journal_mode="wal") == expected
    assert names(version) == expected & {"withdrawn"}


def test_savepoints_are_kept_in_memory_only_if_somebody_says_so():
    for journal_mode in ("delete", "truncate", "persist"):
        assert names((3, 37, 1), journal_mode=journal_mode, in_memory=True) == {"savepoint-in-memory"}
        assert names((3, 37, 1), journal_mode=journal_mode) == set()
        assert names((3, 37, 2), journal_mode=journal_mode, in_memory=True) == set()
    assert not BUGS[2].is_in((3, 34, 1))


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_each_begins_and_ends_where_it_says(bug):
    assert bug.is_in(bug.since)
    for major, minor, patch in bug.fixed:
        assert not bug.is_in((major, minor, patch))
        assert not bug.is_in((major, minor, patch + 1))
        if patch:
            assert bug.is_in((major, minor, patch - 1))
    assert bug.link.startswith("https://www.sqlite.org/")
    assert bug.text[0] != bug.text[1]
