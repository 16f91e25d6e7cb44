"""
The tests on every Python that the package names, and with the oldest versions that it allows.

For those who release; `make test` needs none of it.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import nox
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

nox.options.error_on_missing_interpreters = True  # a Python that is not there is told, and no success

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
WITH_EXTRAS = ".[postgresql,notebook,analytics,excel]"
WITH_SPARK = ".[spark]"


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """
    As `make test` runs them, with the pinned versions.
    """
    _install(session, Path("constraints.txt"))
    _run(session)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """
    With each dependency, and each of an extra, at its lower bound; what those need in turn is the newest.
    """
    _install(session, _lowest_versions(Path(session.create_tmp())))
    _run(session)


@nox.session(python=PYTHONS[0], default=False)
def lowest_spark(session: nox.Session) -> None:
    """
    The same for the extra `spark`, which needs Java 17.
    """
    _install(session, _lowest_versions(Path(session.create_tmp())), WITH_SPARK)
    session.run("python", "-m", "pytest", "-q", "-m", "spark", *session.posargs)


def _install(session: nox.Session, constraints: Path, *more: str) -> None:
    packages = chain.from_iterable(("--editable", package) for package in (WITH_EXTRAS, *more))
    session.install("--constraint", str(constraints), *packages, "--group", "dev")


def _run(session: nox.Session) -> None:
    session.run("python", "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", *session.posargs)


def _lowest_versions(folder: Path) -> Path:
    """
    Constraints that hold what users may have at the lower bound, and the tools of the tests where they are.
    """
    project = PROJECT["project"]
    texts = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    asked = [each for each in map(Requirement, texts) if each.specifier]
    lowest = {canonicalize_name(each.name): _lower_bound(each) for each in asked}
    named = {
        canonicalize_name(Requirement(text).name) for text in nox.project.dependency_groups(PROJECT, "dev")
    }
    pins = Path("constraints.txt").read_text("utf-8").split()
    tools = [pin for pin in pins if canonicalize_name(Requirement(pin).name) in named - lowest.keys()]
    constraints = folder / "lowest.txt"
    constraints.write_text("\n".join([*lowest.values(), *tools]) + "\n", encoding="utf-8")
    return constraints


def _lower_bound(asked: Requirement) -> str:
    (bound,) = (each.version for each in asked.specifier if each.operator == ">=")
    condition = f"; {asked.marker}" if asked.marker else ""
    return f"{asked.name}=={bound}{condition}"
