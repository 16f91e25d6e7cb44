"""
The digest of a request to append: what an idempotency key is held to.

It is taken of the key and the events without their stamps, so the same request gives the same digest
whenever it arrives; and it can be taken again of the stored bodies, so ``verify`` sees a digest or a key
that was changed.
"""

from __future__ import annotations

from hashlib import sha256

from milestone_ledger.codec.canonical import dumps


class RequestDigest:
    """
    The SHA-256 of the canonical ``[idempotency key, [events…]]``, fed event by event.
    """

    def __init__(self, idempotency_key: str | None) -> None:
        self._hash = sha256(b"[" + dumps(idempotency_key) + b",[")
        self._separator = b""

    def add(self, part: bytes) -> None:
        """
        Go on with an event as ``part_of_request`` writes it.
        """
        self._hash.update(self._separator + part)
        self._separator = b","

    def digest(self) -> bytes:
        """
        The digest of all events so far.
        """
        ended = self._hash.copy()
        ended.update(b"]]")
        return ended.digest()


def part_of_request(kind: str, version: int, data: bytes) -> bytes:
    """
    The canonical object of one event in a request; ``data`` is the canonical data of the event.
    """
    return b'{"data":%b,"kind":"%b","version":%d}' % (data, kind.encode(), version)
