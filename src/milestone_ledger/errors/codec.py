"""
Bytes that are not an event of this package.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from milestone_ledger.errors._base import LedgerError


class CodecError(LedgerError):
    """
    Bytes that are not an event of this package.
    """


@attrs.define(eq=False, slots=False, repr=False)
class UnknownEventKindError(CodecError, LookupError):
    """
    A kind, or a version of a kind, that this package does not know.
    """

    kind: str
    version: object = None

    en: ClassVar[str] = (
        "unknown event kind {kind!r} version {version!r}; upgrade the package: a newer one wrote it"
    )
    zh: ClassVar[str] = "未知的事件类型“{kind}”（版本 {version}）；它由更新的版本写入，请升级本软件"


@attrs.define(eq=False, slots=False, repr=False)
class UndecodableEventError(CodecError, ValueError):
    """
    An event whose content is malformed; ``path`` says where (``$.data.deadline``).
    """

    path: str
    detail: str

    en: ClassVar[str] = "at {path}: {detail}"
    zh: ClassVar[str] = "{path} 处：{detail}"
