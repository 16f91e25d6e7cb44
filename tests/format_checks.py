"""
Whether exported files keep to their formats: OC4IDS by its own schema, the others by what is written here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

# The standard's schema is not part of the project; it lies beside it where there is one.
OC4IDS = Path(__file__).parents[2] / "shared" / "oc4ids"
FORMATS = FormatChecker()
_PROJECT = "https://standard.open-contracting.org/infrastructure/schema/0__9__5/project-schema.json"


def has_oc4ids_schema():
    return (OC4IDS / "project-package-schema.json").is_file()


def oc4ids_validator():
    """
    The validator of project packages, dates and addresses included.
    """
    assert {"date-time", "uri"} <= FORMATS.checkers.keys()
    project, package = (
        json.loads((OC4IDS / name).read_text("utf-8"))
        for name in ("project-schema.json", "project-package-schema.json")
    )
    resource = Resource.from_contents(project, default_specification=DRAFT4)
    registry = Registry().with_resource(_PROJECT, resource)
    return Draft4Validator(package, registry=registry, format_checker=FORMATS)


def oc4ids_faults(package, validator=None):
    """
    What is wrong with a package: by the schema, if there is a validator, and that ids repeat.
    """
    found = (
        [] if validator is None else [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(package)]
    )
    found += _repeated(package["projects"], "projects")
    for project in package["projects"]:
        for part in ("milestones", "documents", "relatedProjects", "parties", "metrics", "forecasts"):
            found += _repeated(project.get(part, ()), f"{project['id']}.{part}")
        assert all(value for value in project.values())
        parties = {party["id"] for party in project.get("parties", ())}
        assert project.get("publicAuthority", {}).get("id") in {*parties, None}
    return found


def _repeated(items, where):
    return [f"{where}: {name} twice" for name, times in Counter(i["id"] for i in items).items() if times > 1]


# ── OCEL 2.0 ─────────────────────────────────────────────────────────────────────────────────────


def _objects(required, **properties):
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_TIME = {"type": "string", "format": "date-time"}
_VALUE = {"type": ["string", "integer", "boolean"]}
_RELATIONSHIPS = {
    "type": "array",
    "items": _objects("objectId qualifier", objectId=_TEXT, qualifier=_TEXT),
    "uniqueItems": True,
}
_TYPES = {
    "type": "array",
    "items": _objects(
        "name attributes",
        name=_TEXT,
        attributes={
            "type": "array",
            "items": _objects(
                "name type",
                name=_TEXT,
                type={"enum": ["string", "time", "integer", "float", "boolean"]},
            ),
        },
    ),
}
OCEL = Draft202012Validator(
    _objects(
        "objectTypes eventTypes objects events",
        objectTypes=_TYPES,
        eventTypes=_TYPES,
        objects={
            "type": "array",
            "items": _objects(
                "id type attributes relationships",
                id=_TEXT,
                type=_TEXT,
                attributes={
                    "type": "array",
                    "items": _objects("name time value", name=_TEXT, time=_TIME, value=_VALUE),
                },
                relationships=_RELATIONSHIPS,
            ),
        },
        events={
            "type": "array",
            "items": _objects(
                "id type time attributes relationships",
                id=_TEXT,
                type=_TEXT,
                time=_TIME,
                attributes={
                    "type": "array",
                    "items": _objects("name value", name=_TEXT, value=_VALUE),
                },
                relationships=_RELATIONSHIPS,
            ),
        },
    ),
    format_checker=FORMATS,
)
_KINDS = {str: "string", int: "integer", bool: "boolean"}


def ocel_faults(log):
    """
    What is wrong with an event log: its shape, ids that repeat or name nothing, values of another type.
    """
    found = [f"{list(e.path)}: {e.message}" for e in OCEL.iter_errors(log)]
    found += _repeated(log["objects"], "objects") + _repeated(log["events"], "events")
    known = {one["id"] for one in log["objects"]}
    for part in ("object", "event"):
        declared = {
            kind["name"]: {a["name"]: a["type"] for a in kind["attributes"]} for kind in log[f"{part}Types"]
        }
        for one in log[f"{part}s"]:
            for attribute in one["attributes"]:
                if declared[one["type"]].get(attribute["name"]) != _KINDS[type(attribute["value"])]:
                    found.append(f"{one['id']}.{attribute['name']}: {attribute['value']!r}")
            found += [
                f"{one['id']}: no {r['objectId']}" for r in one["relationships"] if r["objectId"] not in known
            ]
    times = [event["time"] for event in log["events"]]
    return found if len({time[-6:] for time in times}) > 1 or times == sorted(times) else [*found, "order"]


# ── data packages ────────────────────────────────────────────────────────────────────────────────

PACKAGE = Draft202012Validator(
    {
        "type": "object",
        "required": ["name", "profile", "created", "resources"],
        "properties": {
            "name": {"pattern": "^[a-z0-9._-]+$"},
            "created": _TIME,
            "resources": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "path", "bytes", "hash", "encoding"],
                    "properties": {
                        "name": {"pattern": "^[a-z0-9._-]+$"},
                        "path": {"type": "string", "not": {"pattern": r"^/|\.\."}},
                        "schema": {
                            "type": "object",
                            "required": ["fields"],
                            "properties": {
                                "fields": {"minItems": 1, "items": {"required": ["name", "type"]}}
                            },
                        },
                    },
                },
            },
        },
    },
    format_checker=FORMATS,
)
_READ = {
    "string": str,
    "integer": int,
    "date": date.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


def package_tables(files):
    """
    The tables of a package by the names of their resources, read by their types; hashes and keys hold.
    """
    descriptor = json.loads(files["datapackage.json"])
    assert [f"{list(e.path)}: {e.message}" for e in PACKAGE.iter_errors(descriptor)] == []
    assert {r["path"] for r in descriptor["resources"]} == files.keys() - {"datapackage.json"}
    tables = {}
    for resource in descriptor["resources"]:
        data = files[resource["path"]]
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        if "schema" in resource:
            tables[resource["name"]] = _table(resource, data)
    for resource in descriptor["resources"]:
        schema, rows = resource.get("schema", {}), tables.get(resource["name"], [])
        key = schema.get("primaryKey", [])
        keys = [tuple(row[column] for column in key) for row in rows]
        assert not key or (len(set(keys)) == len(keys) and all(None not in one for one in keys))
        for refers in schema.get("foreignKeys", ()):
            (column,), (field,) = refers["fields"], refers["reference"]["fields"]
            there = {row[field] for row in tables[refers["reference"]["resource"]]}
            assert {row[column] for row in rows} <= {*there, None}
    return tables


def _table(resource, data):
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    fields = resource["schema"]["fields"]
    assert header == [field["name"] for field in fields]
    assert not [cell for row in rows for cell in row if re.match(r"[=+\-@]", cell)]
    return [
        {
            field["name"]: _READ[field["type"]](cell) if cell else None
            for field, cell in zip(fields, row, strict=True)
        }
        for row in rows
    ]
