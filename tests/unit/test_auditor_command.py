"""
The auditor as a command: what it prints where, and how it ends.
"""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from milestone_ledger.auditor import Checkpoint, Proof, VerifierKey, leaf_hash, main, verify_consistency
from milestone_ledger.store.merkle import Frontier, consistency_proof, inclusion_proof, root

NAME = "changping.gov.cn/huitian"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(NAME, PRIVATE.public_key().public_bytes_raw())
ENTRY = {"ledger": "huitian", "note": "北清路", "seq": 1}
BODIES = [b"{}", json.dumps(ENTRY, ensure_ascii=False, separators=(",", ":")).encode(), b"[]"]
LEAVES = [leaf_hash(body) for body in BODIES]


@pytest.fixture
def proof(tmp_path):
    text = Checkpoint(NAME, 3, root(LEAVES)).to_text()
    signed = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    note = f"{text}\n— {NAME} {signed}\n".encode()
    path = tmp_path / "entry.tlog-proof"
    path.write_bytes(Proof(BODIES[1], 1, tuple(inclusion_proof(LEAVES, 1)), note).to_bytes())
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
