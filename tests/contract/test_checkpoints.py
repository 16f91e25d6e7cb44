"""
What only a checkpoint kept outside the database can show (faults 7–11, 16), and what signs and proves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import attrs
import pytest

from milestone_ledger import auditor
from milestone_ledger.auditor import AuditError, Checkpoint, check_proof
from milestone_ledger.errors import (
    CheckpointError,
    InconsistentCheckpointError,
    SigningKeyError,
    TamperedLedgerError,
    UnknownNameError,
)
from milestone_ledger.reports.verification import verification_text
from milestone_ledger.store import signer as signing
from milestone_ledger.store.append import append
from milestone_ledger.store.checkpoint import prove, read_checkpoint, read_public_key, sign_checkpoint
from milestone_ledger.store.connect import in_style_of
from milestone_ledger.store.engine import writing
from milestone_ledger.store.guards import POSTGRESQL, SQLITE, missing_guards, repair_guards
from milestone_ledger.store.signer import Signer
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.clock import START, Clock
from store_samples import BEGINNING, begin, pending, project, started

LEDGER = "回天"
COMMITS = (
    BEGINNING,
    (started(),),
    (project("安立路"), pending("安立路", on=date(2019, 6, 1))),
    (project("京新"), started("京新")),
    (started("安立路"),),
)


def write(engine, commits, ledger=LEDGER):
    clock = Clock()
    for events in commits:
        append(engine, ledger, events, actor="clerk", clock=clock)


def owner_makes_anew(engine, commits):
    """
    The owner takes the guards away, empties the tables, writes another history, and puts the guards back.
    """
    with engine.connect() as conn:
        if conn.dialect.name == "sqlite":
            conn.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        for guard in SQLITE if conn.dialect.name == "sqlite" else POSTGRESQL:
            on = "" if conn.dialect.name == "sqlite" else f" ON {guard.table}"
            conn.exec_driver_sql(f"DROP TRIGGER {guard.name}{on}")
        for table in ("ledger_event", "ledger_commit", "ledger_project", "ledger_name"):
            conn.exec_driver_sql(in_style_of(conn, f"DELETE FROM {table} WHERE ledger = ?"), (LEDGER,))
        conn.commit()
    with writing(engine, LEDGER) as conn:
        repair_guards(conn)
        assert missing_guards(conn) == ()
    write(engine, commits)


@pytest.fixture
def signer(tmp_path):
    return Signer.create(tmp_path / "huitian.key", authority="changping.gov.cn", ledger=LEDGER)


@pytest.fixture
def anchored(engine, signer):
    """
    A ledger of five commits and nine entries, and the checkpoint signed after four of them.
    """
    write(engine, COMMITS[:4])
    note = sign_checkpoint(engine, LEDGER, signer)
    append(engine, LEDGER, COMMITS[4], actor="clerk", clock=Clock(START + timedelta(hours=1)))
    return engine, Checkpoint.open(note, signer.public), note


def codes(engine, checkpoint):
    return [finding.code for finding in verify(engine, LEDGER, checkpoints=[checkpoint]).findings]


def test_a_checkpoint_verifies_up_to_its_size_and_counts_the_rest(anchored):
    engine, checkpoint, _ = anchored
    found = verify(engine, LEDGER, checkpoints=[checkpoint])

    assert (found.outcome, found.verified_to, found.size) == (Outcome.VERIFIED_TO, 8, 9)
    assert (found.unanchored, found.unanchored_since) == (1, START + timedelta(hours=1, seconds=1))
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED


def test_without_a_checkpoint_nothing_is_called_verified(anchored):
    engine, checkpoint, _ = anchored
    for found in (verify(engine, LEDGER), attrs.evolve(verify(engine, LEDGER), outcome=Outcome.TAMPERED)):
        for language in ("zh", "en"):
            said = verification_text(found, language, START).lower()
            assert "verified" not in said
            assert "9" in said
            assert "检查点" in said if language == "zh" else "could not tell" in said
    anchored_text = verification_text(
        verify(engine, LEDGER, checkpoints=[checkpoint]), "en", START + timedelta(days=3)
    )
    assert "VERIFIED_TO(8)" in anchored_text
    assert "1 entries (since 2026-01-31T09:00:01+00:00, 2 days)" in anchored_text
    assert "cut them off, this check could not tell" in anchored_text


FORGERIES = {
    "another content": (BEGINNING, (started(by=date(2019, 8, 13)),), *COMMITS[2:]),
    "the middle deleted": (*COMMITS[:2], *COMMITS[3:4]),
    "a row inserted": (*COMMITS[:2], (project("自行车路"),), *COMMITS[2:4]),
    "rows swapped": (*COMMITS[:2], COMMITS[3], COMMITS[2], COMMITS[4]),
    "an old backup continued": (*COMMITS[:3], (project("北清"), started("北清")), COMMITS[4]),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_made_anew_contradicts_only_the_checkpoint(anchored, forgery, signer):
    engine, checkpoint, _ = anchored
    owner_makes_anew(engine, FORGERIES[forgery])

    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED
    assert codes(engine, checkpoint) in (["checkpoint"], ["shorter"])
    assert (codes(engine, checkpoint) == ["shorter"]) is (forgery == "the middle deleted")
    with pytest.raises(InconsistentCheckpointError):
        sign_checkpoint(engine, LEDGER, signer)


def test_other_clocks_and_other_actors_are_another_history(anchored):
    engine, checkpoint, _ = anchored
    owner_makes_anew(engine, COMMITS[:1])
    clock = Clock(START + timedelta(minutes=1))
    for events in COMMITS[1:]:
        append(engine, LEDGER, events, actor="clerk", clock=clock)
    assert codes(engine, checkpoint) == ["checkpoint"]


def test_a_tail_cut_before_the_checkpoint_is_found_and_after_it_is_not(anchored):
    engine, checkpoint, _ = anchored
    owner_makes_anew(engine, COMMITS[:4])
    found = verify(engine, LEDGER, checkpoints=[checkpoint])
    assert (found.outcome, found.unanchored) == (Outcome.VERIFIED_TO, 0)

    owner_makes_anew(engine, COMMITS[:3])
    (finding,) = verify(engine, LEDGER, checkpoints=[checkpoint]).findings
    assert (finding.code, finding.detail) == ("shorter", "8")
    assert "shorter than the checkpoint" in finding.text("en")


def test_every_checkpoint_given_is_compared(anchored, signer):
    engine, checkpoint, _ = anchored
    newer = Checkpoint.open(sign_checkpoint(engine, LEDGER, signer), signer.public)
    found = verify(engine, LEDGER, checkpoints=[newer, checkpoint])
    assert (found.outcome, found.verified_to, found.unanchored) == (Outcome.VERIFIED_TO, 9, 0)

    contradicting = Checkpoint(checkpoint.origin, 8, b"x" * 32)
    assert codes(engine, contradicting) == ["checkpoint"]
    found = verify(engine, LEDGER, checkpoints=[newer, checkpoint, contradicting])
    assert [finding.code for finding in found.findings] == ["checkpoint"]
    assert (found.verified_to, found.unanchored) == (0, 9)


def test_a_checkpoint_at_no_boundary_is_reported(anchored, signer):
    engine, _, note = anchored
    proof = auditor.Proof.parse(prove(engine, LEDGER, 0, note, signer.public))
    inside = Checkpoint(signer.public.name, 1, auditor.leaf_hash(proof.body))
    assert codes(engine, inside) == ["boundary"]


def test_a_checkpoint_of_an_empty_log_agrees_with_every_log(engine, signer):
    begin(engine, LEDGER)
    found = verify(engine, LEDGER, checkpoints=[signer.last()])
    assert (found.outcome, found.unanchored) == (Outcome.CONSISTENT_UNANCHORED, 4)


def test_a_checkpoint_of_another_ledger_is_refused(engine, tmp_path):
    begin(engine, LEDGER)
    begin(engine, "昌平")
    other = Signer.create(tmp_path / "other.key", authority="changping.gov.cn", ledger="昌平")
    with pytest.raises(CheckpointError, match="another ledger"):
        sign_checkpoint(engine, LEDGER, other)
    note = sign_checkpoint(engine, "昌平", other)
    with pytest.raises(CheckpointError, match="another ledger"):
        verify(engine, LEDGER, checkpoints=[Checkpoint.open(note, other.public)])
    with pytest.raises(CheckpointError, match="another ledger"):
        prove(engine, LEDGER, 0, note, other.public)


def test_signing_the_same_log_twice_gives_the_same_bytes(anchored, signer):
    engine, _, _ = anchored
    assert sign_checkpoint(engine, LEDGER, signer) == sign_checkpoint(engine, LEDGER, signer)
    assert signer.memory.read_bytes() == sign_checkpoint(engine, LEDGER, signer)


def test_signing_tells_how_far_it_came(anchored, signer):
    engine, _, _ = anchored
    told = []
    sign_checkpoint(engine, LEDGER, signer, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def test_a_log_that_does_not_agree_with_itself_is_not_signed(anchored, signer):
    engine, checkpoint, _ = anchored
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE ledger_project SET size = 7")
    with pytest.raises(TamperedLedgerError, match="the index"):
        sign_checkpoint(engine, LEDGER, signer)
    assert signer.last() == checkpoint


def test_a_signer_without_its_memory_signs_nothing(anchored, signer):
    engine, _, note = anchored
    signer.memory.unlink()
    with pytest.raises(SigningKeyError, match="missing or damaged"):
        sign_checkpoint(engine, LEDGER, signer)
    signer.memory.write_bytes(note.replace(b"\n8\n", b"\n7\n"))
    with pytest.raises(SigningKeyError, match="missing or damaged"):
        sign_checkpoint(engine, LEDGER, signer)
    signer.memory.write_bytes(note)
    assert Checkpoint.open(sign_checkpoint(engine, LEDGER, signer), signer.public).size == 9


def test_a_key_reached_by_links_has_one_memory(anchored, signer, tmp_path):
    engine, _, _ = anchored
    other = tmp_path / "other"
    other.mkdir()
    linked = other / "linked.key"
    linked.symlink_to(signer.path)
    linked.with_name("linked.key.last").symlink_to(signer.memory)
    newest = sign_checkpoint(engine, LEDGER, Signer.open(linked))

    assert Signer.open(linked).memory == signer.memory
    assert signer.memory.read_bytes() == newest


def test_a_memory_that_is_a_link_stays_one(anchored, signer, tmp_path):
    engine, _, before = anchored
    kept = tmp_path / "kept.note"
    signer.memory.rename(kept)
    signer.memory.symlink_to(kept)

    assert sign_checkpoint(engine, LEDGER, signer) == kept.read_bytes() != before
    assert signer.memory.is_symlink()


def test_a_key_is_made_once_and_read_back(tmp_path):
    path = tmp_path / "a.key"
    made = Signer.create(path, authority="example.org", ledger="a b/c+d%")

    assert made.public.name == "example.org/a%20b%2Fc%2Bd%25"
    assert Signer.open(path) == made
    assert read_public_key(str(made.public_path)) == read_public_key(str(made.public)) == made.public
    assert str(made.public) in repr(made)
    assert path.read_text().startswith("PRIVATE+KEY+example.org/a%20b%2Fc%2Bd%25+")
    assert path.read_text().rstrip().split("+", 4)[4] not in repr(made)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == made.memory.stat().st_mode & 0o777 == 0o600
        assert made.public_path.stat().st_mode & 0o777 == 0o644
    before = path.read_bytes()
    for missing in (path, made.public_path, made.memory):
        kept = missing.read_bytes()
        missing.unlink()
        with pytest.raises(SigningKeyError, match="never overwritten"):
            Signer.create(path, authority="example.org", ledger="x")
        missing.write_bytes(kept)
    assert path.read_bytes() == before


@pytest.mark.parametrize("authority", ["", " ", "a b", "a+b", "a\nb"])
def test_a_name_that_no_key_can_have_is_refused(tmp_path, authority):
    if authority == "":
        with pytest.raises(CheckpointError):
            Signer.create(tmp_path / "k", authority=authority, ledger="x")
        return
    with pytest.raises(CheckpointError, match="cannot name a key"):
        Signer.create(tmp_path / "k", authority=authority, ledger="x")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_private_key_is_refused(tmp_path, signer):
    text = signer.path.read_text()
    name, key_id, encoded = text.removeprefix("PRIVATE+KEY+").rstrip().split("+", 2)
    wrong = [
        "",
        "nonsense",
        str(signer.public),
        text.replace("PRIVATE", "PUBLIC"),
        f"PRIVATE+KEY+{name}+00000000+{encoded}",
        f"PRIVATE+KEY+other+{key_id}+{encoded}",
        f"PRIVATE+KEY+{name}+{key_id}+{encoded[:-4]}",
        f"PRIVATE+KEY+{name}+{key_id}+{encoded} ",
    ]
    for text in wrong:
        path = tmp_path / "wrong.key"
        path.write_text(text)
        with pytest.raises(SigningKeyError, match="no private key"):
            Signer.open(path)
    (tmp_path / "wrong.key").write_bytes(b"\xff" + signer.path.read_bytes())
    with pytest.raises(SigningKeyError, match="no private key"):
        Signer.open(tmp_path / "wrong.key")
    with pytest.raises(SigningKeyError, match="does not exist"):
        Signer.open(tmp_path / "nowhere")


def test_a_key_comes_in_nobodys_place(tmp_path):
    """Not even in that of a file which came between the look and the writing."""
    path = tmp_path / "mine"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        signing._write_anew(path, b"key")

    assert path.read_bytes() == b"mine"


def test_a_memory_that_cannot_be_replaced_stays_and_nothing_lies_about(
    anchored, signer, tmp_path, monkeypatch
):
    """The disk may refuse at the last moment."""
    engine, *_ = anchored
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SigningKeyError, match="the disk is full"):
        sign_checkpoint(engine, LEDGER, signer)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_memory_is_replaced_within_its_own_folder(anchored, signer, tmp_path, monkeypatch):
    """From another file system it could not be put in place at once."""
    engine, *_ = anchored
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    assert sign_checkpoint(engine, LEDGER, signer)


def test_a_proof_is_checked_far_from_the_database(anchored, signer, tmp_path):
    """
    With a copy of one file and nothing of this package.
    """
    engine, checkpoint, note = anchored
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "auditor.py").write_bytes(Path(auditor.__file__).read_bytes())
    (alone / "run.py").write_text(
        "import sys\n"
        "for name in ('milestone_ledger', 'attrs', 'attr', 'sqlalchemy', 'cattrs'):\n"
        "    sys.modules[name] = None\n"
        f"sys.path.insert(0, {str(alone)!r})\n"
        "import auditor\n"
        "sys.exit(auditor.main())\n"
    )

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-I", alone / "run.py", *arguments], capture_output=True, check=False, text=True
        )

    for seq in range(checkpoint.size):
        proof = prove(engine, LEDGER, seq, note, signer.public)
        assert check_proof(proof, signer.public) == (check_proof(proof, signer.public)[0], checkpoint)
        assert check_proof(proof, signer.public)[0]["seq"] == seq
    file = alone / "entry.tlog-proof"
    file.write_bytes(proof)
    done = run(file, "--key", signer.public_path)
    assert (done.returncode, '"kind": "milestone_achieved"' in done.stdout) == (0, True), done.stderr
    file.write_bytes(proof.replace(b"index 7", b"index 6"))
    done = run(file, "--key", str(signer.public))
    assert (done.returncode, done.stdout) == (4, "")
    assert "Traceback" not in done.stderr
    assert run(alone / "nowhere", "--key", str(signer.public)).returncode == 2


def test_what_cannot_be_proved_is_refused(anchored, signer):
    engine, _, note = anchored
    with pytest.raises(CheckpointError, match="covers 8 entries, so not entry 8"):
        prove(engine, LEDGER, 8, note, signer.public)
    for seq in (-1, 9, 2**64):
        with pytest.raises(UnknownNameError):
            prove(engine, LEDGER, seq, note, signer.public)
    with pytest.raises(CheckpointError, match="not a signed note"):
        prove(engine, LEDGER, 0, b"", signer.public)
    owner_makes_anew(engine, FORGERIES["another content"])
    with pytest.raises(TamperedLedgerError, match="not the one that was signed"):
        prove(engine, LEDGER, 0, note, signer.public)


def test_a_proof_of_a_changed_body_is_not_written(sqlite_url, signer):
    from milestone_ledger.store.engine import open_engine  # noqa: PLC0415

    engine = open_engine(sqlite_url)
    write(engine, COMMITS)
    note = sign_checkpoint(engine, LEDGER, signer)
    with engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER ledger_event_update")
        conn.exec_driver_sql("UPDATE ledger_event SET body = CAST(replace(body, '京新', '京旧') AS BLOB)")
    with pytest.raises(TamperedLedgerError):
        prove(engine, LEDGER, 6, note, signer.public)


def test_a_file_without_end_is_no_proof_and_a_key_may_lie_anywhere(tmp_path, signer):
    assert len(auditor.read_file(Path("/dev/zero"))) == auditor._LARGEST_PROOF + 1
    with pytest.raises(CheckpointError, match="too large"):
        read_checkpoint(Path("/dev/zero"), signer.public)
    elsewhere = tmp_path / "a+b.pub"
    elsewhere.write_text(str(signer.public))
    assert read_public_key(str(elsewhere)) == signer.public


def test_a_checkpoint_file_that_cannot_be_read_is_named(tmp_path, signer):
    with pytest.raises(CheckpointError, match="nowhere"):
        read_checkpoint(tmp_path / "nowhere", signer.public)
    with pytest.raises(CheckpointError, match="nowhere"):
        read_public_key(str(tmp_path / "nowhere"))
    with pytest.raises(AuditError):
        Checkpoint.open(signer.memory.read_bytes(), auditor.VerifierKey(signer.public.name, b"x" * 32))
