"""
What each command does: open, ask, and hand back text and data.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from milestone_ledger.codec import event_to_data, kind_of
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import Language
from milestone_ledger.ledger import Ledger, View
from milestone_ledger.ledger.rows import cite, plain
from milestone_ledger.reports import labels, overview
from milestone_ledger.reports.verification import verification_data, verification_text
from milestone_ledger.store import migrate


@frozen(kw_only=True)
class Answer:
    """
    What a command has to say: as text, and as data for ``--json``.
    """

    text: str = ""
    data: Any = None
    is_alarm: bool = False


def run(arguments: Namespace, *, columns: int | None) -> Answer:
    """
    Run the command that the arguments name.
    """
    return _COMMANDS[arguments.command](arguments, columns)


def _open(arguments: Namespace) -> Ledger:
    return Ledger.open(arguments.db, ledger=arguments.ledger, actor=getattr(arguments, "actor", "cli"))


def _view(ledger: Ledger, arguments: Namespace) -> View:
    as_of = arguments.as_of
    if as_of is None:
        programme = ledger.programme
        zone = ZoneInfo(programme.time_zone) if programme else UTC
        as_of = datetime.now(zone).date()
        if not arguments.json:
            print(overview.today_line(as_of, arguments.lang), file=sys.stderr)
    return ledger.at(
        as_of=as_of,
        published_by=arguments.published_by,
        recorded_by=arguments.recorded_by,
        grace=arguments.grace,
    )


def _data(view: View, **parts: Any) -> dict[str, Any]:
    """
    The point of view, then the parts of the answer.
    """
    return {
        "ledger": view.ledger,
        "as_of": view.as_of.isoformat(),
        "published_by": plain(view.viewpoint.published_by),
        "recorded_by": view.viewpoint.recorded_by,
        "grace": view.grace,
        **parts,
    }


def _init(arguments: Namespace, _: int | None) -> Answer:
    from milestone_ledger.io.programme_file import read_programme  # noqa: PLC0415 (only this command reads it)

    programme = read_programme(Path(arguments.programme))
    with Ledger.create(arguments.db, programme, actor=arguments.actor) as ledger:
        title, size = programme.title.text(arguments.lang), ledger.size
        said = {
            "zh": f"台账“{ledger.name}”已就绪（{title}），现有 {size} 条。下一步：import 文件夹",
            "en": f"Ledger {ledger.name!r} is ready ({title}), {size} entries. Next: import a folder",
        }
        return Answer(text=said[arguments.lang], data={"ledger": ledger.name, "size": ledger.size})


def _import(arguments: Namespace, columns: int | None) -> Answer:
    from milestone_ledger.cli.importing import import_folder  # noqa: PLC0415 (only this command reads sheets)

    with _open(arguments) as ledger:
        text, data = import_folder(ledger, arguments, columns)
        return Answer(text=text, data=data)


def _status(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        language: Language = arguments.lang
        if arguments.json:
            figures = view.reliability()
            data = _data(
                view,
                headline={
                    **plain(figures),
                    "coverage": figures.coverage,
                    "reliability": plain(figures.reliability),
                },
                counts=view.counts(by=arguments.by).to_dicts(),
                promises=[] if arguments.brief else view.promises().to_dicts(),
            )
            return Answer(data=data)
        if arguments.brief:
            return Answer(text=overview.brief(view, language, by=arguments.by))
        return Answer(text=overview.status(view, language, columns, by=arguments.by))


def _project(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        state = view.project(arguments.project)
        if arguments.json:
            statements = [_statement(entry) for entry in state.statements]
            return Answer(data=_data(view, project=plain(state) | {"statements": statements}))
        return Answer(text=overview.project_page(view, state, arguments.lang, columns))


def _statement(entry: Entry) -> dict[str, Any]:
    return {**cite(entry), "kind": kind_of(entry.event), "data": event_to_data(entry.event)}


def _promises(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        names = {} if view.registry.programme is None else view.programme.unit_names
        unit = names.get(arguments.unit, arguments.unit)
        chosen = [
            state
            for state in view.promises()
            if (not arguments.effort or state.chain.is_effort)
            and (not arguments.verdict or state.baseline.verdict in arguments.verdict)
            and (unit is None or unit in {names.get(name, name) for name in state.chain.responsible})
        ]
        if arguments.json:
            return Answer(data=_data(view, promises=plain(chosen)))
        listed = (
            overview.promises_table(view, chosen, arguments.lang, columns)
            if chosen
            else labels.word("nothing", arguments.lang)
        )
        return Answer(text=f"{overview.heading(view, arguments.lang)}\n\n{listed}")


def _totals(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        totals = view.totals()
        if arguments.json:
            return Answer(data=_data(view, totals=totals.to_dicts()))
        listed = (
            overview.totals_table(view, arguments.lang, columns)
            if totals
            else labels.word("nothing", arguments.lang)
        )
        return Answer(text=f"{overview.heading(view, arguments.lang)}\n\n{listed}")


def _indicators(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        indicators = view.indicators()
        if arguments.json:
            rows = [
                {
                    **plain(state),
                    "targets": [_statement(entry) for entry in state.targets],
                    "observations": [_statement(entry) for entry in state.observations],
                }
                for state in indicators
            ]
            return Answer(data=_data(view, indicators=rows))
        entries = [entry for state in indicators for entry in (*state.targets, *state.observations)]
        listed = (
            overview.statements_table(view, entries, arguments.lang, columns)
            if entries
            else labels.word("nothing", arguments.lang)
        )
        return Answer(text=f"{overview.heading(view, arguments.lang)}\n\n{listed}")


def _findings(arguments: Namespace, columns: int | None) -> Answer:
    with _open(arguments) as ledger:
        view = _view(ledger, arguments)
        if arguments.json:
            return Answer(data=_data(view, findings=view.findings().to_dicts()))
        listed = overview.findings_table(view, arguments.lang, columns)
        return Answer(text=f"{overview.heading(view, arguments.lang)}\n\n{listed}")


def _verify(arguments: Namespace, _: int | None) -> Answer:
    with _open(arguments) as ledger:
        found = ledger.verify()
        return Answer(
            text=verification_text(found, arguments.lang),
            data=verification_data(found),
            is_alarm=bool(found.findings),
        )


def _upgrade(arguments: Namespace, _: int | None) -> Answer:
    before, after = migrate.upgrade(arguments.db)
    repaired: tuple[str, ...] = ()
    if arguments.repair_guards:
        repaired = migrate.repair(arguments.db)
    old = before or ("空" if arguments.lang == "zh" else "empty")
    said = f"数据库版本：{old} → {after}" if arguments.lang == "zh" else f"database revision: {old} → {after}"
    if repaired:
        said += ("；已恢复保护：" if arguments.lang == "zh" else "; guards put back: ") + ", ".join(repaired)
    return Answer(text=said, data={"before": before, "after": after, "repaired": list(repaired)})


_COMMANDS: dict[str, Callable[[Namespace, int | None], Answer]] = {
    "init": _init,
    "import": _import,
    "status": _status,
    "project": _project,
    "promises": _promises,
    "totals": _totals,
    "indicators": _indicators,
    "findings": _findings,
    "verify": _verify,
    "upgrade": _upgrade,
}
