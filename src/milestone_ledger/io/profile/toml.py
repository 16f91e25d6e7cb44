"""
A profile as a TOML file: everything that it settles, why it was guessed, and every question still open.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import attrs

from milestone_ledger.io.profile.profile import Profile
from milestone_ledger.io.profile.propose import Proposal
from milestone_ledger.io.profile.questions import Question, answers_path, listed
from milestone_ledger.io.profile.words import Role

_SHOWN = 6
_DOCUMENT = {
    "title": "标题",
    "issuer": "发布机关；没有写明的填“无”",
    "number": "文号；没有的填“无”",
    "published_on": "发布日，如 2022-02-18；没写日期的填范围，如 [2022-01-01..2022-02-28]",
    "kind": "性质：计划、通报、其他",
    "period": "覆盖期，如 2022 或 2021..2025；可不填",
}
_DEFAULTS = {
    "domain": "领域：表里没有写明领域的项目归到哪里，写计划里的路径",
    "delivery": "建设方式：表里没有写明的；没有说明的填“无”",
    "deadline": "期限：目标里没写期限的何时到期，如 2022年底；文件没有规定的填“无”",
    "year": "年份：表的年份和发布的年份不同，目标里没写年份的日期算哪一年，如 2022",
    "hidden": "隐藏的行和列：读、不读",
}
_HEAD = """\
# 读表方案：{file} 的“{sheet}”页。
# 程序照这个方案读表；每处判断都注明了依据，请逐条过目，不对就改。
# 双引号里空着的（""）都要填；标着“可不填”的除外。井号（#）后面是说明，程序不读。
# 填好后导入：milestone-ledger import {file} --profile 本文件
"""
_COLUMNS = """\
# ── 各列 ──────────────────────────────────────────────────────────────────────
# role 是这一列的内容：{roles}。
# due 是表头表示的期限；milestone 是这一列只说的那个节点（role 为“期限”或“达到”时）。
"""
_ANSWERS = """\
# ── 要人定的 ──────────────────────────────────────────────────────────────────
# 左边是表里的原话，填一次，各处相同的都算数；只想管某一格，把左边改成单元格地址（如 "F12"）。
# 说节点的写：力度（明确 计划 预计 力争 推进）或类别（达到 未达到 停工 复工 取消 恢复）、
# 节点、日期，用空格隔开，如 "明确 开工 2022-06-30"、"达到 完成"；多条用；隔开。
# 只记一笔写 "动态"，不要的写 "不用"。
"""


def profile_toml(proposal: Proposal, questions: Sequence[Question], file: str) -> str:
    """
    The text of the file; ``file`` is the workbook.

    Reading it gives the profile back, with every answer; what is open is blank.
    """
    profile, reasons = proposal.profile, proposal.reasons
    lines = [_HEAD.format(file=file, sheet=profile.sheet), f"sheet = {_text(profile.sheet)}", ""]
    lines += ["# ── 这张表是哪份文件 ────────────────────────────────────────────────────────", "[document]"]
    lines += _keys(attrs.asdict(profile.document), _DOCUMENT, reasons, "document")
    lines += [
        "",
        "# ── 表里没写的 ──────────────────────────────────────────────────────────────",
        "[defaults]",
    ]
    asked = {question.key for question in questions if question.path == "defaults"}
    given = attrs.asdict(profile.defaults)
    shown = {key: value for key, value in given.items() if value or key in asked}
    lines += _keys(shown, _DEFAULTS, reasons, "defaults")
    lines += ["", *_columns(profile, reasons)]
    lines += _answers(profile, questions)
    return "\n".join(lines) + "\n"


def _keys(
    values: Mapping[str, str], comments: Mapping[str, str], reasons: Mapping[str, str], path: str
) -> Iterator[str]:
    for key, value in values.items():
        reason = reasons.get(f"{path}.{key}")
        yield f"{key} = {_text(value)}  # {comments[key]}" + (f"（{reason}）" if reason else "")


def _columns(profile: Profile, reasons: Mapping[str, str]) -> Iterator[str]:
    yield _COLUMNS.format(roles="、".join(Role)).rstrip()
    if "year" in reasons:
        yield f"# 年份：{_flat(reasons['year'])}。"
    for use in profile.columns:
        yield from ("", "[[columns]]", f"header = {_text(use.header)}")
        reason = reasons.get(use.header)
        role = "" if use.role is None else use.role.value
        yield f"role = {_text(role)}" + (f"  # {_flat(reason)}" if reason else "")
        if use.due is not None:
            yield f"due = {_text(use.due)}"
        if use.milestone:
            yield f"milestone = {_text(use.milestone)}"


def _answers(profile: Profile, questions: Sequence[Question]) -> Iterator[str]:
    """
    Every answer and every open question, by role.
    """
    open_at: dict[str, list[Question]] = {}
    for question in questions:
        if question.path.startswith("answers."):
            open_at.setdefault(question.path, []).append(question)
    paths = dict.fromkeys((*(answers_path(role) for role in profile.answers), *open_at))
    given = {answers_path(role): answers for role, answers in profile.answers.items()}
    if not paths:
        return
    yield ""
    yield _ANSWERS.rstrip()
    for path in paths:
        yield from ("", f"[{path}]")
        asked = {question.key: question for question in open_at.get(path, ())}
        for key, answer in given.get(path, {}).items():
            if key not in asked and answer:
                yield f"{_text(key)} = {_text(answer)}"
        for question in asked.values():
            yield from _question(question)


def _question(question: Question) -> Iterator[str]:
    cells = [spot.address for spot in question.cells]
    shown = "、".join(cells[:_SHOWN]) + (f" 等 {len(cells)} 格" if len(cells) > _SHOWN else "")
    under = f"（{_flat(question.column)}）" if question.column else ""
    yield f"# {shown}{under}：{_flat(question.text[1])}"
    if question.choices:
        yield f"#   可填：{_flat(listed(question.choices))}"
    yield f'{_text(question.key)} = ""'


def _flat(text: str) -> str:
    """
    A text that stays within its comment.
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _text(text: str) -> str:
    # A string of JSON is one of TOML, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
