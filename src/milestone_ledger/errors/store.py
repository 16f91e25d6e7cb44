"""
What the database refuses, or why it may not be trusted.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from milestone_ledger.errors._base import Language, LedgerError, nearest


class StoreError(LedgerError):
    """
    The database refused, or may not be trusted.
    """


# So many names can be read in one line; a database may hold thousands of ledgers.
_SOME = 10


@attrs.define(eq=False, slots=False, repr=False)
class UnknownLedgerError(StoreError, LookupError):
    """
    The database holds no ledger of this name; or none is named (``""``), and it does not hold exactly one.
    """

    ledger: str
    known: tuple[str, ...] = ()

    en: ClassVar[str] = "{found}; {remedy}"
    zh: ClassVar[str] = "{found}；{remedy}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        some = self.known[:_SOME] + ("…",) * (len(self.known) > _SOME)
        known = ("、" if language == "zh" else ", ").join(some)
        begin = ("create it with 'init'", "请用 init 新建")
        if self.ledger:
            near = nearest(self.known[:_SOME], language)
            found = (
                f"no ledger {self.ledger!r} in this database{near}",
                f"数据库中没有台账“{self.ledger}”{near}",
            )
            remedy = begin
        elif not self.known:
            found, remedy = ("no ledger in this database yet", "数据库中还没有台账"), begin
        else:
            number = len(self.known)
            found = (f"this database holds {number} ledgers: {known}", f"数据库中有 {number} 个台账：{known}")
            remedy = ("name one of them (--ledger)", "请用 --ledger 写明是哪一个")
        place = 1 if language == "zh" else 0
        return {"found": found[place], "remedy": remedy[place]}


@attrs.define(eq=False, slots=False, repr=False)
class LedgerExistsError(StoreError):
    """
    A ledger of this name exists, with another definition of its programme.
    """

    ledger: str

    en: ClassVar[str] = (
        "ledger {ledger!r} exists with another definition of its programme; "
        "to extend it, import the folder with the new programme.toml; for another programme, change the id"
    )
    zh: ClassVar[str] = (
        "台账“{ledger}”已存在，且计划定义不同；若要增补，请导入含新 programme.toml 的文件夹；"
        "若是另一个计划，请更换 id"
    )


@attrs.define(eq=False, slots=False, repr=False)
class ConcurrentAppendError(StoreError):
    """
    The ledger is not at the size that the caller expected.

    Safe to retry after reading again.
    """

    ledger: str
    expected: int
    found: int

    en: ClassVar[str] = (
        "ledger {ledger!r} holds {found} entries, not {expected}: it moved on; read it again and decide anew"
    )
    zh: ClassVar[str] = "台账“{ledger}”现有 {found} 条，而非 {expected} 条：已有新的记录；请重新读取后再提交"


@attrs.define(eq=False, slots=False, repr=False)
class IdempotencyConflictError(StoreError):
    """
    An idempotency key was used before, for another content.
    """

    ledger: str
    key: str
    commit_no: int

    en: ClassVar[str] = (
        "idempotency key {key!r} of ledger {ledger!r} was used by commit {commit_no} for other content; "
        "use a new key for a new request"
    )
    zh: ClassVar[str] = (
        "台账“{ledger}”的幂等键“{key}”已被第 {commit_no} 次提交用于其他内容；新的请求请用新的键"
    )


@attrs.define(eq=False, slots=False, repr=False)
class AppendOnlyError(StoreError):
    """
    The database refused a change of what is already recorded.
    """

    detail: str

    en: ClassVar[str] = "history cannot be changed: {detail}; record a correction instead"
    zh: ClassVar[str] = "历史不可更改：{detail}；请以更正方式记入"


@attrs.define(eq=False, slots=False, repr=False)
class GuardsMissingError(StoreError):
    """
    Triggers that protect the log are missing, altered or disabled, or others stand beside them.
    """

    missing: tuple[str, ...]

    en: ClassVar[str] = (
        "the database no longer protects the log: {names} missing, altered, disabled or foreign; "
        "nothing was written; run 'verify', find out who changed the database, then 'upgrade --repair'"
    )
    zh: ClassVar[str] = (
        "数据库已不再保护台账：{names} 缺失、被改动、被停用或系外来；未写入任何内容；"
        "请先运行 verify 并查明何人改动，再运行 upgrade --repair"
    )

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"names": ("、" if language == "zh" else ", ").join(self.missing)}


@attrs.define(eq=False, slots=False, repr=False)
class SchemaVersionError(StoreError):
    """
    The database is not at the revision that this package needs.
    """

    url: str
    found: str
    needed: str
    newer: bool = False

    en: ClassVar[str] = "database {url} is at revision {found}, this package needs {needed}: {remedy}"
    zh: ClassVar[str] = "数据库 {url} 的版本为 {found}，本软件需要 {needed}：{remedy}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        if self.newer:
            remedy = (
                "it was made by a newer milestone-ledger, upgrade the package",
                "它由更新的版本建立，请升级本软件",
            )
        else:
            remedy = (
                f"run 'milestone-ledger --db {self.url} upgrade'",
                f"请运行 milestone-ledger --db {self.url} upgrade",
            )
        return {
            "url": self.url,
            "found": self.found,
            "needed": self.needed,
            "remedy": remedy[1 if language == "zh" else 0],
        }


@attrs.define(eq=False, slots=False, repr=False)
class ForeignDatabaseError(StoreError):
    """
    A database of another application, or no database at all.
    """

    url: str
    found: tuple[str, str]

    en: ClassVar[str] = (
        "{url} is not a milestone ledger: {found}; give another path, or create one with 'init'"
    )
    zh: ClassVar[str] = "{url} 不是节点台账：{found}；请更换路径，或用 init 新建"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"url": self.url, "found": self.found[1 if language == "zh" else 0]}


@attrs.define(eq=False, slots=False, repr=False)
class UnsafeSettingsError(StoreError):
    """
    A setting under which the database may lose acknowledged commits.
    """

    setting: str
    value: str
    needed: str

    en: ClassVar[str] = (
        "refusing to write with {setting}={value}: a crash could lose commits; set {setting}={needed}"
    )
    zh: ClassVar[str] = (
        "{setting}={value} 时拒绝写入：一旦崩溃可能丢失已确认的提交；请设为 {setting}={needed}"
    )


@attrs.define(eq=False, slots=False, repr=False)
class ClockError(StoreError):
    """
    The clock of this machine is far behind the last commit, or beyond belief.
    """

    clock: str
    last: str

    en: ClassVar[str] = (
        "the clock says {clock}, but the last commit was recorded at {last}; set the clock, then try again"
    )
    zh: ClassVar[str] = "本机时钟为 {clock}，而上次提交记录于 {last}；请校准时钟后重试"


@attrs.define(eq=False, slots=False, repr=False)
class DatabaseUnavailableError(StoreError):
    """
    The database cannot be reached or used just now.
    """

    url: str
    detail: str | tuple[str, str]

    en: ClassVar[str] = "cannot use database {url}: {detail}; nothing was recorded"
    zh: ClassVar[str] = "无法使用数据库 {url}：{detail}；未记入任何内容"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates; ``detail`` may come in both languages.
        """
        detail = self.detail
        if isinstance(detail, tuple):
            detail = detail[1 if language == "zh" else 0]
        return {"url": self.url, "detail": detail}


@attrs.define(eq=False, slots=False, repr=False)
class NotPermittedError(DatabaseUnavailableError):
    """
    The account may not do this: a reader that writes, or a writer that changes tables.
    """

    en: ClassVar[str] = (
        "this account may not do that in database {url}: {detail}; nothing was recorded; to write, it must "
        "be a member of the writer role, see 'roles'"
    )
    zh: ClassVar[str] = (
        "该账号无权在数据库 {url} 中进行此操作：{detail}；未记入任何内容；"
        "要写入，须为写入角色的成员，见 roles"
    )


@attrs.define(eq=False, slots=False, repr=False)
class CommitInDoubtError(DatabaseUnavailableError):
    """
    The connection broke during COMMIT: whether the entries were recorded is not known.
    """

    en: ClassVar[str] = (
        "database {url} broke off during the commit ({detail}); whether it was recorded is not known: "
        "send it again with the same idempotency key, or look at the end of the ledger first"
    )
    zh: ClassVar[str] = (
        "数据库 {url} 在提交时中断（{detail}），无法确定是否已记入；请以同一幂等键重新提交，或先查看台账末尾"
    )


@attrs.define(eq=False, slots=False, repr=False)
class TamperedLedgerError(StoreError):
    """
    What is stored does not agree with itself.
    """

    ledger: str
    seq: int | None
    detail: str

    en: ClassVar[str] = "ledger {ledger!r}, entry {seq}: {detail}; run 'verify' for the whole list"
    zh: ClassVar[str] = "台账“{ledger}”第 {seq} 条：{detail}；请运行 verify 查看全部问题"


@attrs.define(eq=False, slots=False, repr=False)
class CheckpointError(LedgerError, ValueError):
    """
    A checkpoint, a public key or a proof is not what it should be; says nothing about the ledger.
    """

    what: str
    problem: tuple[str, str]

    en: ClassVar[str] = "{what}: {problem}"
    zh: ClassVar[str] = "{what}：{problem}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"what": self.what, "problem": self.problem[1 if language == "zh" else 0]}


@attrs.define(eq=False, slots=False, repr=False)
class SigningKeyError(CheckpointError):
    """
    A private key, or its memory of what it signed last, cannot be used.
    """


@attrs.define(eq=False, slots=False, repr=False)
class InconsistentCheckpointError(StoreError):
    """
    The log does not continue what its key signed before: it was changed, cut, or an old backup was restored.
    """

    origin: str
    size: int
    signed: int

    en: ClassVar[str] = (
        "the log of {origin} with {size} entries does not continue the one signed at {signed}: it was "
        "changed, cut off, or restored from an old backup; nothing was signed; see 'verify --checkpoint'"
    )
    zh: ClassVar[str] = (
        "{origin} 现有 {size} 条，与此前签署的 {signed} 条不相衔接：台账被改动、截断，或恢复了旧备份；"
        "未签署任何内容；请运行 verify --checkpoint 查看"
    )
