"""
A ledger as a data package (Frictionless): CSV files, and one file that says what their columns are.

The six sheets are those of ``export csv``: the whole ledger, all cells text, as an import reads them. Beside
them, in the folder ``view``, stand typed tables of what a view answers, which refer to each other by key.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from milestone_ledger.io.export.exchange import instant, json_bytes, last_recorded, losses_file
from milestone_ledger.io.export.losses import Loss, LossKind, losses
from milestone_ledger.io.export.view_tables import ViewTable, view_tables
from milestone_ledger.io.export.writing import Written
from milestone_ledger.io.sheets import PROGRAMME_FILE, PROJECTS, SOURCES
from milestone_ledger.ledger.view import View

DESCRIPTOR: Final = "datapackage.json"
LOSSES: Final = "losses.json"
_LOST: Final = (LossKind.EMPTY, LossKind.RECORDING)
_DIALECT: Final = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}


def data_package(
    view: View, written: Written, sheets: Mapping[str, bytes]
) -> tuple[Mapping[str, bytes], tuple[Loss, ...]]:
    """
    All files of a package by path, the descriptor last; ``sheets`` are the files of ``written``.

    Equal views of equal ledgers give equal bytes.
    """
    slips = tuple(entry.seq for entry in written.slips)
    lost = losses(view, _LOST, [Loss(kind=LossKind.RETRACTED, entries=slips)] * bool(slips))
    tables = view_tables(view)
    files = dict(sheets) | {f"view/{table.name}.csv": table.csv() for table in tables}
    files[LOSSES] = losses_file(view, "datapackage", lost)
    resources = [
        *(_sheet_resource(written, sheet.sheet.id, files) for sheet in written.sheets),
        *(_view_resource(table, files) for table in tables),
        _resource("programme", PROGRAMME_FILE, files, "application/toml"),
        _resource("losses", LOSSES, files, "application/json"),
    ]
    told = {
        "profile": "data-package",
        "name": _slug(view.ledger),
        "title": view.programme.title.zh,
        "created": instant(last_recorded(view)),
        "description": _description(view),
        "resources": resources,
    }
    files[DESCRIPTOR] = json_bytes(told)
    return MappingProxyType(files), lost


def _description(view: View) -> str:
    by = view.viewpoint.published_by
    seen = "全部公开信息" if by is None else f"截至 {by} 公开的信息"
    return (
        f"六张表为整个台账；view 下各表为状态日 {view.as_of}、{seen}、宽限 {view.grace} 天所见。"
        "以 = + - @ 开头的文字前加撇号，以免被当作公式。"
    )


def _slug(name: str) -> str:
    """
    A name as descriptors want it: small letters, digits, dots, dashes and underscores.
    """
    plain_name = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in plain_name
    )


# ── resources ────────────────────────────────────────────────────────────────────────────────────


def _resource(name: str, path: str, files: Mapping[str, bytes], mediatype: str) -> dict[str, Any]:
    content = files[path]
    return {
        "name": name,
        "path": path,
        "mediatype": mediatype,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _tabular(name: str, path: str, files: Mapping[str, bytes], schema: dict[str, Any]) -> dict[str, Any]:
    return {
        **_resource(name, path, files, "text/csv"),
        "profile": "tabular-data-resource",
        "format": "csv",
        "dialect": _DIALECT,
        "schema": schema,
    }


def _sheet_resource(written: Written, sheet_id: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    language = written.sheets[0].language
    sheet = next(sheet for sheet in written.sheets if sheet.sheet.id == sheet_id)
    headers = {column.id: column.header(language) for column in sheet.columns}
    fields = [{"name": header, "type": "string"} for header in headers.values()]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if sheet_id == SOURCES.id:
        schema["primaryKey"] = [headers["id"]]
    elif sheet_id != PROJECTS.id:
        cited = next(column.header(language) for column in SOURCES.columns if column.id == "id")
        schema["foreignKeys"] = [_refers(headers["source"], SOURCES.id, cited)]
    return _tabular(sheet_id, f"{sheet.name}.csv", files, schema)


def _view_resource(table: ViewTable, files: Mapping[str, bytes]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {"name": name, "type": kind} | ({"constraints": {"required": True}} if name in table.key else {})
            for name, kind in table.columns.items()
        ],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.refers:
        schema["foreignKeys"] = [
            _refers(column, f"view-{other}", key) for column, (other, key) in table.refers.items()
        ]
    return _tabular(f"view-{table.name}", f"view/{table.name}.csv", files, schema)


def _refers(column: str, resource: str, field: str) -> dict[str, Any]:
    return {"fields": [column], "reference": {"resource": resource, "fields": [field]}}
