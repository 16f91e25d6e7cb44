"""
The blocks of code of a document: what it tells people to type, and what it shows them to see.

In a console, a line of … stands for lines left out; all others must come as shown, one after another, from
the first line printed to the last. Runs of blanks and of rules count as one, since columns are as wide as
their widest cell. Hashes, signatures, instants and sizes of files differ from run to run; they are compared
by their form.
A block of Python says what it prints in comments behind ``print``, or in the block of text that follows it;
one that says nothing has only to run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import duckdb
import psycopg
import pytest
from attrs import frozen

from milestone_ledger.cli import main

GAP = "…"
PROGRESS = re.compile(r"核对 \d+/\d+ 行|checked \d+/\d+ rows")  # on a terminal, each is written over the last
FENCE = re.compile(r"^( *)(`{3,})(\w*)[^\n]*\n(.*?)^ *\2 *$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"\bprint\(.*\)  # (.*)$", re.MULTILINE)
PROGRAM = "milestone-ledger"
VARIES = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\b[0-9a-f]{64}\b", "<hash>"),
        (r"^[A-Za-z0-9+/]{43}=$", "<root>"),
        (r"^(— \S+) [A-Za-z0-9+/]{90,}=*$", r"\1 <signature>"),
        (r"^(\S+)\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$", r"\1 <key>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "<instant>"),
        (r"\d+ kB\b", "<size>"),
        (r"SQLite \d+\.\d+\.\d+", "SQLite <version>"),
        (r"byte \d+, line \d+", "byte <number>, line <number>"),
    )
)


@frozen
class Block:
    """
    A fenced block, with the line of its page on which it begins.
    """

    line: int
    language: str
    text: str


@frozen
class Step:
    """
    A command, and the lines that it is shown to print.
    """

    line: int
    command: str
    shown: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    return [
        Block(text.count("\n", 0, found.start()) + 1, found[3], textwrap.dedent(found[4]))
        for found in FENCE.finditer(text)
    ]


def steps(block: Block) -> list[Step]:
    """
    The commands of a console, each up to the next.
    """
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {block.line}: a console begins with a command"
    return [
        Step(block.line + 1 + start, lines[start][2:], tuple(lines[start + 1 : end]))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    ]


def plain(line: str) -> str:
    """
    A line as it is compared.
    """
    line = re.sub("─+", "─", " ".join(line.split()))
    for pattern, form in VARIES:
        line = pattern.sub(form, line)
    return line


def difference(printed: str, shown: tuple[str, ...]) -> str:
    """
    The first piece of what is shown that was not printed like that; empty if all was.
    """
    lines = [plain(line) for line in printed.strip("\n").splitlines() if not PROGRESS.fullmatch(line)]
    pieces: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == GAP:
            pieces.append([])
        else:
            pieces[-1].append(plain(line))
    place = 0
    for number, piece in enumerate(pieces):
        places = range(place, len(lines) - len(piece) + 1) if number else range(place, place + 1)
        if number == len(pieces) - 1 and piece:
            places = [len(lines) - len(piece)] if number or len(lines) == len(piece) else []
        found = next((at for at in places if lines[at : at + len(piece)] == piece), None)
        if found is None or found < place:
            return "\n".join(piece)
        place = found + len(piece)
    return ""


class Session:
    """
    A folder and what is typed in it: commands of the program here, all others in a shell.

    ``answers`` are typed where the program asks; ``names`` are what stands for an address in the documents.
    """

    def __init__(self, *, answers=(), names=None, namespace=None):
        self.answers = list(answers)
        self.names = dict(names or {})
        self.namespace = dict(namespace or {})

    def run(self, command):
        """
        The exit code, and what stood on the screen.
        """
        for name, real in self.names.items():
            command = command.replace(name, real)
        words = shlex.split(command, comments=True)
        is_plain = words[:1] == [PROGRAM] and not {"|", "<", ">", "&&", ";"} & set(words)
        code, printed = self._here(words[1:]) if is_plain else self._in_a_shell(command)
        for name, real in self.names.items():
            printed = printed.replace(real, name)
        return code, printed

    def _here(self, arguments):
        screen = io.StringIO()

        def answer(question=""):
            typed = self.answers.pop(0)
            screen.write(f"{question}{typed}\n")
            return typed

        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(screen):
            patch.setattr("builtins.input", answer)
            with contextlib.redirect_stderr(screen):
                try:
                    code = main(arguments)
                except SystemExit as stopped:
                    code = int(stopped.code or 0)
        return code, screen.getvalue()

    def _in_a_shell(self, command):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout

    def check(self, step):
        """
        Type a command and see that what is shown comes of it; where nothing is shown, that it goes well.
        """
        code, printed = self.run(step.command)
        missing = difference(printed, step.shown)

        assert not missing, f"line {step.line}: $ {step.command}\nshown:\n{missing}\nprinted:\n{printed}"
        assert step.shown or code == 0, f"line {step.line}: $ {step.command}\n{printed}"

    def query(self, block, database):
        """
        Run the statements of a block: on a file, in DuckDB, or at an address that has a name here.
        """
        if database == "duckdb":
            duckdb.sql(block.text)
        elif database in self.names:
            with psycopg.connect(self.names[database], autocommit=True) as connection:
                connection.execute(block.text)
        else:
            with closing(sqlite3.connect(database)) as connection:
                connection.execute(block.text).fetchall()

    def execute(self, block, text):
        """
        Run a block of Python; ``text`` is the block of text behind it, if there is one.
        """
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            exec(compile(block.text, f"line {block.line}", "exec"), self.namespace)  # noqa: S102 (our pages)
        said = PRINTED.findall(block.text) or (text.text.splitlines() if text else [])

        assert not said or screen.getvalue().splitlines() == said, f"line {block.line}"
