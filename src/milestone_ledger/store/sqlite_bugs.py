"""
Releases of SQLite that can damage a database, as its makers tell, and in which settings.

Looked through were https://www.sqlite.org/changes.html and https://www.sqlite.org/howtocorrupt.html, up to
3.53.4. Left out is what only older releases have than this package takes (3.37), and what it never does:
upserts (an index out of step, fixed in 3.45.2), an own page cache (fixed in 3.39.4), indexes on
expressions.
"""

from __future__ import annotations

from attrs import field, frozen

Version = tuple[int, int, int]


@frozen(kw_only=True)
class Bug:
    """
    A known bug of SQLite.

    ``since`` is the first release that has it, ``fixed`` the first without it, of each line: what is later
    than the last of them is free of it too. It strikes in ``journal_modes`` (none: in all), and in a few
    cases only while temporary tables are kept ``in_memory``.
    """

    name: str
    since: Version
    fixed: tuple[Version, ...]
    journal_modes: frozenset[str] = field(default=frozenset())
    in_memory: bool = False
    text: tuple[str, str]
    link: str

    def is_in(self, version: Version) -> bool:
        """
        Whether the release ``version`` has the bug, as its makers released it.
        """
        later = version >= max(self.fixed)
        ported = any(version[:2] == fixed[:2] and version >= fixed for fixed in self.fixed)
        return version >= self.since and not later and not ported

    def strikes(self, version: Version, *, journal_mode: str, in_memory: bool) -> bool:
        """
        Whether it can do harm under these settings.
        """
        return (
            self.is_in(version)
            and (not self.journal_modes or journal_mode in self.journal_modes)
            and (in_memory or not self.in_memory)
        )


_WAL = frozenset({"wal"})

BUGS = (
    Bug(
        name="wal-reset",
        since=(3, 7, 0),
        fixed=((3, 44, 6), (3, 50, 7), (3, 51, 3)),
        journal_modes=_WAL,
        text=(
            "two connections that write and checkpoint at the same moment can, rarely, damage the file or "
            "lose a commit",
            "两个连接同时写入和做检查点时，极少数情况下会损坏文件或丢失提交",
        ),
        link="https://www.sqlite.org/wal.html#walresetbug",
    ),
    Bug(
        name="wal-savepoint",
        since=(3, 7, 0),  # its makers do not say since when
        fixed=((3, 50, 2),),
        journal_modes=_WAL,
        text=(
            "a savepoint rolled back in a large transaction leaves frames that recovery after a crash drops",
            "大事务中回滚保存点后，日志中会留下崩溃恢复时被丢弃的帧",
        ),
        link="https://www.sqlite.org/changes.html#version_3_50_2",
    ),
    Bug(
        name="savepoint-in-memory",
        since=(3, 35, 0),
        fixed=((3, 37, 2),),
        in_memory=True,
        text=(
            "a savepoint rolled back while its journal is kept in memory can damage the file",
            "保存点日志存于内存时，回滚保存点可能损坏文件",
        ),
        link="https://www.sqlite.org/howtocorrupt.html#svptbug",
    ),
    Bug(
        name="withdrawn",
        since=(3, 52, 0),
        fixed=((3, 53, 0),),
        text=("its makers have withdrawn this release", "该版本已被其作者撤回"),
        link="https://www.sqlite.org/changes.html#version_3_52_0",
    ),
)


def bugs(version: Version, *, journal_mode: str, in_memory: bool) -> tuple[Bug, ...]:
    """
    The bugs that can do harm, in this release and under these settings.

    Whoever built the library may have mended it without changing its number; that can't be seen.
    """
    return tuple(bug for bug in BUGS if bug.strikes(version, journal_mode=journal_mode, in_memory=in_memory))
