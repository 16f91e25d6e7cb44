"""
Files that are whole or not there at all, and nothing of other people's overwritten unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from milestone_ledger.errors import OccupiedFileError, UnwritableFileError
from milestone_ledger.errors.system import system_reason


def write_files(files: Mapping[Path, bytes], *, force: bool = False) -> None:
    """
    Write files; what stands in their place and says something else is left alone, but with ``force``.

    Raises:
        OccupiedFileError: If so; nothing was written.
        UnwritableFileError: If a file cannot be written.
    """
    try:
        others = [path for path, content in files.items() if path.exists() and path.read_bytes() != content]
        if force or not others:
            for path in files:
                path.parent.mkdir(parents=True, exist_ok=True)
            replace(files)
            return
    except OSError as error:
        named = str(error.filename or next(iter(files), ""))
        raise UnwritableFileError(path=named, fault=system_reason(error)) from error
    raise OccupiedFileError(paths=tuple(map(str, others)))


def replace(files: Mapping[Path, bytes], *, stale: Iterable[Path] = ()) -> None:
    """
    Put all new files beside the old ones first, so that a full disk leaves the old ones as they were.

    ``stale`` are files that go away with the old ones.

    Raises:
        OSError: If a file cannot be written, with the name that was asked for.
    """
    parts = {path: path.with_name(f".{path.name}.part") for path in files}
    try:
        for path, content in files.items():
            with _named(path):
                parts[path].write_bytes(content)
        for path in stale:
            path.unlink()
        for path, part in parts.items():
            with _named(path):
                part.replace(path)
    finally:
        for path, part in parts.items():
            with _named(path):
                part.unlink(missing_ok=True)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """
    Speak of ``path`` where something goes wrong with what is put beside it.
    """
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
