"""
Work done in a fork of this process: whatever a mutant breaks ends there.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

# Seconds of processor time, and of the clock, that a test may take beyond a multiple of its usual time.
SLACK = 10
STALLED = 60
MEMORY = 6 << 30


def guard(seconds: float) -> None:
    """
    End this process if a test that usually takes ``seconds`` of processor time hangs from here on.
    """
    signal.setitimer(signal.ITIMER_PROF, SLACK + 10 * seconds)
    signal.setitimer(signal.ITIMER_REAL, STALLED + 60 * seconds)


class Forks:
    """
    Children at work, at most ``workers`` at once.

    ``tell`` is given what each was for, its status and what it added; a child that ends without an answer
    has the status ``timeout``, as one that ``guard`` ended.
    """

    def __init__(self, workers: int, tell: Callable[[Any, str, str], None]) -> None:
        self.workers = workers
        self.tell = tell
        self.pending: dict[int, tuple[Any, int]] = {}

    def start(self, key: Any, work: Callable[[], str]) -> None:
        """
        Let a child do ``work``, which returns a status, a tab, and what it adds.
        """
        while len(self.pending) >= self.workers:
            self.wait()
        reader, writer = os.pipe()
        child = os.fork()
        if child:
            os.close(writer)
            self.pending[child] = key, reader
            return
        os.close(reader)
        answer = ""
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            answer = work()
        except BaseException as error:  # noqa: BLE001 (whatever a mutant breaks ends here)
            answer = f"killed\t{type(error).__name__}"
        finally:
            with contextlib.suppress(OSError):
                os.write(writer, answer.encode()[:4000])
            os._exit(0)

    def wait(self) -> None:
        """
        Wait for one child to end.
        """
        child, _ = os.wait()
        key, reader = self.pending.pop(child)
        answer = os.read(reader, 5000).decode()
        os.close(reader)
        status, _, added = answer.partition("\t")
        self.tell(key, status or "timeout", added)

    def finish(self) -> None:
        """
        Wait for all children to end.
        """
        while self.pending:
            self.wait()


def in_child(work: Callable[[], Any]) -> Any:
    """
    What ``work`` returns (plain JSON), done in a process of its own, so that this one imports nothing.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        try:
            text = json.dumps(work())
            with os.fdopen(writer, "w") as pipe:
                pipe.write(text)
        except BaseException as error:  # noqa: BLE001 (the parent sees that there is no answer)
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if not text:
        sys.exit("the run ended early")
    return json.loads(text)
