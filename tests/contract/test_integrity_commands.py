"""
Key, checkpoint, verify, prove and check from the command line, on both databases.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from milestone_ledger.cli import main
from milestone_ledger.store.engine import open_engine
from milestone_ledger.testing.clock import START, Clock
from store_samples import begin


@pytest.fixture
def run(database_url, capsys, tmp_path, monkeypatch):
    """
    Run a command on a ledger of four entries: exit code, output, errors.
    """
    engine = open_engine(database_url)
    begin(engine, "回天")
    engine.dispose()
    monkeypatch.chdir(tmp_path)

    def command(*arguments, lang="en"):
        code = main(["--db", database_url, "--lang", lang, *arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return command


def test_from_key_to_proof(run, tmp_path):
    assert run("key", "h.key", "--authority", "changping.gov.cn")[0] == 0
    code, out, _ = run("key", "h.key", "--authority", "changping.gov.cn")
    assert code == 1
    code, out, _ = run("checkpoint", "--key", "h.key")
    assert (code, out.splitlines()[:2]) == (0, ["changping.gov.cn/回天", "4"])
    assert run("checkpoint", "--key", "h.key", "--out", "h.note")[0] == 0
    assert (tmp_path / "h.note").read_text("utf-8") == out

    code, said, _ = run("verify", "--checkpoint", "h.note", "--key", "h.key.pub")
    assert (code, "VERIFIED_TO(4)" in said) == (0, True)
    public = (tmp_path / "h.key.pub").read_text().strip()
    code, said, _ = run("--json", "verify", "--checkpoint", "h.note", "--key", public)
    assert json.loads(said) | {"root": 0} == {
        "ledger": "回天",
        "outcome": "verified_to",
        "size": 4,
        "root": 0,
        "findings": [],
        "verified_to": 4,
        "unanchored": 0,
        "unanchored_since": None,
    }

    assert run("prove", "3", "--checkpoint", "h.note", "--key", "h.key.pub", "--out", "3.proof")[0] == 0
    code, said, _ = run("check", "3.proof", "--key", "h.key.pub")
    assert (code, '"kind": "milestone_achieved"' in said) == (0, True)
    proof = tmp_path / "3.proof"
    proof.write_bytes(proof.read_bytes().replace(b"index 3", b"index 2"))
    for lang, words in (("en", "does not hold"), ("zh", "证明不成立")):
        code, said, _ = run("check", "3.proof", "--key", "h.key.pub", lang=lang)
        assert (code, words in said) == (4, True)


def test_without_a_checkpoint_the_limit_is_told(run):
    for lang, words in (("en", "could not tell"), ("zh", "本校验无法发现")):
        code, out, _ = run("verify", lang=lang)
        assert (code, words in out, "CONSISTENT_UNANCHORED" in out) == (0, True, True)
        assert "verified" not in out.lower()


def test_a_checkpoint_that_contradicts_is_an_alarm(run, tmp_path):
    run("key", "h.key", "--authority", "changping.gov.cn")
    run("checkpoint", "--key", "h.key", "--out", "h.note")
    # The signer remembers; a log that is shorter than what it signed is not signed again.
    other = tmp_path / "other.db"
    engine = open_engine(f"sqlite:///{other}", create=True)
    begin(engine, "回天", clock=Clock(START + timedelta(days=30)))
    engine.dispose()
    code = main(["--db", str(other), "checkpoint", "--key", "h.key"])
    assert code == 4
    assert main(["--db", str(other), "verify", "--checkpoint", "h.note", "--key", "h.key.pub"]) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "--checkpoint", "nowhere", "--key", "h.key.pub"), "nowhere"),
        (("verify", "--checkpoint", "h.note"), "name the public key"),
        (("verify", "--checkpoint", "h.key.pub", "--key", "h.key.pub"), "not a signed note"),
        (("verify", "--checkpoint", "h.note", "--key", "h.note"), "not"),
        (("prove", "4", "--checkpoint", "h.note", "--key", "h.key.pub"), "4"),
        (("prove", "0", "--checkpoint", "h.note", "--key", "h.key.pub", "--out", "no/where"), "no/where"),
        (("check", "nowhere", "--key", "h.key.pub"), "nowhere"),
        (("checkpoint", "--key", "h.key.pub"), "no private key"),
        (("checkpoint", "--key", "nowhere"), "nowhere"),
        (("key", "x", "--authority", "a b"), "cannot name a key"),
        (("key", "no/where", "--authority", "a"), "no/where"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(run, arguments, said):
    run("key", "h.key", "--authority", "changping.gov.cn")
    run("checkpoint", "--key", "h.key", "--out", "h.note")
    code, out, err = run(*arguments)
    assert (code, out, said in err) == (1, "", True), err
    assert len(err.strip().splitlines()) == 1
