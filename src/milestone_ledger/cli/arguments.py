"""
What the command line accepts.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Collection
from functools import partial

from milestone_ledger.cli.format_arguments import add_formats
from milestone_ledger.cli.upkeep_arguments import UPKEEP
from milestone_ledger.cli.usage import Parser
from milestone_ledger.cli.viewpoint_arguments import day, point_of_view, position_and_grace
from milestone_ledger.domain.promises import Verdict

EXIT_CODES = """\
exit codes 退出码:
  0  done 完成
  1  input refused: bad rows, a rule, an unknown name 输入被拒绝
  2  wrong usage 用法有误
  3  the database cannot be used 数据库无法使用
  4  the log does not agree with itself or a checkpoint; a proof does not hold;
     doctor found an error 校验或体检发现问题
  130  interrupted 已中断
"""
_AXES = ("domain", "unit", "milestone", "delivery", "plan", "firmness")


def _days(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days 请写天数")
    return int(text)


def _office_file(text: str) -> str:
    if not text.lower().endswith((".xlsx", ".docx")):
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither .xlsx nor .docx 文件名应以 .xlsx 或 .docx 结尾"
        )
    return text


def _workbook(text: str) -> str:
    if not text.lower().endswith(".xlsx"):
        raise argparse.ArgumentTypeError(f"{text!r} is not .xlsx 文件名应以 .xlsx 结尾")
    return text


def _rows(text: str) -> tuple[int, int]:
    match = re.fullmatch("([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?", text)
    rows = match and (int(match[1]), int(match[2] or match[1]))
    if not rows or rows[0] > rows[1]:
        raise argparse.ArgumentTypeError(f"{text!r} are no rows; write 3 or 3-4 请写行号，如 3-4")
    return rows


def _web_page(text: str) -> str:
    if not text.lower().endswith((".html", ".htm")):
        raise argparse.ArgumentTypeError(f"{text!r} is not .html 文件名应以 .html 结尾")
    return text


def _database(text: str) -> str:
    return text if "://" in text else f"sqlite:///{text}"


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("everywhere 通用")
    group.add_argument("--db", type=_database, metavar="URL", help="database file or URL 数据库文件或地址")
    group.add_argument("--ledger", metavar="NAME", help="which ledger, if there are several 台账名")
    group.add_argument("--lang", choices=["zh", "en"], help="language of the output 输出语言")
    group.add_argument("--json", action="store_true", help="print data as JSON 以 JSON 输出")
    group.add_argument("--debug", action="store_true", help="show the traceback of an error 显示错误细节")
    return common


def parser(named: Collection[str] | None = None) -> argparse.ArgumentParser:
    """
    The whole command line.

    Given the words of one, ``named``, only the commands among them know their arguments: no other can be
    asked for, and to know them all takes time at every start.
    """
    common = _common()
    root: argparse.ArgumentParser = Parser(
        prog="milestone-ledger",
        description="A ledger of public-works milestones. 公共工程节点台账：承诺与实绩，逐条有据。",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str,
        text: str,
        arguments: Callable[[argparse.ArgumentParser], None] | None = None,
        view: Callable[[], argparse.ArgumentParser] | None = None,
    ) -> None:
        if named is not None and name not in named:
            commands.add_parser(name, help=text, add_help=False)
            return
        parents = [common] if view is None else [common, view()]
        added = commands.add_parser(name, help=text, description=text, parents=parents)
        if arguments is not None:
            arguments(added)

    command("init", "begin a ledger for a programme 新建台账", _init)
    command("template", "an empty workbook to fill in, in Chinese 生成空白台账工作簿", _template)
    command("import", "import a workbook or a folder of sheets: dry run first 导入表格（先预览）", _import)
    command("profile", "look at a table of your own, and ask how to read it 读入现有的表", _profile)
    command("page", "the whole ledger as one page for a browser 生成可离线浏览的网页", _page)
    command("report", "what an office reads regularly 定期报表", partial(_report, common=common))
    command("export", "write the ledger out for others to use 导出", partial(_export, common=common))
    command("status", "promised versus achieved on a day 承诺与实绩", _status, point_of_view)
    command("project", "one project with all statements 单个项目", _project, point_of_view)
    command("promises", "every promise and its fate 全部承诺", _promises, point_of_view)
    command("totals", "official totals beside the ledger's counts 汇总数核对", view=point_of_view)
    command("indicators", "numbers promised and measured 指标", view=point_of_view)
    command("findings", "what a person should look at 提示", view=point_of_view)
    command("metrics", "how promises stand, every figure as a range 指标分析", _metrics, point_of_view)
    command("reconcile", "what documents say of the same things 对账", _reconcile, point_of_view)
    command("alerts", "the lights that rules give, with their evidence 预警", _alerts, point_of_view)
    several = partial(point_of_view, of_several=True)
    command("compare", "several programmes side by side, never ranked 并列对照", _compare, several)
    for name, text, arguments in UPKEEP:
        command(name, text, arguments)
    return root


def _init(init: argparse.ArgumentParser) -> None:
    from milestone_ledger.io.sheets import PROGRAMME_FILE  # noqa: PLC0415 (most commands read no sheets)

    init.add_argument(
        "programme",
        nargs="?",
        default=PROGRAMME_FILE,
        metavar="PROGRAMME.toml",
        help=f"the programme's definition, {PROGRAMME_FILE} if not given 计划定义文件",
    )
    init.add_argument(
        "--interactive", action="store_true", help="ask, and write that file first 逐项询问，先写好计划定义"
    )
    init.add_argument("--actor", metavar="ACCOUNT", help="account name to record 经办账号")


def _template(template: argparse.ArgumentParser) -> None:
    template.add_argument("file", type=_workbook, metavar="OUT.xlsx", help="a new file 新文件")
    template.add_argument(
        "--programme",
        metavar="PROGRAMME.toml",
        help="the programme; else that of the ledger 计划定义文件，不写则用台账的",
    )
    template.add_argument("--force", action="store_true", help="replace the file 覆盖已有文件")


def _import(intake: argparse.ArgumentParser) -> None:
    intake.add_argument(
        "folder", metavar="FOLDER|FILE.xlsx", help="folder with 依据.csv, …, or a workbook 文件夹或工作簿"
    )
    intake.add_argument("--yes", action="store_true", help="record without asking 不再询问，直接入账")
    intake.add_argument("--reason", default="", metavar="TEXT", help="why entries are corrected 更正理由")
    intake.add_argument("--encoding", metavar="NAME", help="encoding of the files, if not UTF-8 文件编码")
    intake.add_argument(
        "--profile", metavar="P.toml", help="how to read a table of your own; see profile 读表方案"
    )
    intake.add_argument(
        "--annotate", metavar="OUT.xlsx", help="write the workbook back with its faults marked 标注问题另存"
    )
    intake.add_argument("--force", action="store_true", help="replace OUT.xlsx 覆盖已有的标注文件")
    intake.add_argument("--actor", metavar="ACCOUNT", help="account name to record 经办账号")


def _profile(profile: argparse.ArgumentParser) -> None:
    profile.add_argument("file", metavar="FILE.xlsx", help="the workbook 工作簿")
    profile.add_argument("--sheet", metavar="NAME", help="which sheet, if several hold tables 哪一页")
    profile.add_argument(
        "--header", type=_rows, metavar="ROWS", help="the rows of the headers, such as 3-4 表头所在行"
    )
    profile.add_argument(
        "--out", metavar="P.toml", help="file to write; what it has settled already stays 写入文件"
    )


def _page(page: argparse.ArgumentParser) -> None:
    page.add_argument("out", type=_web_page, metavar="OUT.html", help="a new file 新文件")
    page.add_argument("--force", action="store_true", help="replace the file 覆盖已有文件")
    page.add_argument(
        "--as-of",
        type=day,
        metavar="DAY",
        help="the day that it opens on, the last day of publication unless told 打开时的状态日",
    )
    position_and_grace(page)


def _report(report: argparse.ArgumentParser, *, common: argparse.ArgumentParser) -> None:
    kinds = report.add_subparsers(dest="kind", required=True, metavar="REPORT")
    told = {
        "account": "every project and promise with its evidence 一账一表",
        "weekly": "what changed between two days 周报",
        "monthly": "what each unit has to see to 月调度",
        "alerts": "what needs a call today, and why 即时调度",
        "supervision": "obstacles open and removed 挂账督办",
        "circular": "how promises stand, and where evidence is missing 通报",
    }
    ahead = {"weekly": 7, "monthly": 31, "alerts": 7}
    for kind, text in told.items():
        view = point_of_view(is_period=True) if kind == "weekly" else point_of_view()
        one = kinds.add_parser(kind, help=text, description=text, parents=[common, view])
        _into_a_file(one)
        if kind in ahead:
            one.add_argument(
                "--days",
                type=_days,
                default=ahead[kind],
                metavar="N",
                help=f"how far to look ahead, {ahead[kind]} days unless told 今后多少日内到期",
            )
        if kind in ("supervision", "circular"):
            one.add_argument(
                "--since", type=day, metavar="DAY", help="also what changed after DAY 另列该日以后的变化"
            )


def _export(export: argparse.ArgumentParser, *, common: argparse.ArgumentParser) -> None:
    formats = export.add_subparsers(dest="format", required=True, metavar="FORMAT")
    told = "the sheets, as a folder that 'import' reads 导出六张表，可再导入"
    sheets = formats.add_parser("csv", help=told, description=told, parents=[common])
    sheets.add_argument("folder", metavar="FOLDER", help="an empty folder, or a new one 空文件夹或新文件夹")
    sheets.add_argument(
        "--force", action="store_true", help="replace the sheets that the folder holds 替换其中的表"
    )
    told = "the sheets, as a workbook that 'import' reads 导出六张表为一个工作簿，可再导入"
    workbook = formats.add_parser("xlsx", help=told, description=told, parents=[common])
    workbook.add_argument("file", type=_workbook, metavar="OUT.xlsx", help="a new file 新文件")
    workbook.add_argument(
        "--force", action="store_true", help="replace it, and the programme.toml beside it 覆盖已有文件"
    )
    told = "the log of every ledger for DuckDB, Spark and others; adds what is new 供分析引擎使用，只增补"
    parquet = formats.add_parser("parquet", help=told, description=told, parents=[common])
    parquet.add_argument(
        "folder",
        metavar="FOLDER",
        help="a new folder, or one exported into before 新文件夹或以往导出的文件夹",
    )
    parquet.add_argument(
        "--bodies", action="store_true", help="whole entries, not only what they are found by 连同条目全文"
    )
    add_formats(formats, [common, point_of_view()])


def _status(status: argparse.ArgumentParser) -> None:
    status.add_argument("--by", choices=["domain", "delivery", "unit", "plan"], help="group the counts 分组")
    status.add_argument("--brief", action="store_true", help="without the list of promises 只列概要")


def _project(project: argparse.ArgumentParser) -> None:
    project.add_argument("project", metavar="ID", help="id, name or alias 编号、名称或别名")


def _promises(promises: argparse.ArgumentParser) -> None:
    promises.add_argument(
        "--verdict", choices=[v.value for v in Verdict], action="append", help="only these 仅列此类判定"
    )
    promises.add_argument("--effort", action="store_true", help="statements of mere effort 仅列推进类表述")
    promises.add_argument("--unit", metavar="NAME", help="only those of a responsible unit 仅列该责任单位")


def _metrics(metrics: argparse.ArgumentParser) -> None:
    metrics.add_argument("--by", choices=_AXES, help="group the figures 分组")
    metrics.add_argument(
        "--since",
        type=day,
        metavar="DAY",
        help="windows begin after DAY (a year before) 窗口起始日（不含）",
    )
    _into_a_file(metrics)


def _reconcile(reconcile: argparse.ArgumentParser) -> None:
    reconcile.add_argument(
        "--by", choices=["domain", "delivery", "unit", "plan"], help="group what later plans took up 分组"
    )
    _into_a_file(reconcile)


def _alerts(alerts: argparse.ArgumentParser) -> None:
    alerts.add_argument("--by", choices=_AXES, default="plan", help="which groups get a light 按何分组亮灯")
    alerts.add_argument("--rules", metavar="FILE.toml", help="other rules than the library's own 规则文件")
    _into_a_file(alerts)


def _compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument(
        "ledgers", nargs="+", metavar="LEDGER", help="names of two ledgers or more 两个以上的台账名"
    )


def _into_a_file(one: argparse.ArgumentParser) -> None:
    """
    Where to write what is printed otherwise.
    """
    one.add_argument(
        "out",
        nargs="?",
        type=_office_file,
        metavar="OUT",
        help="a new .xlsx or .docx file; else it is printed 新文件（.xlsx 或 .docx），不写则直接显示",
    )
    one.add_argument("--force", action="store_true", help="replace the file 覆盖已有文件")


def defaults(arguments: argparse.Namespace) -> argparse.Namespace:
    """
    Fill in what was not given, from the environment or fixed values.
    """
    fallback = {
        "db": _database(os.environ.get("MILESTONE_LEDGER_DB", "ledger.db")),
        "ledger": None,
        "lang": os.environ.get("MILESTONE_LEDGER_LANG", "zh"),
        "json": False,
        "debug": False,
    }
    for name, value in fallback.items():
        if not hasattr(arguments, name):
            setattr(arguments, name, value)
    if arguments.lang not in ("zh", "en"):
        arguments.lang = "zh"
    if getattr(arguments, "actor", None) is None:
        arguments.actor = os.environ.get("MILESTONE_LEDGER_ACTOR", "cli")
    return arguments
