"""
What an auditor accepts: exactly the public formats (faults 14 and 15), and every change is noticed.
"""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.auditor import (
    EMPTY_ROOT,
    AuditError,
    Checkpoint,
    Proof,
    VerifierKey,
    check_proof,
    is_of,
    leaf_hash,
    open_note,
    origin_of,
)
from milestone_ledger.store.merkle import inclusion_proof, root

NAME = "changping.gov.cn/huitian"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(NAME, PRIVATE.public_key().public_bytes_raw())
BODIES = [b'{"ledger":"huitian","seq":%d}' % seq for seq in range(13)]
LEAVES = [leaf_hash(body) for body in BODIES]
CHECKPOINT = Checkpoint(NAME, 13, root(LEAVES))


def signature(text, private=PRIVATE, key=KEY, name=None):
    encoded = base64.b64encode(key.id + private.sign(text.encode())).decode()
    return f"— {name or key.name} {encoded}\n"


def note(text=None, signatures=None):
    text = CHECKPOINT.to_text() if text is None else text
    return f"{text}\n{signature(text) if signatures is None else signatures}".encode()


def proof(index=5, **changes):
    fields = {
        "body": BODIES[index],
        "index": index,
        "hashes": tuple(inclusion_proof(LEAVES, index)),
        "note": note(),
    }
    return Proof(**fields | changes)


def test_a_note_that_others_signed_is_read():
    """
    The example in the documentation of Go's package ``note``.
    """
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\n"
    text += "then you don't know what your problem is.\n"
    signed = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
    signed += "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    assert open_note(f"{text}\n{signed}".encode(), key) == text
    with pytest.raises(AuditError, match="does not hold"):
        open_note(f"{text.replace('then', 'than')}\n{signed}".encode(), key)


def test_a_checkpoint_is_read_back():
    assert Checkpoint.open(note(), KEY) == CHECKPOINT
    empty = Checkpoint(NAME, 0, EMPTY_ROOT)
    assert Checkpoint.open(note(empty.to_text()), KEY) == empty


def test_extension_lines_and_signatures_of_others_are_passed_over():
    other = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    stranger = VerifierKey("witness.example", other.public_key().public_bytes_raw())
    extended = CHECKPOINT.to_text() + "an extension\n"
    assert Checkpoint.open(note(extended), KEY) == CHECKPOINT

    text = CHECKPOINT.to_text()
    witnessed = signature(text, other, stranger) + signature(text) + "— cosigner.example AAAAAAEC\n"
    # The same name with another key, or the same id with another name, is a stranger too.
    witnessed += signature(text, other, VerifierKey(NAME, stranger.public))
    witnessed += signature("else", PRIVATE, KEY, name="someone.example")
    assert Checkpoint.open(note(text, witnessed), KEY) == CHECKPOINT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{NAME}\n013\n", "no plain number"),
        (f"{NAME}\n+13\n", "no plain number"),
        (f"{NAME}\n-1\n", "no plain number"),
        (f"{NAME}\n１３\n", "no plain number"),
        (f"{NAME}\n1_3\n", "no plain number"),
        (f"{NAME}\n13 \n", "no plain number"),
        (f"{NAME}\n0x13\n", "no plain number"),
        (f"{NAME}\n13.0\n", "no plain number"),
        (f"{NAME}\n{10**16}\n", "no plain number"),
        ("other.example/huitian\n13\n", "the checkpoint is of"),
        (f"{NAME}/\n13\n", "the checkpoint is of"),
        (f" {NAME}\n13\n", "the checkpoint is of"),
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text, said):
    whole = text + base64.b64encode(CHECKPOINT.root).decode() + "\n"
    with pytest.raises(AuditError, match=re.escape(said)):
        Checkpoint.open(note(whole), KEY)


@pytest.mark.parametrize("encoded", ["", "AAAA", "A" * 43, "A" * 44, "=" * 44, "A" * 42 + "B="])
def test_a_root_in_any_other_form_is_refused(encoded):
    with pytest.raises(AuditError):
        Checkpoint.open(note(f"{NAME}\n13\n{encoded}\n"), KEY)


def test_a_note_in_any_other_form_is_refused():
    good = note().decode()
    text, signed = CHECKPOINT.to_text(), signature(CHECKPOINT.to_text())
    value = signed.rsplit(" ", 1)[1].rstrip()
    wrong = {
        "CRLF": good.replace("\n", "\r\n"),
        "no line feed": good.removesuffix("\n"),
        "another line feed": good + "\n",
        "no signature": text + "\n",
        "no blank line": text + signed,
        "a hyphen": good.replace("—", "-"),
        "no name": good.replace(f"— {NAME} ", "—  "),
        "a tab": good.replace(f"— {NAME} ", f"— {NAME}\t"),
        "a wrong signature": note(text, signature("else")).decode(),
        "a right and a wrong signature": good + signature("else"),
        "a wrong and a right signature": note(text, signature("else") + signed).decode(),
        "a short signature": good.replace(value, base64.b64encode(KEY.id).decode()),
        "a signature of 63 bytes": good.replace(
            value, base64.b64encode(base64.b64decode(value)[:-1]).decode()
        ),
        "not base64": good.replace(value, value[:-1] + "!"),
        "only a stranger": note(text, "— witness.example AAAAAAEC\n").decode(),
        "a null": good.replace("13", "1\x003"),
    }
    for name, one in wrong.items():
        with pytest.raises(AuditError) as caught:
            Checkpoint.open(one.encode(), KEY)
        assert caught.value.zh != caught.value.en == str(caught.value), name
    with pytest.raises(AuditError, match="line 2 of the signatures"):
        Checkpoint.open((good + "none\n").encode(), KEY)
    with pytest.raises(AuditError, match="UTF-8"):
        Checkpoint.open(b"\xff" + note(), KEY)
    with pytest.raises(AuditError, match="too large"):
        Checkpoint.open(note(text + "x\n" * (1 << 20)), KEY)


@given(data=st.data())
def test_no_bit_of_a_note_can_be_changed(data):
    whole = bytearray(note())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(AuditError):
        Checkpoint.open(bytes(whole), KEY)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for read in (
        lambda: Checkpoint.open(data, KEY),
        lambda: Proof.parse(data),
        lambda: check_proof(data, KEY),
    ):
        with pytest.raises(AuditError):
            read()


def test_a_public_key_is_read_back_and_nothing_else():
    assert VerifierKey.parse(str(KEY)) == VerifierKey.parse(f"{KEY}\n") == KEY
    name, key_id, encoded = str(KEY).split("+", 2)
    wrong = [
        "",
        name,
        f"{name}+{key_id}",
        f"{name}+{key_id.upper()}x+{encoded}",
        f"other+{key_id}+{encoded}",
        f"{name} +{key_id}+{encoded}",
        f"+{key_id}+{encoded}",
        f"{name}+{key_id}+{encoded[:-4]}",
        f"{name}+{key_id}+{encoded}\n\n",
        f"{name}+{key_id}+" + base64.b64encode(b"\x02" + KEY.public).decode(),
    ]
    for text in wrong:
        with pytest.raises(AuditError):
            VerifierKey.parse(text)


@pytest.mark.parametrize("index", range(13))
def test_a_proof_is_read_back_and_holds(index):
    written = proof(index).to_bytes()
    assert Proof.parse(written) == proof(index)
    entry, covered = check_proof(written, KEY)
    assert (entry["seq"], covered) == (index, CHECKPOINT)


def test_a_proof_in_any_other_form_is_refused():
    hashes = proof().hashes
    wrong = {
        "an extra hash": proof(hashes=(*hashes, LEAVES[0])).to_bytes(),
        "a missing hash": proof(hashes=hashes[:-1]).to_bytes(),
        "hashes swapped": proof(hashes=(hashes[1], hashes[0], *hashes[2:])).to_bytes(),
        "a short hash": proof(hashes=(hashes[0][:-1], *hashes[1:])).to_bytes(),
        "a long hash": proof(hashes=(hashes[0] + b"\0", *hashes[1:])).to_bytes(),
        "another index": proof(index=5, body=BODIES[5]).to_bytes().replace(b"index 5", b"index 4"),
        "an index beyond": proof().to_bytes().replace(b"index 5", b"index 13"),
        "a leading zero": proof().to_bytes().replace(b"index 5", b"index 05"),
        "a sign": proof().to_bytes().replace(b"index 5", b"index +5"),
        "full-width digits": proof().to_bytes().replace(b"index 5", "index ５".encode()),
        "another body": proof(body=BODIES[4]).to_bytes(),
        "no body": proof(body=b"").to_bytes(),
        "another version": proof().to_bytes().replace(b"@v1", b"@v2"),
        "CRLF": proof().to_bytes().replace(b"\n", b"\r\n"),
        "no extra": re.sub(b"extra [^\n]*\n", b"", proof().to_bytes()),
        "no index": re.sub(b"index [^\n]*\n", b"", proof().to_bytes()),
        "no note": proof(note=b"").to_bytes(),
        "another signer": proof(note=note(signatures=signature("else"))).to_bytes(),
        "blank line within": proof().to_bytes().replace(b"index", b"\nindex"),
    }
    for name, one in wrong.items():
        assert one != proof().to_bytes(), name
        with pytest.raises(AuditError):
            check_proof(one, KEY)


def test_non_canonical_base64_is_refused():
    """
    The last character of a hash of 32 bytes holds 2 bits that say nothing.
    """
    written = proof().to_bytes().decode()
    encoded = base64.b64encode(proof().hashes[0]).decode()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = encoded[:-2] + alphabet[alphabet.index(encoded[-2]) + 1] + "="
    assert base64.b64decode(other) == proof().hashes[0]
    for form in (other, encoded.rstrip("="), encoded + "=", encoded[:4] + "\n" + encoded[4:], f" {encoded}"):
        with pytest.raises(AuditError):
            check_proof(written.replace(encoded, form).encode(), KEY)


@given(data=st.data())
def test_no_bit_of_a_proof_can_be_changed(data):
    whole = bytearray(proof(data.draw(st.integers(0, 12))).to_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(AuditError):
        check_proof(bytes(whole), KEY)


@pytest.mark.parametrize(
    "body",
    [
        b'{"ledger":"huitian","seq":1}',
        b'{"ledger":"other","seq":0}',
        b'{"seq":0}',
        b'{"ledger":1,"seq":0}',
        b'{"ledger":"other","ledger":"huitian","seq":0}',
        b"[0]",
        b"nonsense",
        b"[" * 100_000,
    ],
)
def test_an_entry_that_names_another_place_than_its_own_is_refused(body):
    leaf = leaf_hash(body)
    text = Checkpoint(NAME, 1, leaf).to_text()
    with pytest.raises(AuditError):
        check_proof(Proof(body, 0, (), note(text)).to_bytes(), KEY)


def test_the_origin_names_one_ledger():
    assert is_of(NAME, "huitian")
    assert not is_of(NAME, "tian")
    assert not is_of("huitian", "huitian")
    assert not is_of("a/b/huitian", "b/huitian")
    assert is_of(origin_of("a/b", "b/huitian"), "b/huitian")
    assert origin_of("区政府", "回天 2018+") == "区政府/回天%202018%2B"


def test_a_note_may_be_a_mebibyte_long_and_no_longer():
    def sized(size):
        head = f"{NAME}\n13\n"
        made = note(f"{head}{'x' * (size - len(note(head)) - 1)}\n")
        assert len(made) == size
        return made

    assert open_note(sized(1 << 20), KEY).startswith(NAME)
    with pytest.raises(AuditError, match="too large"):
        open_note(sized((1 << 20) + 1), KEY)
