"""
What the commands accept that look after the log, so that nobody changes it, and after its database.
"""

from __future__ import annotations

import argparse
import re


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,15}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of an entry 请写条目编号")
    return int(text)


def _public_key(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--key", required=required, metavar="KEY", help="the public key, or its file (.pub) 公钥或其文件"
    )


def _verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="NOTE",
        help="a signed checkpoint kept outside; may be repeated 库外保存的检查点，可多次给出",
    )
    _public_key(verify, required=False)
    verify.add_argument(
        "--rules", action="store_true", help="also ask whether each commit would be accepted 另按规则逐次重验"
    )


def _key(key: argparse.ArgumentParser) -> None:
    key.add_argument("file", metavar="FILE", help="where to write the private key 私钥文件")
    key.add_argument(
        "--authority",
        required=True,
        metavar="NAME",
        help="who keeps the ledger, as a domain name 台账单位的域名",
    )


def _checkpoint(checkpoint: argparse.ArgumentParser) -> None:
    checkpoint.add_argument("--key", required=True, metavar="FILE", help="the private key 私钥文件")
    checkpoint.add_argument("--out", metavar="NOTE", help="file to write; else it is printed 写入文件")


def _prove(prove: argparse.ArgumentParser) -> None:
    prove.add_argument("seq", type=_number, metavar="SEQ", help="number of the entry 条目编号")
    prove.add_argument(
        "--checkpoint", required=True, metavar="NOTE", help="a checkpoint that covers it 检查点"
    )
    _public_key(prove, required=True)
    prove.add_argument("--out", metavar="PROOF", help="file to write; else it is printed 写入文件")


def _check(check: argparse.ArgumentParser) -> None:
    check.add_argument("proof", metavar="PROOF", help="the file 证明文件")
    _public_key(check, required=True)


def _upgrade(upgrade: argparse.ArgumentParser) -> None:
    upgrade.add_argument(
        "--repair", action="store_true", help="put missing guards and the index back 恢复缺失的保护和索引"
    )


def _doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--deep", action="store_true", help="compare the index of projects too 兼查索引")


def _roles(roles: argparse.ArgumentParser) -> None:
    from milestone_ledger.store.roles import Roles  # noqa: PLC0415 (most commands know no roles)

    roles.add_argument("--apply", action="store_true", help="run the statements 直接执行")
    roles.add_argument("--writer", default=Roles().writer, metavar="NAME", help="who may add 写入角色名")
    roles.add_argument("--reader", default=Roles().reader, metavar="NAME", help="who may read 只读角色名")


def _dump(dump: argparse.ArgumentParser) -> None:
    dump.add_argument("file", metavar="OUT.jsonl", help="a new file 新文件")


def _load(load: argparse.ArgumentParser) -> None:
    load.add_argument("file", metavar="IN.jsonl", help="what 'dump' wrote 导出的文件")


UPKEEP = (
    ("verify", "check that the log agrees with itself, and with checkpoints 校验台账", _verify),
    ("key", "make a key that signs this ledger's checkpoints 新制签名密钥", _key),
    ("checkpoint", "sign how long the log is and its root 签署检查点", _checkpoint),
    ("prove", "write a file with which anyone can check one entry 出具单条证明", _prove),
    ("check", "check such a file; needs no database 核对单条证明（无需数据库）", _check),
    ("upgrade", "bring the database to this version 升级数据库", _upgrade),
    ("doctor", "whether the database is fit: guards, settings, rights 体检数据库", _doctor),
    ("roles", "roles of PostgreSQL: print the SQL, or run it 数据库角色（先列出语句）", _roles),
    ("dump", "write the ledger into a file, as lines 导出台账全部条目", _dump),
    ("load", "enter a dumped ledger into a database 载入导出的台账", _load),
)
"""
Each with its name, what it does, and what adds its arguments.
"""
