"""
The digest of a request to append: what an idempotency key is held to.

It is taken of the key and the events without their stamps, so the same request gives the same digest
whenever it arrives; and it can be taken again of the stored bodies, so ``verify`` sees a digest or a key
that was changed.
"""

from __future__ import annotations

from hashlib import sha256

from milestone_ledger.codec.canonical import dumps, loads
from milestone_ledger.codec.converter import unstructure
from milestone_ledger.codec.registry import VERSIONS, kind_of
from milestone_ledger.domain.events import Event
from milestone_ledger.errors import UndecodableEventError


class RequestDigest:
    """
    The SHA-256 of the canonical ``[idempotency key, [events…]]``, fed event by event.
    """

    def __init__(self, idempotency_key: str | None) -> None:
        self._hash = sha256(b"[" + dumps(idempotency_key) + b",[")
        self._separator = b""

    def add_event(self, event: Event) -> None:
        """
        Go on with an event that is to be recorded, at the current version of its kind.
        """
        kind = kind_of(event)
        self._add({"kind": kind, "version": VERSIONS[kind], "data": unstructure(event)})

    def add_body(self, body: bytes) -> None:
        """
        Go on with the event in a stored body, as it was written then.

        Raises:
            UndecodableEventError: If ``body`` is no JSON object.
        """
        value = loads(body)
        if type(value) is not dict:
            raise UndecodableEventError("$", "must be an object")
        self._add({name: value.get(name) for name in ("kind", "version", "data")})

    def digest(self) -> bytes:
        """
        The digest of all events so far.
        """
        ended = self._hash.copy()
        ended.update(b"]]")
        return ended.digest()

    def _add(self, event: dict[str, object]) -> None:
        self._hash.update(self._separator + dumps(event))
        self._separator = b","
