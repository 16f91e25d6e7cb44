"""
What ``doctor`` has to say of a database: why nothing is written to it, and what a person should mend.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from attrs import frozen

from milestone_ledger.errors import Language, LedgerError


class Severity(StrEnum):
    """
    ``ERROR``: nothing is written until it is mended. ``WARNING``: a person should look at it.
    """

    ERROR = "error"
    WARNING = "warning"


_WARNINGS = {
    "synchronous": (
        "synchronous=FULL: a power failure can undo the last commit; leave it out of the URL for EXTRA",
        "synchronous=FULL：断电可能撤销最后一次提交；请从地址中去掉该项，默认 EXTRA 更稳妥",
    ),
    "sqlite_bug": (
        "SQLite {version} has a known bug ({name}): {what}; it is fixed in {fixed}: use a Python with such a "
        "release{instead}; {link}",
        "SQLite {version} 有已知缺陷（{name}）：{what}；{fixed} 已修复：请换用带有该版本的 Python{instead}；"
        "{link}",
    ),
    "network": (
        "the file lies on a network ({kind}), where locks often fail; move it to a disk of this machine, "
        "or use PostgreSQL",
        "文件位于网络文件系统（{kind}），其锁常不可靠；请移至本机磁盘，或改用 PostgreSQL",
    ),
    "network_wal": (
        "the file lies on a network ({kind}), where journal_mode=WAL damages it once two machines write; "
        "set journal_mode=DELETE in the URL, or use PostgreSQL",
        "文件位于网络文件系统（{kind}）：journal_mode=WAL 时两台机器同时写入即会损坏；"
        "请在地址中设 journal_mode=DELETE，或改用 PostgreSQL",
    ),
    "leftover": (
        "{names} lay beside the file before this look: a writer broke off, and what it left is put right "
        "now, or one was at work; never delete such a file, and never copy the database without it",
        "检查之前，文件旁有 {names}：或有写入中断（现已复原），或正有人写入；"
        "切勿删除此类文件，也勿只复制数据库文件而不带它",
    ),
    "world_writable": (
        "everybody on this machine may write to {names}; run chmod o-w",
        "本机任何人都可写入 {names}；请运行 chmod o-w",
    ),
    "links": (
        "the file has {count} names (hard links), and a crash under one is not mended under another; "
        "keep one",
        "该文件有 {count} 个名称（硬链接），以其一写入时崩溃，从其他名称打开不会复原；请只保留一个",
    ),
    "full_page_writes": (
        "full_page_writes=off: a crash can tear pages apart; set it to on, unless the file system cannot",
        "full_page_writes=off：崩溃可能留下残页；除非文件系统能排除，请设为 on",
    ),
    "data_checksums": (
        "data_checksums=off: the server does not notice damage of its disks; stop it and run "
        "'pg_checksums --enable'",
        "data_checksums=off：服务器察觉不到磁盘损坏；请停机后运行 pg_checksums --enable",
    ),
    "server_version": (
        "PostgreSQL {version} is no longer maintained, and --repair needs 14 or later; upgrade the server",
        "PostgreSQL {version} 已停止维护，且 --repair 需要 14 或更新版本；请升级服务器",
    ),
    "superuser": (
        "account {account} is a superuser, whom no guard stops; work as a member of the writer or reader "
        "role, 'milestone-ledger roles' makes them",
        "账号 {account} 是超级用户，任何保护都拦不住；请以写入或只读角色的成员工作，"
        "见 milestone-ledger roles",
    ),
    "owner": (
        "account {account} owns the tables and can take their guards away; work as a member of the writer or "
        "reader role, 'milestone-ledger roles' makes them",
        "账号 {account} 是表的所有者，可撤去保护；请以写入或只读角色的成员工作，见 milestone-ledger roles",
    ),
    "grants": (
        "others than the owner may do more than add: {grants}; run 'milestone-ledger roles --apply', and "
        "revoke what it leaves",
        "所有者以外有超出追加的权限：{grants}；请运行 milestone-ledger roles --apply，并收回其余授权",
    ),
    "schema": (
        "{names} may create tables and functions in schema {schema}; run 'milestone-ledger roles --apply', "
        "and revoke what it leaves",
        "{names} 可在模式 {schema} 中新建表和函数；请运行 milestone-ledger roles --apply，并收回其余授权",
    ),
    "index": (
        "the index of {names} in ledger {ledger} differs from the registrations; run 'upgrade --repair'",
        "台账 {ledger} 中 {names} 的索引与登记不符；请运行 upgrade --repair",
    ),
    "application_id": (
        "the tables are ours, but the mark of the file is not: somebody changed it; find out who, set it "
        "back with PRAGMA application_id = {expected}, then run 'verify'",
        "表是节点台账的，但文件标记不是：有人改动过；请查明何人，以 PRAGMA application_id = {expected} 改回，"
        "再运行 verify",
    ),
}


@frozen
class Finding:
    """
    One thing that is not as it should be.

    ``code`` is stable, for programs; ``text`` is for people, and says how to mend it.
    """

    code: str
    severity: Severity
    texts: tuple[str, str]

    @classmethod
    def refusal(cls, code: str, error: LedgerError) -> Self:
        """
        What a writer would be told.
        """
        return cls(code, Severity.ERROR, (error.explain("en"), error.explain("zh")))

    @classmethod
    def warning(cls, code: str, **words: object) -> Self:
        """
        What a person should look at; of a word that is a pair, each language takes its own.
        """
        en, zh = (
            text.format(**{k: w[i] if isinstance(w, tuple) else w for k, w in words.items()})
            for i, text in enumerate(_WARNINGS[code])
        )
        return cls(code, Severity.WARNING, (en, zh))

    def text(self, language: Language) -> str:
        """
        What, where, and how to mend it.
        """
        return self.texts[language == "zh"]


@frozen(kw_only=True)
class Examination:
    """
    A database as it was found: what it is, and what is wrong with it, the worst first.
    """

    url: str
    server: str
    findings: tuple[Finding, ...]

    @property
    def is_writable(self) -> bool:
        """
        Whether nothing was found for which a writer would refuse.
        """
        return all(finding.severity is Severity.WARNING for finding in self.findings)
