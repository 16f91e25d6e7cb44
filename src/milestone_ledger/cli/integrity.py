"""
Checking the log, signing it, and proving single entries from it.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from milestone_ledger.auditor import AuditError, check_proof, read_file
from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.errors import CheckpointError, Language
from milestone_ledger.errors.system import system_reason
from milestone_ledger.reports.table import safe
from milestone_ledger.reports.verification import verification_data, verification_text
from milestone_ledger.store.checkpoint import read_checkpoint, read_public_key
from milestone_ledger.store.signer import Signer


def key(arguments: Namespace, _: int | None) -> Answer:
    """
    Make a key that signs the checkpoints of one ledger.
    """
    with open_ledger(arguments) as ledger:
        signer = Signer.create(Path(arguments.file), authority=arguments.authority, ledger=ledger.name)
    said = {
        "zh": f"已新制密钥：{signer.path}（私钥，妥善保管，勿放在数据库所在机器）、"
        f"{signer.public_path}（公钥，请公开发布）、{signer.memory}（它最近签署的检查点，须与私钥同在）",
        "en": f"made {signer.path} (private: keep it safe, and away from the database), {signer.public_path} "
        f"(public: give it to everybody), {signer.memory} (what it signed last: keep it beside the key)",
    }
    return Answer(text=safe(said[arguments.lang]), data={"public_key": str(signer.public)})


def checkpoint(arguments: Namespace, _: int | None) -> Answer:
    """
    Verify the log, and sign its size and root.
    """
    with open_ledger(arguments) as ledger:
        note = ledger.checkpoint(
            Signer.open(Path(arguments.key)), progress=progress_line(arguments.lang, "已校验", "verified")
        )
    if arguments.out is None:
        return Answer(text=note.decode().removesuffix("\n"), data={"checkpoint": note.decode()})
    _write(arguments.out, note)
    said = {
        "zh": f"检查点已写入 {arguments.out}；请存于数据库之外（公开发布、寄给审计方或刻盘）",
        "en": f"wrote {arguments.out}; keep it outside the database: publish it, send it to auditors",
    }
    return Answer(text=safe(said[arguments.lang]), data={"checkpoint": note.decode(), "file": arguments.out})


def verify(arguments: Namespace, _: int | None) -> Answer:
    """
    Check the log against itself and against the checkpoints given.
    """
    if arguments.checkpoint and arguments.key is None:
        raise CheckpointError(
            "--checkpoint",
            (
                "name the public key that signed it: --key FILE.pub",
                "请用 --key 指明签署它的公钥文件（.pub）",
            ),
        )
    public = None if arguments.key is None else read_public_key(arguments.key)
    anchors = [] if public is None else [read_checkpoint(Path(p), public) for p in arguments.checkpoint]
    with open_ledger(arguments) as ledger:
        found = ledger.verify(
            checkpoints=anchors,
            rules=arguments.rules,
            progress=progress_line(arguments.lang, "已校验", "verified"),
        )
    return Answer(
        text=verification_text(found, arguments.lang, datetime.now(UTC)),
        data=verification_data(found),
        is_alarm=bool(found.findings),
    )


def prove(arguments: Namespace, _: int | None) -> Answer:
    """
    Write a file with which anyone can check one entry.
    """
    public = read_public_key(arguments.key)
    note = Path(arguments.checkpoint)
    read_checkpoint(note, public)
    with open_ledger(arguments) as ledger:
        proof = ledger.prove(arguments.seq, read_file(note), public)
    if arguments.out is None:
        return Answer(text=proof.decode().removesuffix("\n"), data={"proof": proof.decode()})
    _write(arguments.out, proof)
    said = {
        "zh": f"证明已写入 {arguments.out}；凭公钥即可离线核对："
        f"milestone-ledger check {arguments.out} --key …",
        "en": f"wrote {arguments.out}; anyone with the public key can check it: "
        f"milestone-ledger check {arguments.out} --key …",
    }
    return Answer(text=safe(said[arguments.lang]), data={"proof": proof.decode(), "file": arguments.out})


def check(arguments: Namespace, _: int | None) -> Answer:
    """
    Check such a file; no database is needed.
    """
    public = read_public_key(arguments.key)
    try:
        entry, covered = check_proof(read_file(Path(arguments.proof)), public)
    except OSError as error:
        raise CheckpointError(arguments.proof, system_reason(error)) from error
    except AuditError as error:
        said = error.zh if arguments.lang == "zh" else error.en
        return Answer(
            text=f"{'证明不成立' if arguments.lang == 'zh' else 'the proof does not hold'}: {safe(said)}",
            data={"holds": False, "reason": said},
            is_alarm=True,
        )
    said = {
        "zh": f"证明成立：第 {entry['seq']} 条在 {covered.origin} 的前 {covered.size} 条之中。",
        "en": f"the proof holds: entry {entry['seq']} is among the first {covered.size} of {covered.origin}.",
    }[arguments.lang]
    written = json.dumps(entry, ensure_ascii=False, indent=2).split("\n")
    return Answer(
        text="\n".join(map(safe, [said, *written])),
        data={"holds": True, "origin": covered.origin, "size": covered.size, "entry": entry},
    )


def progress_line(language: Language, chinese: str, english: str) -> Callable[[int, int], None] | None:
    """
    What shows on a terminal how far a long reading has come; nothing where no one watches.
    """
    if not sys.stderr.isatty():
        return None
    said = chinese if language == "zh" else english

    def report(done: int, total: int) -> None:
        filled = 30 * done // max(total, 1)
        bar = "█" * filled + "·" * (30 - filled)
        print(f"\r{said} {bar} {done}/{total}", end="", file=sys.stderr, flush=True)
        if done >= total:
            print(file=sys.stderr)

    return report


def _write(path: str, data: bytes) -> None:
    """
    Into a new file; on the disk when this returns. What is kept to be compared later is not overwritten.
    """
    try:
        with Path(path).open("xb") as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                Path(path).unlink()
                raise
    except FileExistsError as error:
        said = ("a file of that name exists; give a new name", "已有同名文件，请另起名称")
        raise CheckpointError(path, said) from error
    except OSError as error:
        raise CheckpointError(path, system_reason(error)) from error
