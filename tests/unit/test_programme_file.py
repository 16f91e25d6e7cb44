import pytest

from milestone_ledger.domain.programme import BUILT_IN_MILESTONES, BUILT_IN_ORDER, Domain, Unit
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.errors import IntakeError
from milestone_ledger.io.intake import read_programme

GOOD = """
id = "huitian"
title = { zh = "回天三年行动计划", en = "Huitian action plan" }
order = [["initiated", "acquired"]]
note = "x"

[[milestones]]
id = "acquired"
label = { zh = "购置", en = "acquired" }

[[lifecycles]]
delivery = "purchase"
label = { zh = "购置", en = "purchase" }
milestones = ["acquired", "in_use"]

[[domains]]
path = "教育/幼儿园"
en = "education/kindergartens"

[[units]]
name = "市规划自然资源委"
former = ["市规划国土委"]
"""


def read(tmp_path, text):
    path = tmp_path / "programme.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_programme(path)


def faults(tmp_path, text):
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, text)
    return {fault.column: fault for fault in caught.value.exceptions}


def test_programme_adds_to_what_is_built_in(tmp_path):
    programme = read(tmp_path, GOOD)

    assert programme.id == "huitian"
    assert programme.time_zone == "Asia/Shanghai"
    assert programme.milestones[:-1] == BUILT_IN_MILESTONES
    assert (*BUILT_IN_ORDER, ("initiated", "acquired")) == programme.order
    assert programme.lifecycle("purchase").milestones == ("acquired", "in_use")
    assert (Domain("教育/幼儿园", "education/kindergartens"),) == programme.domains
    assert (Unit("市规划自然资源委", ("市规划国土委",)),) == programme.units


def test_byte_order_mark_is_no_part_of_the_programme(tmp_path):
    assert read(tmp_path, GOOD) == read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())


def test_all_faults_come_at_once_with_their_key_path(tmp_path):
    found = faults(
        tmp_path,
        """
titel = "x"
time_zone = 8
order = [["started", "openned"], ["a"]]
[[milestones]]
id = "acquired"
label = { zh = "购置" }
[[lifecycles]]
delivery = "d"
label = { zh = "d", en = "d" }
milestones = ["statred"]
[[domains]]
path = " x "
[[domains]]
name = "y"
[[units]]
name = "u"
former = "v"
[[units]]
name = "w"
[[units]]
name = "w"
""",
    )

    assert {
        "titel",
        "id",
        "title",
        "time_zone",
        "order[0][1]",
        "order[1]",
        "milestones[0].label.en",
        "lifecycles[0].milestones[0]",
        "domains[0].path",
        "domains[1].name",
        "domains[1].path",
        "units[0].former",
        "units",
    } == set(found)
    assert "did you mean 'title'" in str(found["titel"])
    assert "是否为：started" in found["lifecycles[0].milestones[0]"].explain("zh")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "not TOML"),
        (b"\xff", "not UTF-8"),
        ("x = " + "[" * 5000, "not TOML"),
        ("x = " + "9" * 5000, ""),
        (GOOD.replace("Asia/Shanghai", "x").replace('note = "x"', 'time_zone = "Nowhere"'), "Asia/Shanghai"),
        (GOOD.replace('["initiated", "acquired"]', '["in_use", "started"]'), "cycle"),
        (GOOD.replace('note = "x"', r'note = "\u0000"'), "NUL"),
        (GOOD.replace('id = "acquired"', 'id = "started"'), "once"),
        ("title = 2019-01-01\norder = 1\nmilestones = 1\ndomains = [1]", "tables"),
    ],
)
def test_anything_else_is_refused(tmp_path, text, said):
    assert any(said in str(fault) for fault in faults(tmp_path, text).values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = “qingshi”", "第 1 行第 6 个字符起不合写法"),
        ('id = "x"\ntitle = 计划', "第 2 行第 9 个字符起不合写法"),
        ('id = """x', "：文件不合写法"),
    ],
)
def test_where_a_file_ceases_to_be_toml_is_said_in_chinese(tmp_path, text, said):
    (fault,) = faults(tmp_path, text).values()

    assert said in fault.explain("zh")
    assert "(at" not in fault.explain("zh")
    assert "英文双引号" in fault.explain("zh")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(IntakeError) as caught:
        read_programme(tmp_path / "programme.toml")

    assert "cannot be read" in str(caught.value)
    assert "不存在" in caught.value.explain("zh")
    for language in ("zh", "en"):
        assert "init --interactive" in caught.value.explain(language)
    assert "No such file" not in caught.value.explain("zh")


def test_a_folder_is_told_from_the_file_in_it(tmp_path):
    with pytest.raises(IntakeError) as bare:
        read_programme(tmp_path)
    (tmp_path / "programme.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(IntakeError) as caught:
        read_programme(tmp_path)

    assert "这是文件夹" in bare.value.explain("zh")
    assert "this is a folder" in str(caught.value)
    assert str(tmp_path / "programme.toml") in caught.value.explain("zh")


def test_a_milestone_may_be_called_by_its_label(tmp_path):
    """What is kept is its id, as if that were written."""
    by_label = (
        GOOD.replace('["acquired", "in_use"]', '["购置", "主体结构完工", "投用"]')
        .replace('["initiated", "acquired"]', '["立项", "购置"]')
        .replace('note = "x"', "")
    )
    by_id = GOOD.replace('["acquired", "in_use"]', '["acquired", "structure_complete", "in_use"]').replace(
        'note = "x"', ""
    )

    assert read(tmp_path, by_label + READING.replace('"in_use"', '"投用"')) == read(tmp_path, by_id + READING)


def test_a_word_that_is_nearly_a_label_is_refused_with_the_label(tmp_path):
    found = faults(tmp_path, GOOD.replace('["acquired", "in_use"]', '["购置", "主体结构完成"]'))

    assert set(found) == {"lifecycles[0].milestones[1]"}
    assert "主体结构完工" in found["lifecycles[0].milestones[1]"].explain("zh")


def test_an_id_goes_before_a_label(tmp_path):
    other = '\n[[milestones]]\nid = "投用"\nlabel = { zh = "开放", en = "opened" }\n'

    programme = read(tmp_path, GOOD.replace('["acquired", "in_use"]', '["投用"]') + other)

    assert programme.lifecycle("purchase").milestones == ("投用",)


READING = """
[[reading.deadlines]]
words = ["汛期前"]
month = 5
day = 31

[[reading.deadlines]]
words = ["条件成熟时"]
effort = true

[[reading.verbs]]
words = ["揭牌", "开园"]
milestone = "in_use"
"""


def test_programme_adds_words_that_it_reads(tmp_path):
    reading = read(tmp_path, GOOD + READING).reading

    assert reading == Reading(
        deadlines=(DeadlineRow(("汛期前",), month=5, day=31), DeadlineRow(("条件成熟时",), effort=True)),
        verbs=(VerbRow(("揭牌", "开园"), "in_use"),),
    )
    assert read(tmp_path, GOOD).reading == Reading()


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("month = 5", 'month = "5"', "reading.deadlines[0].month"),
        ("month = 5", "months = 5", "reading.deadlines[0].months"),
        ("month = 5", "month = 13", "reading.deadlines[0].day"),
        ("day = 31", "day = 32", "reading.deadlines[0].day"),
        ('words = ["汛期前"]', 'words = "汛期前"', "reading.deadlines[0].words"),
        ('words = ["汛期前"]', "", "reading.deadlines[0].words"),
        ('["汛期前"]', '["条件成熟时"]', "reading.deadlines"),
        ("effort = true", "effort = 1", "reading.deadlines[1].effort"),
        ("effort = true", "", "reading.deadlines[1].month"),
        ('milestone = "in_use"', 'milestone = "in_us"', "reading.verbs[0].milestone"),
        ('milestone = "in_use"', "", "reading.verbs[0].milestone"),
        ("[[reading.verbs]]", "[[reading.verb]]", "reading.verb"),
        ("[[reading.verbs]]", "[reading.verbs]", "reading.verbs"),
    ],
)
def test_faults_of_reading_come_with_their_key_path(tmp_path, old, new, column):
    assert column in faults(tmp_path, GOOD + READING.replace(old, new))


def test_reading_that_is_no_table_is_refused(tmp_path):
    assert "reading" in faults(tmp_path, 'reading = "汛期前"\n' + GOOD)
