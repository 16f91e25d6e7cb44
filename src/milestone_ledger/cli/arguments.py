"""
What the command line accepts.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable

from milestone_ledger.cli.format_arguments import add_formats
from milestone_ledger.cli.usage import Parser
from milestone_ledger.cli.viewpoint_arguments import day, point_of_view, position_and_grace
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.io.sheets import PROGRAMME_FILE
from milestone_ledger.store.roles import Roles

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


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,15}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of an entry 请写条目编号")
    return int(text)


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


def _public_key(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument(
        "--key", required=required, metavar="KEY", help="the public key, or its file (.pub) 公钥或其文件"
    )


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


def parser() -> argparse.ArgumentParser:
    """
    The whole command line.
    """
    common, looking = _common(), point_of_view()
    root: argparse.ArgumentParser = Parser(
        prog="milestone-ledger",
        description="A ledger of public-works milestones. 公共工程节点台账：承诺与实绩，逐条有据。",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common, *parents])

    _beginning(command)

    intake = command("import", "import a workbook or a folder of sheets: dry run first 导入表格（先预览）")
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

    _profiling(command("profile", "look at a table of your own, and ask how to read it 读入现有的表"))

    _reporting(command, common, looking)

    _exporting(command("export", "write the ledger out for others to use 导出"), common, looking)

    status = command("status", "promised versus achieved on a day 承诺与实绩", looking)
    status.add_argument("--by", choices=["domain", "delivery", "unit", "plan"], help="group the counts 分组")
    status.add_argument("--brief", action="store_true", help="without the list of promises 只列概要")

    project = command("project", "one project with all statements 单个项目", looking)
    project.add_argument("project", metavar="ID", help="id, name or alias 编号、名称或别名")

    promises = command("promises", "every promise and its fate 全部承诺", looking)
    promises.add_argument(
        "--verdict", choices=[v.value for v in Verdict], action="append", help="only these 仅列此类判定"
    )
    promises.add_argument("--effort", action="store_true", help="statements of mere effort 仅列推进类表述")
    promises.add_argument("--unit", metavar="NAME", help="only those of a responsible unit 仅列该责任单位")

    command("totals", "official totals beside the ledger's counts 汇总数核对", looking)
    command("indicators", "numbers promised and measured 指标", looking)
    command("findings", "what a person should look at 提示", looking)
    _measuring(command, looking)
    verify = command("verify", "check that the log agrees with itself, and with checkpoints 校验台账")
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
    key = command("key", "make a key that signs this ledger's checkpoints 新制签名密钥")
    key.add_argument("file", metavar="FILE", help="where to write the private key 私钥文件")
    key.add_argument(
        "--authority",
        required=True,
        metavar="NAME",
        help="who keeps the ledger, as a domain name 台账单位的域名",
    )
    checkpoint = command("checkpoint", "sign how long the log is and its root 签署检查点")
    checkpoint.add_argument("--key", required=True, metavar="FILE", help="the private key 私钥文件")
    checkpoint.add_argument("--out", metavar="NOTE", help="file to write; else it is printed 写入文件")
    prove = command("prove", "write a file with which anyone can check one entry 出具单条证明")
    prove.add_argument("seq", type=_number, metavar="SEQ", help="number of the entry 条目编号")
    prove.add_argument(
        "--checkpoint", required=True, metavar="NOTE", help="a checkpoint that covers it 检查点"
    )
    _public_key(prove, required=True)
    prove.add_argument("--out", metavar="PROOF", help="file to write; else it is printed 写入文件")
    check = command("check", "check such a file; needs no database 核对单条证明（无需数据库）")
    check.add_argument("proof", metavar="PROOF", help="the file 证明文件")
    _public_key(check, required=True)
    _upkeep(command)
    return root


def _measuring(command: Callable[..., argparse.ArgumentParser], looking: argparse.ArgumentParser) -> None:
    """
    The commands that say what the record says, and by what each may group; one of several records.
    """
    axes = ["domain", "unit", "milestone", "delivery", "plan", "firmness"]
    metrics = command("metrics", "how promises stand, every figure as a range 指标分析", looking)
    metrics.add_argument("--by", choices=axes, help="group the figures 分组")
    metrics.add_argument(
        "--since",
        type=day,
        metavar="DAY",
        help="windows begin after DAY (a year before) 窗口起始日（不含）",
    )
    reconcile = command("reconcile", "what documents say of the same things 对账", looking)
    reconcile.add_argument(
        "--by", choices=["domain", "delivery", "unit", "plan"], help="group what later plans took up 分组"
    )
    alerts = command("alerts", "the lights that rules give, with their evidence 预警", looking)
    alerts.add_argument("--by", choices=axes, default="plan", help="which groups get a light 按何分组亮灯")
    alerts.add_argument("--rules", metavar="FILE.toml", help="other rules than the library's own 规则文件")
    for one in (metrics, reconcile, alerts):
        _into_a_file(one)
    told = "several programmes side by side, never ranked 并列对照"
    compare = command("compare", told, point_of_view(of_several=True))
    compare.add_argument(
        "ledgers", nargs="+", metavar="LEDGER", help="names of two ledgers or more 两个以上的台账名"
    )


def _profiling(profile: argparse.ArgumentParser) -> None:
    """
    The workbook to look at, and where to write what is proposed.
    """
    profile.add_argument("file", metavar="FILE.xlsx", help="the workbook 工作簿")
    profile.add_argument("--sheet", metavar="NAME", help="which sheet, if several hold tables 哪一页")
    profile.add_argument(
        "--header", type=_rows, metavar="ROWS", help="the rows of the headers, such as 3-4 表头所在行"
    )
    profile.add_argument(
        "--out", metavar="P.toml", help="file to write; what it has settled already stays 写入文件"
    )


def _reporting(
    command: Callable[[str, str], argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    looking: argparse.ArgumentParser,
) -> None:
    """
    The reports and what each may be told, and the page.
    """
    _paging(command("page", "the whole ledger as one page for a browser 生成可离线浏览的网页"))
    report = command("report", "what an office reads regularly 定期报表")
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
        view = point_of_view(is_period=True) if kind == "weekly" else looking
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


def _paging(page: argparse.ArgumentParser) -> None:
    """
    Where to write the page, and what it holds.
    """
    page.add_argument("out", type=_web_page, metavar="OUT.html", help="a new file 新文件")
    page.add_argument("--force", action="store_true", help="replace the file 覆盖已有文件")
    page.add_argument(
        "--as-of",
        type=day,
        metavar="DAY",
        help="the day that it opens on, the last day of publication unless told 打开时的状态日",
    )
    position_and_grace(page)


def _exporting(
    export: argparse.ArgumentParser, common: argparse.ArgumentParser, looking: argparse.ArgumentParser
) -> None:
    """
    The formats in which a ledger is written out.
    """
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
    add_formats(formats, [common, looking])


def _beginning(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """
    The commands that begin a ledger.
    """
    init = command("init", "begin a ledger for a programme 新建台账")
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
    template = command("template", "an empty workbook to fill in, in Chinese 生成空白台账工作簿")
    template.add_argument("file", type=_workbook, metavar="OUT.xlsx", help="a new file 新文件")
    template.add_argument(
        "--programme",
        metavar="PROGRAMME.toml",
        help="the programme; else that of the ledger 计划定义文件，不写则用台账的",
    )
    template.add_argument("--force", action="store_true", help="replace the file 覆盖已有文件")


def _upkeep(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """
    The commands that look after the database.
    """
    upgrade = command("upgrade", "bring the database to this version 升级数据库")
    upgrade.add_argument(
        "--repair", action="store_true", help="put missing guards and the index back 恢复缺失的保护和索引"
    )
    doctor = command("doctor", "whether the database is fit: guards, settings, rights 体检数据库")
    doctor.add_argument("--deep", action="store_true", help="compare the index of projects too 兼查索引")
    roles = command("roles", "roles of PostgreSQL: print the SQL, or run it 数据库角色（先列出语句）")
    roles.add_argument("--apply", action="store_true", help="run the statements 直接执行")
    roles.add_argument("--writer", default=Roles().writer, metavar="NAME", help="who may add 写入角色名")
    roles.add_argument("--reader", default=Roles().reader, metavar="NAME", help="who may read 只读角色名")
    dump = command("dump", "write the ledger into a file, as lines 导出台账全部条目")
    dump.add_argument("file", metavar="OUT.jsonl", help="a new file 新文件")
    load = command("load", "enter a dumped ledger into a database 载入导出的台账")
    load.add_argument("file", metavar="IN.jsonl", help="what 'dump' wrote 导出的文件")


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
