"""
The page on the three times prints in Python what it says it prints.
"""

from __future__ import annotations

import re


def test_the_examples_in_python_print_what_their_comments_say(request, url, capsys):
    text = (request.config.rootpath / "docs/explanation/three-times.md").read_text("utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    said = re.findall(r"print\(.*\)  # (.*)$", code, re.MULTILINE)
    exec(code.replace("sqlite:///huitian.db", url), {})  # noqa: S102 (the page is ours)

    assert capsys.readouterr().out.splitlines() == said
    assert len(said) > 3
