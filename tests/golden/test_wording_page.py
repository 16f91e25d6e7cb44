"""
The page on wording shows what the language file holds and what comes of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Label, Programme
from milestone_ledger.domain.wording import Ambiguous, Deadline, NoDeadline, deadline_outcome
from milestone_ledger.domain.wording.table import language
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.sheets import FIRMNESS_WORDS

PAGE = Path(__file__).parents[2] / "docs/reference/wording.md"
PUBLISHED = UncertainDate.parse("2018-07-29")
BUILT_IN = Programme(id="x", title=Label("x", "x"))
OTHERS = {"acquired": "购置（另加）"}
TABLE = language().document


def _label(milestone):
    return OTHERS.get(milestone) or BUILT_IN.milestone_label(milestone)


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _read(wording):
    match deadline_outcome(wording, PUBLISHED):
        case Deadline(when):
            return str(when)
        case NoDeadline(effort=effort):
            return "没有期限（尽力）" if effort else "没有期限（进展）"
        case Ambiguous(question=question, readings=readings):
            return "要问：" + question[1] + "".join(f"；{day}" for day in readings)


def _words(row):
    return "、".join(words.replace("~", "……") for words in row["words"])


def _tables():
    verbs = TABLE["verbs"]
    decided, left_open = [row for row in verbs if "milestone" in row], [row for row in verbs if "zh" in row]
    return {
        "deadlines": _table(
            ["写法", "读作"], [[each, _read(each)] for row in TABLE["deadlines"] for each in row["example"]]
        ),
        "asks": _table(
            ["写法", "问什么；可能的日期"],
            [[each, _read(each)] for row in TABLE["asks"] for each in row["example"]],
        ),
        "verbs": _table(
            ["写法", "节点", "说“已”时证明"],
            [
                [
                    _words(row),
                    _label(row["milestone"]),
                    "、".join(map(_label, row.get("proves", [row["milestone"]]))),
                ]
                for row in decided
            ],
        ),
        "open": _table(
            ["写法", "问什么", "可能的节点"],
            [[_words(row), row["zh"], "、".join(map(_label, row.get("possible", [])))] for row in left_open],
        ),
        "firmness": _table(
            ["力度", "词"],
            [[FIRMNESS_WORDS.write(row["value"], "zh"), _words(row)] for row in TABLE["firmness"]],
        ),
    }


def _drawn_up(text):
    for name, table in _tables().items():
        text, found = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda match, table=table: f"{match[1]}{table}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
        assert found == 1, name
    return text


def test_the_page_shows_the_language_file(request):
    text = PAGE.read_text("utf-8")
    if request.config.getoption("--update-golden"):
        PAGE.write_text(_drawn_up(text), "utf-8")
        return

    assert _drawn_up(text) == text


def test_the_rows_of_the_page_can_be_added():
    (toml,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    head = 'id = "x"\ntitle = { zh = "计划", en = "plan" }\n'

    reading = parse_programme((head + toml).encode()).reading

    assert deadline_outcome("2020年汛期前", None, reading) == Deadline(UncertainDate.parse("2020-05-31"))


@pytest.mark.parametrize("said", ["2018-2020年", "2019年9月-12月", "二〇一九年九月底", "2019/9/30"])
def test_what_the_page_says_is_read_is_read(said):
    assert isinstance(deadline_outcome(said), Deadline)
