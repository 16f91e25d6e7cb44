"""
A search that finds Chinese without a dictionary: pairs of neighbouring characters are its words.

The search that comes with Sphinx needs a segmenter of 20 MB to find any Chinese at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sphinx.search import languages
from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
SPLITTER = r"""
function splitQuery(query) {
  const words = [];
  for (const part of query.match(/[\u3400-\u9fff]+|((?![\u3400-\u9fff])[\p{Letter}\p{Number}_])+/gu) || []) {
    if (!/[\u3400-\u9fff]/.test(part) || part.length === 1) words.push(part);
    else for (let i = 0; i + 1 < part.length; i++) words.push(part.slice(i, i + 2));
  }
  return words;
}
"""


class ChineseSearch(SearchEnglish):
    """
    English as Sphinx has it, and Chinese by pairs of characters.
    """

    lang = "zh"
    language_name = "English"  # whose stemmer the page asks for
    js_splitter_code = SPLITTER

    def split(self, input: str) -> list[str]:  # noqa: A002 (the name that Sphinx gives)
        """
        The words of a text.
        """
        return [word for part in PARTS.findall(input) for word in _words(part)]


def _words(part: str) -> list[str]:
    if part[0] < "\u3400" or len(part) == 1:
        return [part]
    return [part[at : at + 2] for at in range(len(part) - 1)]


def setup(app: Sphinx) -> dict[str, Any]:
    """
    Take the place of Sphinx's own search of Chinese.
    """
    del app
    languages["zh"] = ChineseSearch
    return {"version": "1", "parallel_read_safe": True}
