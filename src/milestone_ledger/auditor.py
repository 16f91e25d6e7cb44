"""
What an auditor needs, and nothing else: this file stands alone.

Copy it to any machine with Python 3.11 and the ``cryptography`` package, and it tells whether one entry of
a ledger is covered by a signed checkpoint, without the database and without the rest of this package::

    python auditor.py ENTRY.tlog-proof --key huitian.key.pub

The formats are public ones: RFC 6962 Merkle trees (SHA-256), and signed-note, tlog-checkpoint and tlog-proof
of the Community Cryptography Specification Project (https://c2sp.org), with Ed25519 signatures. Whatever is
not exactly of these forms is refused. The store uses these same functions, so there is one reading of each.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

_KEY_BYTES, _SIGNATURE_BYTES, _ID_BYTES = 32, 64, 4
_ED25519 = b"\x01"
_PROOF = "c2sp.org/tlog-proof@v1"
# No text of this kind is larger; nobody shall make us read more.
_LARGEST_NOTE = 1 << 20
_LARGEST_PROOF = 1 << 26

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
# What may not stand in the name of a key, the slash that ends an authority, and the sign that replaces them.
_UNNAMEABLE = re.compile(r"[%/+\s\x00-\x1f\x7f]")
# Categories of Unicode that a terminal obeys instead of showing: controls, direction marks, lone surrogates.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_SIGNATURE = re.compile(r"— ([^\s+\x00-\x1f\x7f]+) ([A-Za-z0-9+/=]+)")


class AuditError(ValueError):
    """
    Something is not what it claims to be; both texts say what, in English and in Chinese.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en, zh)
        self.en = en
        self.zh = zh

    def __str__(self) -> str:
        return self.en


def leaf_hash(body: bytes) -> bytes:
    """
    The hash of a leaf: SHA-256 of 0x00 and the stored bytes.
    """
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """
    The hash of an inner node: SHA-256 of 0x01 and the hashes of its children.
    """
    return sha256(b"\x01" + left + right).digest()


def are_hashes(hashes: Iterable[bytes]) -> bool:
    """
    Whether each is 32 bytes long.
    """
    return all(type(one) is bytes and len(one) == HASH_BYTES for one in hashes)


def split(size: int) -> int:
    """
    How many of ``size`` > 1 leaves stand in the left subtree: the largest power of two below ``size``.
    """
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """
    Whether ``proof`` shows that ``leaf`` stands at ``index`` (from 0) of the tree of ``size`` with ``root``.

    Anything malformed (an index beyond the tree, a missing or extra hash, a hash of a wrong length) is no
    proof.
    """
    if not 0 <= index < size or not are_hashes((leaf, root, *proof)):
        return False
    is_left = []
    while size > 1:
        middle = split(size)
        is_left.append(index < middle)
        index, size = (index, middle) if index < middle else (index - middle, size - middle)
    if len(proof) != len(is_left):
        return False
    node = leaf
    for left, sibling in zip(reversed(is_left), proof, strict=True):
        node = node_hash(node, sibling) if left else node_hash(sibling, node)
    return node == root


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """
    Whether ``proof`` shows that the tree of ``old_size`` with ``old_root`` is the start of that of ``size``.

    An empty tree is the start of every tree. Anything malformed (a larger old tree, a missing or extra
    hash, a hash of a wrong length) is no proof.
    """
    if not 0 <= old_size <= size or not are_hashes((old_root, root, *proof)):
        return False
    if (old_size == 0 and old_root != EMPTY_ROOT) or (size == 0 and root != EMPTY_ROOT):
        return False
    if old_size in {0, size}:
        return not proof and (old_size == 0 or old_root == root)
    hashes = list(proof)
    if old_size.bit_count() == 1:  # the old tree is a subtree of the new one
        hashes.insert(0, old_root)
    # RFC 9162, 2.1.4.2: climb from the last leaf of the old tree, along the right edge of both trees.
    old_at, new_at = old_size - 1, size - 1
    while old_at & 1:
        old_at, new_at = old_at >> 1, new_at >> 1
    if not hashes:
        return False
    old_node = new_node = hashes[0]
    for sibling in hashes[1:]:
        if new_at == 0:
            return False
        if old_at & 1 or old_at == new_at:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while old_at and not old_at & 1:
                old_at, new_at = old_at >> 1, new_at >> 1
        else:
            new_node = node_hash(new_node, sibling)
        old_at, new_at = old_at >> 1, new_at >> 1
    return new_at == 0 and old_node == old_root and new_node == root


@dataclass(frozen=True)
class VerifierKey:
    """
    A public key by its name; its text is ``name+id+base64``, as the ecosystem of signed notes writes it.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        require_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise AuditError("an Ed25519 public key has 32 bytes", "Ed25519 公钥应为 32 字节")

    @property
    def id(self) -> bytes:
        """
        The first 4 bytes of the SHA-256 of name, line feed, type and key.
        """
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """
        Read the text of a public key; one line feed at its end may stay.

        Raises:
            AuditError: If it is none, or names another key than it holds.
        """
        name, _, rest = text.removesuffix("\n").partition("+")
        key_id, _, encoded = rest.partition("+")
        key = decode64(encoded, "the key", "密钥")
        if key[:1] != _ED25519:
            raise AuditError("not an Ed25519 key", "不是 Ed25519 密钥")
        found = cls(name, key[1:])
        if found.id.hex() != key_id:
            raise AuditError(f"the key is not the one that {key_id!r} names", f"密钥与其标识 {key_id} 不符")
        return found

    def require_signed(self, text: bytes, signature: bytes) -> None:
        """
        Refuse ``signature`` if this key did not make it over ``text``.

        Raises:
            AuditError: If so.
        """
        # Here, so that reading a ledger does not load a cryptographic library.
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError) as error:
            raise AuditError(
                f"the signature of {self.name} does not hold: the text was changed, or another key signed it",
                f"{self.name} 的签名无效：内容已被改动，或由其他密钥签署",
            ) from error


@dataclass(frozen=True)
class Checkpoint:
    """
    What a signed checkpoint says: the first ``size`` entries of the log ``origin`` have the Merkle ``root``.
    """

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """
        The text that is signed.
        """
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def open(cls, note: bytes, key: VerifierKey) -> Checkpoint:
        """
        Read a signed checkpoint, if ``key`` signed it for the log that the key is named after.

        Signatures of other keys are passed over, and so are extension lines.

        Raises:
            AuditError: If it is malformed, not signed by ``key``, or of another log.
        """
        text = open_note(note, key)
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines):  # noqa: PLR2004 (origin, size, root)
            _refuse("a checkpoint has three lines: origin, size, root", "检查点应有三行：来源、条数、根")
        origin, size, root = lines[:3]
        if origin != key.name:
            _refuse(
                f"the checkpoint is of {origin!r}, the key is that of {key.name!r}",
                f"检查点属于“{origin}”，而密钥属于“{key.name}”",
            )
        return cls(origin, number(size, "the size", "条数"), hash64(root))


def open_note(note: bytes, key: VerifierKey) -> str:
    """
    The text of a signed note, if ``key`` signed it.

    Raises:
        AuditError: If it is no signed note, or ``key`` did not sign it, or a signature of it is wrong.
    """
    if len(note) > _LARGEST_NOTE:
        _refuse("the note is too large", "签名文件过大")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AuditError("the note is not UTF-8", "签名文件不是 UTF-8 编码") from error
    if any(character < " " and character != "\n" for character in whole):
        _refuse(
            "the note holds control characters; it may have been saved with CRLF line ends",
            "签名文件含控制字符；可能被存成了 CRLF 换行",
        )
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        _refuse("not a signed note: text, an empty line, signatures", "不是签名文件：应为正文、空行、签名")
    text += "\n"
    is_signed = False
    for place, line in enumerate(signatures.removesuffix("\n").split("\n"), 1):
        match = _SIGNATURE.fullmatch(line)
        if match is None:  # it is not repeated: it may be any file that was given by mistake
            _refuse(f"line {place} of the signatures is none", f"签名部分第 {place} 行不是签名")
        value = decode64(match[2], "the signature", "签名")
        if len(value) <= _ID_BYTES:
            _refuse("the signature is too short", "签名过短")
        if match[1] == key.name and value[:_ID_BYTES] == key.id:
            if len(value) != _ID_BYTES + _SIGNATURE_BYTES:
                _refuse("an Ed25519 signature has 64 bytes", "Ed25519 签名应为 64 字节")
            key.require_signed(text.encode(), value[_ID_BYTES:])
            is_signed = True
    if not is_signed:
        _refuse(
            f"not signed by {key.name} with the key {key.id.hex()}",
            f"没有 {key.name}（密钥 {key.id.hex()}）的签名",
        )
    return text


@dataclass(frozen=True)
class Proof:
    """
    One entry, where it stands, and the hashes that lead from it to the root of a signed checkpoint.
    """

    body: bytes
    index: int
    hashes: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """
        The file: C2SP tlog-proof, with the entry itself as its extra data.
        """
        lines = [_PROOF, f"extra {base64.b64encode(self.body).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(one).decode() for one in self.hashes]
        return "\n".join([*lines, "", ""]).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """
        Read what ``to_bytes`` writes, and nothing else.

        Raises:
            AuditError: If it is not of that form.
        """
        if len(data) > _LARGEST_PROOF:
            _refuse("the proof is too large", "证明文件过大")
        head, blank, note = data.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise AuditError("not a proof of an entry", "不是条目证明文件") from error
        if not blank or first != _PROOF:
            _refuse(
                f"not a proof of an entry: it must begin with {_PROOF}",
                f"不是条目证明文件：首行应为 {_PROOF}",
            )
        if len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):  # noqa: PLR2004
            _refuse("the proof must name the entry and its index", "证明文件应含条目内容及其序号")
        return cls(
            body=decode64(lines[0].removeprefix("extra "), "the entry", "条目"),
            index=number(lines[1].removeprefix("index "), "the index", "序号"),
            hashes=tuple(map(hash64, lines[2:])),
            note=note,
        )


def check_proof(data: bytes, key: VerifierKey) -> tuple[dict[str, Any], Checkpoint]:
    """
    The entry that a proof is about and the checkpoint that covers it, if the proof holds.

    Raises:
        AuditError: If the proof is malformed, its checkpoint is not signed by ``key``, the hashes do not lead
            to the root, or the entry names another place than its own.
    """
    proof = Proof.parse(data)
    checkpoint = Checkpoint.open(proof.note, key)
    if proof.index >= checkpoint.size:
        _refuse(
            f"the checkpoint covers {checkpoint.size} entries, so none of index {proof.index}",
            f"检查点只覆盖 {checkpoint.size} 条，没有序号 {proof.index}",
        )
    leaf = leaf_hash(proof.body)
    if not verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        _refuse(
            "the hashes do not lead from the entry to the signed root: one of them was changed",
            "哈希路径与签名的根不符：条目或路径已被改动",
        )
    try:
        entry = json.loads(
            proof.body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise AuditError("the entry is not JSON", "条目不是 JSON") from error
    if type(entry) is not dict or type(entry.get("seq")) is not int or entry["seq"] != proof.index:
        _refuse("the entry names another number than its index", "条目自述的编号与其序号不符")
    if type(entry.get("ledger")) is not str or not is_of(checkpoint.origin, entry["ledger"]):
        _refuse("the entry names another ledger than its checkpoint", "条目自述的台账与检查点不符")
    return entry, checkpoint


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _no_number(_: str) -> NoReturn:
    raise ValueError


def origin_of(authority: str, ledger: str) -> str:
    """
    The name of a ledger's key and of its log in checkpoints: who keeps it, a slash, and which it is.

    >>> origin_of("changping.gov.cn", "huitian")
    'changping.gov.cn/huitian'
    """
    escaped = _UNNAMEABLE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), ledger)
    return f"{authority}/{escaped}"


def is_of(origin: str, ledger: str) -> bool:
    """
    Whether ``origin`` is that of ``ledger``, whoever keeps it.
    """
    authority, _, _ = origin.rpartition("/")
    return origin == origin_of(authority, ledger)


def require_name(name: str) -> None:
    """
    Refuse what cannot name a key: nothing, blanks, plus signs, control characters.

    Raises:
        AuditError: If so.
    """
    if not _NAME.fullmatch(name):
        _refuse(
            f"{name!r} cannot name a key: no blanks, no '+'; write it like district.gov.cn/huitian",
            f"“{name}”不能作密钥名：不得含空白或加号，请写如 district.gov.cn/huitian",
        )


def number(text: str, en: str, zh: str) -> int:
    """
    A number in plain ASCII digits, without sign or leading zeros.

    Raises:
        AuditError: If ``text`` is none.
    """
    if not _NUMBER.fullmatch(text):
        _refuse(f"{en} is no plain number", f"{zh}不是规范的数字")
    return int(text)


def decode64(text: str, en: str, zh: str) -> bytes:
    """
    The bytes of standard base64, if written in the one canonical way.

    Raises:
        AuditError: If not.
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        value = b""
    if not value or base64.b64encode(value).decode() != text:
        _refuse(f"{en} is not canonical base64", f"{zh}不是规范的 base64")
    return value


def hash64(text: str) -> bytes:
    """
    The hash in canonical base64.

    Raises:
        AuditError: If it is none of 32 bytes.
    """
    value = decode64(text, "a hash", "哈希值")
    if len(value) != HASH_BYTES:
        _refuse("a hash has 32 bytes", "哈希值应为 32 字节")
    return value


def _refuse(en: str, zh: str) -> NoReturn:
    raise AuditError(en, zh)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Check one proof and print the entry: 0 if it holds, 4 if it does not.
    """
    parser = argparse.ArgumentParser(
        description="Check that a signed checkpoint covers one entry of a ledger. 校验一条台账记录的证明。"
    )
    parser.add_argument("proof", type=Path, metavar="PROOF", help="the file to check 证明文件")
    parser.add_argument(
        "--key", required=True, metavar="KEY", help="public key, or a file that holds it 公钥或其文件"
    )
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        entry, checkpoint = check_proof(read_file(given.proof), read_key(given.key))
    except OSError as error:
        sys.stderr.write(_shown(f"{error}\n"))
        return 2
    except AuditError as error:
        sys.stderr.write(_shown(f"{error.zh}\n{error.en}\n"))
        return 4
    sys.stdout.write(_shown(json.dumps(entry, ensure_ascii=False, indent=2) + "\n"))
    said = f"第 {entry['seq']} 条在 {checkpoint.origin} 的前 {checkpoint.size} 条之中，签名有效。"
    sys.stderr.write(
        f"{said}\nEntry {entry['seq']} is among the first {checkpoint.size} of {checkpoint.origin}, "
        "and the signature holds.\n"
    )
    return 0


def _shown(text: str) -> str:
    """
    ``text`` with what a terminal would obey written as JSON escapes it, so that JSON means the same still.
    """
    return "".join(
        one if one == "\n" or unicodedata.category(one) not in _UNSHOWABLE else _escaped(one) for one in text
    )


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return re.sub("....", r"\\u\g<0>", units)


def read_file(path: Path) -> bytes:
    """
    The file at ``path``, as far as anything here may be long.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(_LARGEST_PROOF + 1)


def read_key(key: str) -> VerifierKey:
    """
    The public key in ``key``: the path of a file that holds it, or its text.

    Raises:
        AuditError: If it is no public key.
        OSError: If the file cannot be read.
    """
    path = Path(key)
    if "+" in key and not path.exists():
        return VerifierKey.parse(key)
    return VerifierKey.parse(read_file(path).decode("utf-8", errors="replace"))


if __name__ == "__main__":
    sys.exit(main())
