"""
What a command line was typed wrongly, said in both languages: which one is wanted is not known yet.
"""

from __future__ import annotations

import argparse
import re
from typing import Final, NoReturn

# What argparse says in English only, and what is said beside it.
_SAID: Final = (
    ("the following arguments are required: (.*)", r"缺少 \1"),
    ("unrecognized arguments: (.*)", r"没有这样的参数：\1"),
    ("argument .*: expected (?:one|at least one) argument", "后面还要写一个值"),
    ("argument .*: ignored explicit argument .*", "后面不写值"),
    ("argument .*: not allowed with argument (.*)", r"不能与 \1 同时写"),
    ("argument .*: invalid int value: .*", "请写整数"),
    ("argument .*: invalid choice: .*", "没有这一项，只能写括号里列出的"),
    ("ambiguous option: .*", "有几个参数这样开头，请写全"),
    ("one of the arguments (.*) is required", r"须写其中一项：\1"),
)


class Parser(argparse.ArgumentParser):
    """
    A parser, as are those of its commands, whose complaints are in Chinese, too.
    """

    def error(self, message: str) -> NoReturn:
        """
        Say what is wrong, and leave.
        """
        super().error(in_both_languages(message))


def in_both_languages(message: str) -> str:
    """
    A complaint of argparse with its Chinese behind it; one of ours, which has it, as it is.

    >>> in_both_languages("the following arguments are required: OUT.xlsx")
    'the following arguments are required: OUT.xlsx 缺少 OUT.xlsx'
    """
    for english, chinese in _SAID:
        if match := re.fullmatch(english, message):
            return f"{message} {match.expand(chinese)}"
    return message
