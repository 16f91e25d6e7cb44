"""
The auditor as a command: what it prints where, and how it ends.
"""

from __future__ import annotations

import base64
import io
import json
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from milestone_ledger.auditor import (
    AuditError,
    Checkpoint,
    Proof,
    VerifierKey,
    leaf_hash,
    main,
    verify_consistency,
)
from milestone_ledger.store.merkle import Frontier, consistency_proof, inclusion_proof, root

NAME = "changping.gov.cn/huitian"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(NAME, PRIVATE.public_key().public_bytes_raw())
ENTRY = {"ledger": "huitian", "note": "北清路", "seq": 1}
BODIES = [b"{}", json.dumps(ENTRY, ensure_ascii=False, separators=(",", ":")).encode(), b"[]"]
LEAVES = [leaf_hash(body) for body in BODIES]


def proof_of(body):
    """A proof, well signed, that ``body`` is the second of three entries."""
    leaves = [LEAVES[0], leaf_hash(body), LEAVES[2]]
    text = Checkpoint(NAME, 3, root(leaves)).to_text()
    signed = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    note = f"{text}\n— {NAME} {signed}\n".encode()
    return Proof(body, 1, tuple(inclusion_proof(leaves, 1)), note).to_bytes()


@pytest.fixture
def proof(tmp_path):
    path = tmp_path / "entry.tlog-proof"
    path.write_bytes(proof_of(BODIES[1]))
    return path


def test_a_proof_that_holds(proof, capsys):
    """The entry goes to the standard output, for programs; what it means in both languages beside it."""
    assert main([str(proof), "--key", str(KEY)]) == 0
    out, err = capsys.readouterr()

    assert out == '{\n  "ledger": "huitian",\n  "note": "北清路",\n  "seq": 1\n}\n'
    assert err == (
        f"第 1 条在 {NAME} 的前 3 条之中，签名有效。\n"
        f"Entry 1 is among the first 3 of {NAME}, and the signature holds.\n"
    )


def test_a_proof_that_does_not_hold(proof, capsys):
    """The reason in both languages, nothing for programs, and an end of its own."""
    proof.write_bytes(proof.read_bytes().replace(b"index 1", b"index 2"))

    assert main([str(proof), "--key", str(KEY)]) == 4
    out, err = capsys.readouterr()
    zh, en, after = err.split("\n")
    assert (out, after) == ("", "")
    assert not zh.isascii()
    assert en.isascii()


@pytest.mark.parametrize(
    "body",
    [
        b'{"ledger":"huitian","seq":true}',
        b'{"ledger":"huitian","seq":1.0}',
        b'{"ledger":"huitian","seq":1,"x":NaN}',
        b'{"ledger":"huitian","seq":1,"x":1e400}',
        b'{"ledger":"huitian","seq":1,"seq":1}',
        b'{"ledger":"huitian","seq":1,"x":"\xff"}',
        '{"ledger":"huitian","seq":1}'.encode("utf-16"),
        '{"ledger":"huitian","seq":1}'.encode("utf-8-sig"),
    ],
)
def test_what_no_ledger_would_store_is_refused_though_it_is_signed(proof, capsys, body):
    """Other readers could take it for something else."""
    proof.write_bytes(proof_of(body))

    assert main([str(proof), "--key", str(KEY)]) == 4
    assert capsys.readouterr().out == ""


def test_what_a_terminal_would_obey_is_shown_as_escapes(proof, capsys):
    """And programs that read it as JSON get what was recorded."""
    entry = ENTRY | {"note": "\x1b[31m\x7f\x9b2J\u202e\u2028\U000e0001路"}
    proof.write_bytes(proof_of(json.dumps(entry, ensure_ascii=False).encode()))

    assert main([str(proof), "--key", str(KEY)]) == 0
    out, _ = capsys.readouterr()
    assert json.loads(out) == entry
    assert out.replace("\n", "").isprintable()
    assert "路" in out


def test_half_a_character_is_shown_as_an_escape(proof, capsys):
    """No ledger stores one, and no terminal can show one."""
    entry = ENTRY | {"note": "\ud800"}
    proof.write_bytes(proof_of(json.dumps(entry).encode()))

    assert main([str(proof), "--key", str(KEY)]) == 0
    assert "\\ud800" in capsys.readouterr().out


def test_a_file_that_holds_no_key(proof, capsys):
    """Whatever it holds, nothing of it reaches the terminal."""
    other = proof.with_name("none.pub")
    other.write_bytes(b"\xff\xfe\x1b[31m+\x9b+AAAA")

    assert main([str(proof), "--key", str(other)]) == 4
    out, err = capsys.readouterr()
    assert (out, err.replace("\n", "").isprintable()) == ("", True)


def test_a_file_that_is_not_there(proof, capsys):
    """Named, and told from a proof that does not hold."""
    nowhere = proof.with_name("nowhere")

    assert main([str(nowhere), "--key", str(KEY)]) == 2
    assert capsys.readouterr() == ("", f"[Errno 2] No such file or directory: '{nowhere}'\n")


def test_its_help_is_bilingual(proof, capsys):
    """What it checks, and what it needs; without a key it says so."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    for word in ("--key KEY", "PROOF", "公钥或其文件", "证明文件", "signed checkpoint"):
        assert word in said
    with pytest.raises(SystemExit) as ended:
        main([str(proof)])
    assert ended.value.code == 2
    assert "--key" in capsys.readouterr().err


@pytest.mark.parametrize("size", range(9))
def test_every_beginning_of_a_tree_is_proved_and_no_other(size):
    """By sizes, roots and proof: a change of any of them is noticed."""
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    new = Frontier().extend(leaves).root()
    for old_size in range(size + 1):
        old = Frontier().extend(leaves[:old_size]).root()
        given = consistency_proof(leaves, old_size)

        assert verify_consistency(old_size, old, size, new, given) is True
        assert verify_consistency(old_size, leaf_hash(b"x"), size, new, given) is False
        assert verify_consistency(old_size, old, size, new, [*given, leaf_hash(b"x")]) is False
        assert verify_consistency(size + 1, old, size, new, given) is False
        assert verify_consistency(-1, old, size, new, given) is False
        assert verify_consistency(old_size, old[1:], size, new, given) is False
        if old_size or not size:
            assert verify_consistency(old_size, old, size, leaf_hash(b"x"), given) is False
        for at in range(len(given)):
            assert verify_consistency(old_size, old, size, new, given[:at] + given[at + 1 :]) is False
            changed = [*given[:at], leaf_hash(given[at]), *given[at + 1 :]]
            assert verify_consistency(old_size, old, size, new, changed) is False
    for wrong in (-1, size + 1):
        with pytest.raises(IndexError):
            consistency_proof(leaves, wrong)


@pytest.mark.parametrize("name", ["", " ", "a b", "a+b", "a\nb", "a\x7fb"])
def test_a_key_of_a_name_that_no_note_can_hold_is_none(name):
    """A blank or a plus sign would end it."""
    with pytest.raises(AuditError):
        VerifierKey(name, bytes(32))


def test_what_is_wrong_is_said_in_both_languages_and_stays_so_far_away():
    """Another process is told by way of pickle."""
    with pytest.raises(AuditError) as caught:
        VerifierKey(NAME, b"")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own)

    assert (again.en, again.zh) == (caught.value.en, caught.value.zh)
    assert again.args == caught.value.args == (again.en, again.zh)


def test_it_prints_utf_8_whatever_the_terminal_says(proof, monkeypatch):
    """An entry in Chinese cannot be said in ASCII."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    assert main([str(proof), "--key", str(KEY)]) == 0
    out.flush()
    err.flush()

    assert "北清路" in out.buffer.getvalue().decode("utf-8")
    assert "签名有效" in err.buffer.getvalue().decode("utf-8")


def test_it_prints_where_nothing_can_be_set(proof, monkeypatch):
    """Such as into a text that a program collects."""
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    assert main([str(proof), "--key", str(KEY)]) == 0

    assert json.loads(out.getvalue()) == ENTRY


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_none(public):
    """Wherever it comes from."""
    with pytest.raises(AuditError, match="32 bytes"):
        VerifierKey(NAME, public)


@pytest.mark.parametrize(
    ("text", "line_end", "said"),
    [
        (f"{NAME}\n3\n", "\n", "three lines"),
        (f"{NAME}\n\n{'A' * 43}=\n", "\n", "three lines"),
        (f"{NAME}\n3\n{'A' * 43}=\n", "\r\n", "control characters"),
    ],
)
def test_what_is_wrong_with_a_checkpoint_is_said_first(text, line_end, said):
    """Not what would be found later for the same reason."""
    signed = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    note = f"{text}\n— {NAME} {signed}\n".replace("\n", line_end)

    with pytest.raises(AuditError, match=said):
        Checkpoint.open(note.encode(), KEY)


def test_the_only_entry_of_a_log_needs_no_hashes(proof, capsys):
    """Its own hash is the root."""
    body = b'{"ledger":"huitian","seq":0}'
    text = Checkpoint(NAME, 1, leaf_hash(body)).to_text()
    signed = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    proof.write_bytes(Proof(body, 0, (), f"{text}\n— {NAME} {signed}\n".encode()).to_bytes())

    assert main([str(proof), "--key", str(KEY)]) == 0
    assert '"seq": 0' in capsys.readouterr().out
