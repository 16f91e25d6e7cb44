"""
Laws of reading what documents say: total, certain only where the strict reader is, and only ever added to.
"""

from __future__ import annotations

import csv
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import SourceKind
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.domain.wording import (
    Ambiguous,
    Deadline,
    Kind,
    NoDeadline,
    deadline_outcome,
    read_commitment,
    read_deadline,
)
from milestone_ledger.domain.wording.table import language
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.testing.strategies.events import reported_dates, uncertain_dates

HUITIAN = Path(__file__).parents[2] / "examples" / "huitian"
TABLE = language().document
DATED = [example for row in TABLE["deadlines"] for example in row["example"]]
ASKED = [example for row in TABLE["asks"] for example in row["example"]]
VERBS = [example for row in TABLE["verbs"] for example in row["example"]]
FIRM = [words for row in TABLE["firmness"] for words in row["words"]]
PIECES = [*DATED, *ASKED, *VERBS, *FIRM, *TABLE["years"], "9月", "30日", "2019年", "前", "底", "内", "初"]
PIECES += [
    "已",
    "未",
    "正在",
    "，",
    "；",
    "。",
    "、",
    "或",
    "和",
    "至",
    "-",
    "80%",
    "《",
    "》",
    "[",
    "..",
    "]",
    "了",
    "的",
    "\n",
]

wordings = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
anything = (
    wordings
    | st.text(max_size=12)
    | st.text("年月日前底内上中下旬季度半0123456789一二三十〇至-", max_size=10)
)
published = st.none() | uncertain_dates
kinds = st.none() | st.sampled_from(SourceKind)
documents = st.integers(2, 9000).map(lambda year: UncertainDate.parse(f"{year:04}-01-01"))


@st.composite
def parts_of(draw, text):
    """
    Words that a programme adds, cut out of ``text``.
    """
    cuts = {
        text[start:end] for start, end in product(range(len(text)), range(len(text) + 1)) if end - start > 1
    }
    words = sorted(each for each in cuts if not each.isdecimal() and each.split() == [each])
    chosen = draw(st.lists(st.sampled_from(words), max_size=4, unique=True)) if words else []
    return Reading(
        deadlines=tuple(DeadlineRow((each,), month=draw(st.integers(1, 12))) for each in chosen),
        verbs=tuple(VerbRow((each,), "in_use") for each in chosen),
    )


@given(anything, published)
def test_strict_is_rich_where_that_is_certain(text, day):
    outcome = deadline_outcome(text, day)

    assert outcome == deadline_outcome(text, day)
    if isinstance(outcome, Deadline):
        assert read_deadline(text, day) == outcome.when
        assert None not in (outcome.when.earliest, outcome.when.latest)
        return
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text, day)
    assert (caught.value.what, caught.value.value) == ("deadline", text)
    said = outcome.reason if isinstance(outcome, NoDeadline) else outcome.question
    assert said[0] in caught.value.explain("en")
    assert said[1] in caught.value.explain("zh")


@given(anything, published, kinds)
def test_every_phrase_is_read_and_nothing_is_lost(phrase, day, said_in):
    said = read_commitment(phrase, day, said_in=said_in)

    assert said == read_commitment(phrase, day, said_in=said_in)
    assert bool(said) is any(language().plain(sentence) for sentence in re.split("[。！？!?\n\r]", phrase))
    for each in said:
        assert (each.kind is Kind.PROMISE) is (each.firmness is not None)
        assert each.deadline is None or each.kind in {Kind.PROMISE, Kind.NOTED}
        assert each.milestone is None or not each.possible
        assert each.milestone is None or each.question is None
        assert each.milestone is not None or each.kind in {Kind.PROMISE, Kind.NOTED}


@given(st.data(), st.sampled_from(DATED), published)
def test_what_is_certain_is_the_same_with_any_words_added(data, text, day):
    reading = data.draw(parts_of(text))
    outcome = deadline_outcome(text, day)
    assume(not isinstance(outcome, Ambiguous))

    assert deadline_outcome(text, day, reading) == outcome


sentences = st.tuples(st.sampled_from(DATED), st.sampled_from(["", *FIRM]), st.sampled_from(VERBS))


@given(st.data(), sentences, published, kinds)
def test_what_a_sentence_says_is_the_same_with_any_words_added(data, parts, day, said_in):
    said = read_commitment("".join(parts), day, said_in=said_in)
    assume(all(each.milestone for each in said))
    reading = data.draw(st.sampled_from(parts).flatmap(parts_of))

    assert read_commitment("".join(parts), day, reading, said_in=said_in) == said


@given(st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=6), st.integers(1, 12), st.integers(1, 28), documents)
def test_words_that_are_added_are_honoured(words, month, day, document):
    reading = Reading(
        deadlines=(DeadlineRow((words,), month=month, day=day),), verbs=(VerbRow(("揭牌",), "in_use"),)
    )
    year = document.earliest.year
    expected = UncertainDate.parse(f"{year:04}-{month:02}-{day:02}")

    assert read_deadline(words, document, reading) == expected
    assert read_deadline(f"{year:04}年{words}", None, reading) == expected
    (promise,) = read_commitment(f"{words}揭牌", document, reading, said_in=SourceKind.PLAN)
    assert (promise.milestone, promise.deadline) == ("in_use", Deadline(expected))
    assert isinstance(deadline_outcome(words, document), Ambiguous)


@given(
    st.sampled_from(
        ["底前", "底", "内", "上半年", "三季度前", "9月", "9月初", "9月中旬", "9月30日前", "国庆前", "年初"]
    ),
    documents,
)
def test_a_year_that_is_named_is_that_of_the_document_otherwise(wording, document):
    named = f"{document.earliest.year:04}年{wording}"
    bare = f"年{wording}" if wording in {"底前", "底", "内"} else wording

    assert deadline_outcome(named) == deadline_outcome(bare, document)


@given(st.sampled_from(DATED), st.integers(1, 9999), published, published)
def test_a_dated_phrase_is_read_the_same_whatever_year_governs_or_document_says_it(wording, year, day, other):
    assume("20" in wording or "五" in wording)

    assert deadline_outcome(wording, day) == deadline_outcome(wording, other)
    (promise,) = read_commitment(f"{wording}开工", day, said_in=SourceKind.PLAN)
    (governed,) = read_commitment(f"{year:04}年，{wording}开工", other, said_in=SourceKind.PLAN)
    assert promise.deadline == governed.deadline == deadline_outcome(wording)


@given(reported_dates)
def test_every_exact_day_can_be_written_and_read(day):
    assume(day.is_exact)

    assert deadline_outcome(str(day)) == Deadline(day)


def test_the_deadlines_of_the_example_are_read_as_they_ever_were():
    with (HUITIAN / "承诺.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {row["期限"] for row in csv.DictReader(file)} - {""}

    read = {cell: str(read_deadline(cell)) for cell in cells}

    assert read == {
        "2018": "2018-12-31",
        "2019": "2019-12-31",
        "2020": "2020-12-31",
        "2022": "2022-12-31",
        "2020年前": "[2019-12-31..2020-12-31]",
    }
