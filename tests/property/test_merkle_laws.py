"""
Law 28: the frontier agrees with the recursive definition, and proofs prove nothing but what they say.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestone_ledger import auditor
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.store import merkle
from milestone_ledger.store.merkle import Frontier

LARGEST = 300
LEAVES = [auditor.leaf_hash(b"%d" % index) for index in range(LARGEST)]
ROOTS = [merkle.root(LEAVES[:size]) for size in range(LARGEST + 1)]
# Trees whose every proof is broken in every way: small ones, and those about a power of two.
THOROUGH = {*range(20), *range(63, 66), *range(127, 130), *range(255, 258), LARGEST}
# Inputs and roots of the test vectors of Certificate Transparency (RFC 6962 implementations share them).
VECTORS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
VECTORS.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def flip(one, bit=0):
    return bytes([one[0] ^ (1 << bit)]) + one[1:]


def broken(hashes, at, bit):
    """The hash ``at`` with one bit flipped, a byte too short, and a byte too long."""
    whole = bytearray(hashes[at])
    whole[bit // 8] ^= 1 << bit % 8
    for other in (bytes(whole), hashes[at][:-1], hashes[at] + b"\x00"):
        yield [*hashes[:at], other, *hashes[at + 1 :]]


def damaged(hashes, given):
    """Every way to break the hashes a little; the first ``given`` are no part of the proof."""
    yield [*hashes, LEAVES[0]]
    yield [*hashes, b""]
    for at in range(len(hashes)):
        if at >= given:
            yield hashes[:at] + hashes[at + 1 :]
        yield from broken(hashes, at, 37 * at % 256)


def turns(index, size):
    """Where the path from the root to a leaf goes left."""
    if size == 1:
        return ()
    middle = auditor.split(size)
    return (True, *turns(index, middle)) if index < middle else (False, *turns(index - middle, size - middle))


def joints(old, size, *, is_old_root=True):
    """Where the trees of two sizes part, as SUBPROOF of RFC 6962 goes down."""
    if old == size:
        return (is_old_root,)
    middle = auditor.split(size)
    if old <= middle:
        return ("left", *joints(old, middle, is_old_root=is_old_root))
    return ("right", *joints(old - middle, size - middle, is_old_root=False))


@pytest.fixture
def remembered_roots(monkeypatch):
    """Subtrees are hashed once for all proofs; each is known by its first leaf and its size."""
    known, make = {}, merkle.root

    def root(leaves):
        key = (leaves[0], len(leaves)) if leaves else None
        if key not in known:
            known[key] = make(leaves)
        return known[key]

    monkeypatch.setattr(merkle, "root", root)


def test_known_roots():
    """Other implementations give the same."""
    leaves = [auditor.leaf_hash(data) for data in VECTORS]

    assert sha256(b"").digest() == auditor.EMPTY_ROOT == merkle.root([]) == Frontier().root()
    assert [merkle.root(leaves[: size + 1]).hex() for size in range(8)] == VECTOR_ROOTS


def test_the_frontier_agrees_with_the_recursive_definition():
    """For every size, leaf by leaf and at one stroke."""
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert ROOTS[size] == frontier.root() == Frontier().extend(LEAVES[:size]).root()
        assert frontier == Frontier.from_text(frontier.to_text())
        assert size == frontier.size
        frontier = frontier.append(leaf)
    assert ROOTS[LARGEST] == frontier.root()


@given(st.lists(st.binary(max_size=3), max_size=40), st.integers(0, 40))
def test_extending_in_parts_is_extending_at_once(bodies, cut):
    """A commit may hold any number of leaves."""
    leaves = [auditor.leaf_hash(body) for body in bodies]

    assert Frontier().extend(leaves[:cut]).extend(leaves[cut:]) == Frontier().extend(leaves)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1:",
        "0:" + "ab" * 32,
        "3:" + "ab" * 32,
        "2:" + "AB" * 32,
        "01:" + "ab" * 32,
        "+1:" + "ab" * 32,
        "-1:" + "ab" * 32,
        "１:" + "ab" * 32,
        "1:" + "ab" * 31,
        "1:" + "ab" * 33,
        "1:" + "ab" * 32 + "\n",
    ],
)
def test_frontiers_that_are_none(text):
    """Only what ``to_text`` writes."""
    with pytest.raises(InvalidValueError):
        Frontier.from_text(text)


def test_leaves_that_are_none():
    """A leaf is a hash of 32 bytes; a body is not."""
    for leaf in (b"", b"body", LEAVES[0] + b"\x00", LEAVES[0].hex()):
        with pytest.raises(InvalidValueError):
            Frontier().append(leaf)
    with pytest.raises(InvalidValueError):
        Frontier(size=-1)


def included(index, size, hashes):
    leaf, root, *proof = hashes
    return auditor.verify_inclusion(leaf, index, size, proof, root)


def consistent(old, size, hashes):
    old_root, root, *proof = hashes
    return auditor.verify_consistency(old, old_root, size, root, proof)


def test_every_inclusion_proof_verifies_and_no_other(remembered_roots):
    """For every leaf of every tree; a wrong leaf, index, root, length, or any other proof fails."""
    for size in range(1, LARGEST + 1):
        leaves = LEAVES[:size]
        for index in range(size):
            hashes = [leaves[index], ROOTS[size], *merkle.inclusion_proof(leaves, index)]
            assert included(index, size, hashes)
            wrongs = damaged(hashes, 2)
            if size not in THOROUGH:
                wrongs = broken(hashes, (size + index) % len(hashes), size * index % 256)
            assert not any(included(index, size, wrong) for wrong in wrongs)
            if size < 66:
                others = set(range(size))
            else:  # to stand on another side somewhere along the path
                turned = range(9) if size in THOROUGH else [size % 9]
                others = {size - 1 - index, *(index ^ 1 << bit for bit in turned)}
            assert not any(included(o, size, hashes) for o in others if 0 <= o < size and o != index)
            assert not any(included(beyond, size, hashes) for beyond in (size, size + 1, -1))


def test_every_consistency_proof_verifies_and_no_other(remembered_roots):
    """For every pair of sizes; a wrong root, length, or any other proof fails."""
    for size in range(LARGEST + 1):
        leaves = LEAVES[:size]
        for old in range(size + 1):
            hashes = [ROOTS[old], ROOTS[size], *merkle.consistency_proof(leaves, old)]
            assert consistent(old, size, hashes)
            # Every tree begins with the empty one, whatever its root.
            given = hashes if old else [hashes[0], *hashes[2:]]
            wrongs = damaged(given, 2 if old else 1)
            if size not in THOROUGH:
                wrongs = broken(given, (size + old) % len(given), size * old % 256)
            wrongs = (wrong if old else [wrong[0], ROOTS[size], *wrong[1:]] for wrong in wrongs)
            assert not any(consistent(old, size, wrong) for wrong in wrongs)
            assert not any(consistent(wrong, size, hashes) for wrong in (size + 1, -1))
    assert not auditor.verify_consistency(0, auditor.EMPTY_ROOT, 0, ROOTS[1], [])


def test_a_proof_for_other_numbers_fails_unless_they_lead_the_same_way():
    """
    A proof says on which side its hashes stand, no more: numbers that lead the same way prove the same.

    So a size counts only beside its root, as a checkpoint signs both.
    """
    most = 17
    for size in range(1, most):
        for index in range(size):
            hashes = [LEAVES[index], ROOTS[size], *merkle.inclusion_proof(LEAVES[:size], index)]
            for other in range(1, most + 8):
                for place in range(other):
                    is_same = turns(place, other) == turns(index, size)
                    assert included(place, other, hashes) is is_same
        for old in range(1, size + 1):
            hashes = [ROOTS[old], ROOTS[size], *merkle.consistency_proof(LEAVES[:size], old)]
            for other in range(1, most + 8):
                for first in range(1, other + 1):
                    is_same = joints(first, other) == joints(old, size)
                    assert consistent(first, other, hashes) is is_same, (old, size, first, other)


def test_every_flipped_bit_of_small_proofs_fails():
    """Each single bit of leaf, roots and proof."""
    for size in range(1, 8):
        for index in range(size):
            hashes = [LEAVES[index], ROOTS[size], *merkle.inclusion_proof(LEAVES[:size], index)]
            before = [ROOTS[index + 1], ROOTS[size], *merkle.consistency_proof(LEAVES[:size], index + 1)]
            for bit in range(256):
                for at in range(len(hashes)):
                    assert not included(index, size, next(broken(hashes, at, bit)))
                for at in range(len(before)):
                    assert not consistent(index + 1, size, next(broken(before, at, bit)))


@settings(max_examples=200)
@given(st.data())
def test_any_flipped_bit_fails(data):
    """Anywhere in leaf, proof or roots."""
    size = data.draw(st.integers(2, LARGEST))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    inclusion = [LEAVES[index], ROOTS[size], *merkle.inclusion_proof(LEAVES[:size], index)]
    consistency = [ROOTS[old], ROOTS[size], *merkle.consistency_proof(LEAVES[:size], old)]
    for hashes in (inclusion, consistency):
        at, bit = data.draw(st.integers(0, len(hashes) - 1)), data.draw(st.integers(0, 255))
        whole = bytearray(hashes[at])
        whole[bit // 8] ^= 1 << bit % 8
        hashes[at] = bytes(whole)

    assert not auditor.verify_inclusion(inclusion[0], index, size, inclusion[2:], inclusion[1])
    assert not auditor.verify_consistency(old, consistency[0], size, consistency[1], consistency[2:])


def test_bytes_moved_between_neighbours_fail():
    """Hashes are joined without their lengths, so a verifier that does not check these could be fooled."""
    leaf, sibling = LEAVES[:2]
    assert not auditor.verify_inclusion(leaf[:-1], 0, 2, [leaf[-1:] + sibling], ROOTS[2])
    (right,) = merkle.consistency_proof(LEAVES[:4], 2)
    assert auditor.verify_consistency(2, ROOTS[2], 4, ROOTS[4], [right])
    assert not auditor.verify_consistency(2, ROOTS[2][:-1], 4, ROOTS[4], [ROOTS[2][-1:] + right])


def test_a_hostile_size_costs_nothing():
    """A size out of a forged note is no reason to hang."""
    assert not auditor.verify_inclusion(LEAVES[0], 0, 1 << 4096, [LEAVES[1]] * 10, ROOTS[2])
    assert not auditor.verify_consistency(3, ROOTS[3], 1 << 4096, ROOTS[4], [LEAVES[1]] * 10)


def test_proofs_of_what_is_not_there():
    """Asking beyond the tree is a mistake of the caller."""
    for index in (-1, 3):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(LEAVES[:3], index)
    for old in (-1, 4):
        with pytest.raises(IndexError):
            merkle.consistency_proof(LEAVES[:3], old)
