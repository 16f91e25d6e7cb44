"""
Who signs checkpoints: a private key that remembers what it signed last.

A key is one file, readable by its owner only. Beside it stand its public half (``.pub``), to be given to
everybody, and the last checkpoint it signed (``.last``). A log that is not a continuation of that one is
refused, and so is any log if the memory is missing: whoever signs two histories has signed neither.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from attrs import frozen

from milestone_ledger.auditor import (
    EMPTY_ROOT,
    AuditError,
    Checkpoint,
    VerifierKey,
    decode64,
    is_of,
    origin_of,
    require_name,
)
from milestone_ledger.errors import CheckpointError, InconsistentCheckpointError, SigningKeyError
from milestone_ledger.errors.system import system_reason

_PREFIX = "PRIVATE+KEY+"
_ED25519 = b"\x01"


def require_origin(origin: str, ledger: str) -> None:
    """
    Refuse the ``origin`` of a checkpoint or key that is not that of ``ledger``, whoever keeps it.

    Raises:
        CheckpointError: If so.
    """
    if not is_of(origin, ledger):
        raise CheckpointError(
            origin,
            (
                f"this is a checkpoint of another ledger, not of {ledger!r}",
                f"这是另一台账的检查点，不是“{ledger}”的",
            ),
        )


@frozen
class Signer:
    """
    A private key in a file.

    Made by ``Signer.create`` or ``Signer.open``; ``sign`` is its only use.
    """

    path: Path
    public: VerifierKey
    _seed: bytes

    def __repr__(self) -> str:
        return f"<Signer {self.public}>"

    @classmethod
    def create(cls, path: Path, *, authority: str, ledger: str) -> Self:
        """
        Make a key for ``ledger``, kept by ``authority`` (a domain name, say), in a new file at ``path``.

        Raises:
            CheckpointError: If the authority has blanks or plus signs in its name.
            SigningKeyError: If one of the three files exists, or cannot be written.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        private = Ed25519PrivateKey.generate()
        try:
            require_name(authority)
            public = VerifierKey(origin_of(authority, ledger), private.public_key().public_bytes_raw())
        except AuditError as error:
            raise CheckpointError("authority", (error.en, error.zh)) from error
        signer = cls(path, public, private.private_bytes_raw())
        for file in (path, signer.public_path, signer.memory):
            if file.exists():
                raise SigningKeyError(
                    str(file),
                    ("it exists, and a key is never overwritten", "文件已存在，密钥不可覆盖"),
                )
        text = base64.b64encode(_ED25519 + signer._seed).decode()
        with _typed(path):
            _write_anew(path, f"{_PREFIX}{public.name}+{public.id.hex()}+{text}\n".encode())
            _write_anew(signer.public_path, f"{public}\n".encode())
            signer.public_path.chmod(0o644)
            _write_anew(signer.memory, signer._signed(Checkpoint(public.name, 0, EMPTY_ROOT)))
        return signer

    @classmethod
    def open(cls, path: Path) -> Self:
        """
        Read the key at ``path``; if that is a link, its memory lies beside the key itself.

        Raises:
            SigningKeyError: If it cannot be read, or is no private key.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        path = Path(os.path.realpath(path))  # or a key would have as many memories as ways that lead to it
        with _typed(path):
            text = path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")
        name, _, rest = text.removeprefix(_PREFIX).partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            seed = decode64(encoded, "the key", "密钥")[1:]
            public = VerifierKey(
                name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
            )
        except (AuditError, ValueError) as error:
            raise _no_key(path) from error
        if not text.startswith(_PREFIX) or public.id.hex() != key_id:
            raise _no_key(path)
        return cls(path, public, seed)

    @property
    def public_path(self) -> Path:
        """
        Where the public key lies.
        """
        return self.path.with_name(self.path.name + ".pub")

    @property
    def memory(self) -> Path:
        """
        Where the last checkpoint lies that this key signed.
        """
        return self.path.with_name(self.path.name + ".last")

    def last(self) -> Checkpoint:
        """
        The last checkpoint that this key signed; at first, that of an empty log.

        Raises:
            SigningKeyError: If it is missing, or not what this key signed.
        """
        try:
            return Checkpoint.open(self.memory.read_bytes(), self.public)
        except (OSError, AuditError) as error:
            raise SigningKeyError(
                str(self.memory),
                (
                    "the last checkpoint of this key is missing or damaged, so nothing can be signed: "
                    "put the newest checkpoint that it signed there, or make a new key",
                    "该密钥上次签署的检查点缺失或损坏，无法签署：请把它最近签署的检查点放回此处，或另制新密钥",
                ),
            ) from error

    def sign(self, size: int, root: bytes, root_at: Callable[[int], bytes]) -> bytes:
        """
        Sign that the first ``size`` entries have the Merkle ``root``, and remember it before giving it out.

        Args:
            size: How many entries; the caller sees to it that a commit ends there.
            root: Their root.
            root_at: Tells the root of the first so many entries of the same log.

        Returns:
            The signed note. The same log signed again gives the same bytes.

        Raises:
            InconsistentCheckpointError: If the log does not continue what this key signed last.
            SigningKeyError: If the memory of the key cannot be read or written.
        """
        with self._alone():
            last = self.last()
            if size < last.size or root_at(last.size) != last.root:
                raise InconsistentCheckpointError(self.public.name, size, last.size)
            note = self._signed(Checkpoint(self.public.name, size, root))
            with _typed(self.memory):
                _replace(self.memory, note)
            return note

    def _signed(self, checkpoint: Checkpoint) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

        text = checkpoint.to_text()
        signature = Ed25519PrivateKey.from_private_bytes(self._seed).sign(text.encode())
        encoded = base64.b64encode(self.public.id + signature).decode()
        return f"{text}\n— {self.public.name} {encoded}\n".encode()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """
        Keep others who use the same key away; the lock goes with the process, so none is left behind.
        """
        with _typed(self.path), self.path.open("rb") as file:
            if os.name == "posix":
                import fcntl  # noqa: PLC0415 (there is none on Windows)

                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _no_key(path: Path) -> SigningKeyError:
    return SigningKeyError(
        str(path), ("it is no private key; make one with 'key'", "不是私钥文件；请用 key 命令新制")
    )


@contextmanager
def _typed(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SigningKeyError(str(path), system_reason(error)) from error


def _write_anew(path: Path, data: bytes) -> None:
    """
    Write a file that does not exist, for its owner only.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _replace(path: Path, data: bytes) -> None:
    """
    Put ``data`` in the place of the file at ``path``: the old content or the new, never half.

    A link stays one, so that whoever follows it reads the new content too.
    """
    path = Path(os.path.realpath(path))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
