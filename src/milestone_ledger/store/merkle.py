"""
The Merkle tree of a ledger, as RFC 6962 defines it (SHA-256).

Leaves are given by their hashes, in order of ``seq``. Everything here is pure: the store keeps a
``Frontier`` in each commit, and makes proofs; ``auditor`` is what checks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Self

from attrs import field, frozen

from milestone_ledger.auditor import EMPTY_ROOT, HASH_BYTES, are_hashes, node_hash, split
from milestone_ledger.errors import InvalidValueError

_TEXT = re.compile(r"(0|[1-9][0-9]{0,15}):((?:[0-9a-f]{64})*)")


def _hashes(hashes: Iterable[bytes]) -> tuple[bytes, ...]:
    checked = tuple(hashes)
    if not are_hashes(checked):
        raise InvalidValueError("Merkle tree", checked, ("give hashes of 32 bytes", "应为 32 字节的哈希值"))
    return checked


@frozen
class Frontier:
    """
    A tree of ``size`` leaves, kept as the roots of its perfect subtrees (``peaks``), the largest first.

    There is one peak per bit set in ``size``: enough to add leaves and to know the root, in O(log n) space.

    Raises:
        InvalidValueError: If the number of peaks does not fit the size, or a peak is not 32 bytes long.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = field(default=(), converter=_hashes)

    def __attrs_post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise InvalidValueError(
                "Frontier", self.size, ("give one hash per bit set in the size", "哈希值个数应与树的大小相符")
            )

    def append(self, leaf: bytes) -> Self:
        """
        The tree with one more leaf.
        """
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """
        The tree with more leaves, in their order.

        Raises:
            InvalidValueError: If a leaf is not a hash of 32 bytes.
        """
        size, peaks = self.size, list(self.peaks)
        for leaf in _hashes(leaves):
            node, full = leaf, size
            while full & 1:  # as in binary addition, each bit set carries
                node, full = node_hash(peaks.pop(), node), full >> 1
            peaks.append(node)
            size += 1
        return type(self)(size, tuple(peaks))

    def root(self) -> bytes:
        """
        The root of the whole tree; that of an empty tree is SHA-256 of nothing.
        """
        if not self.peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))

    def to_text(self) -> str:
        """
        The size, a colon, and the peaks in lower-case hexadecimal.
        """
        return f"{self.size}:{b''.join(self.peaks).hex()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """
        Read what ``to_text`` writes, and nothing else.

        Raises:
            InvalidValueError: If ``text`` is not of that form, or has too few or too many hashes.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise InvalidValueError("Frontier", text, ("write size:hexadecimal", "请写“大小:十六进制”"))
        joined = bytes.fromhex(match[2])
        return cls(
            int(match[1]), tuple(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))
        )


def root(leaves: Sequence[bytes]) -> bytes:
    """
    The root by the recursive definition; O(n) hashes.
    """
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(root(leaves[:middle]), root(leaves[middle:]))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """
    The hashes that lead from the leaf ``index`` (from 0) to the root, the deepest first.

    Raises:
        IndexError: If there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*inclusion_proof(leaves[:middle], index), root(leaves[middle:])]
    return [*inclusion_proof(leaves[middle:], index - middle), root(leaves[:middle])]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """
    The hashes that prove the tree of the first ``old_size`` leaves to be the start of the tree of all.

    It is empty for ``old_size`` 0 and for the whole size.

    Raises:
        IndexError: If the tree is smaller than ``old_size``.
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"no tree of {old_size} within a tree of {len(leaves)}")
    return _consistency(leaves, old_size, is_old_root=True) if old_size else []


def _consistency(leaves: Sequence[bytes], old_size: int, *, is_old_root: bool) -> list[bytes]:
    """
    SUBPROOF of RFC 6962; ``is_old_root`` while the verifier knows the root of the old part already.
    """
    if old_size == len(leaves):
        return [] if is_old_root else [root(leaves)]
    middle = split(len(leaves))
    if old_size <= middle:
        return [*_consistency(leaves[:middle], old_size, is_old_root=is_old_root), root(leaves[middle:])]
    return [*_consistency(leaves[middle:], old_size - middle, is_old_root=False), root(leaves[:middle])]
