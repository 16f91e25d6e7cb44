"""
What is given away: the source distribution, the wheel that is made of it, and the types that it brings.

The wheel alone, outside the checkout, does the main job.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import milestone_ledger

ROOT = Path(__file__).parents[2]
TYPING = ROOT / "tests" / "typing"
# What making, testing and running leave behind, wherever it lies.
LEFT = re.compile(
    r"(^|/)(__pycache__|\.[^/]*_cache|\.hypothesis|\.git|\.venv|\.nox|build|dist|spark-warehouse)/"
    r"|\.(pyc|db|db-journal|key)$"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("distributions")


@pytest.fixture(scope="module")
def sdist(folder):
    """
    The source distribution, and beside it the wheel that is made of it, not of the checkout.
    """
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (path,) = folder.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(folder, sdist):
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(folder, wheel):
    """
    A Python with the wheel and its dependencies, and nothing else.
    """
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    install = [python, "-m", "pip", "install", "--quiet", *constraints, str(wheel)]
    subprocess.run(install, check=True, capture_output=True, text=True, cwd=folder)
    return python


def files(folder):
    """
    The files of a part of the checkout, but for what running left behind.
    """
    paths = (path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path for path in paths if not LEFT.search(path)}


def test_the_sdist_holds_all_that_is_needed_to_build_and_to_test(sdist):
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    folders = ("src", "migrations", "examples", "tests", "bench", "docs", "tools", "changes")
    named = {path.name for path in ROOT.iterdir() if path.suffix in {".md", ".cff", ".toml", ".txt"}}

    assert set().union(*map(files, folders), named, {"LICENSE", "Makefile", "noxfile.py"}) - held == set()
    assert [name for name in held if LEFT.search(name)] == []


def test_the_wheel_holds_the_package_and_its_licence_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        licence = next(name for name in held if name.endswith(".dist-info/licenses/LICENSE"))
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()
    package = {path.removeprefix("src/") for path in files("src")}
    migrations = {f"milestone_ledger/{path}" for path in files("migrations")}

    assert {name for name in held if ".dist-info/" not in name} == package | migrations
    assert "milestone_ledger/py.typed" in held


def test_the_wheel_alone_can_init_import_and_status(python, tmp_path):
    """
    Installed with nothing but its dependencies, it runs four commands on Huitian.
    """
    shutil.copytree(ROOT / "examples" / "huitian", tmp_path / "sheets")

    def run(*arguments: str) -> str:
        command = [python.with_name("milestone-ledger"), "--db", "here.db", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "huitian" in run("init", "sheets/programme.toml")
    run("import", "sheets", "--yes")
    assert "北郊农场桥" in run("status", "--as-of", "2022-12-31")
    run("page", "huitian.html")
    assert "北郊农场桥" in (tmp_path / "huitian.html").read_text("utf-8")


@pytest.fixture(scope="module")
def type_checked(python, folder):
    """
    Has mypy look at a file as a user of the installed wheel has it, far from our own configuration.
    """

    def type_checked_(path, *options):
        place = folder / "typing" / path.name
        place.parent.mkdir(exist_ok=True)
        shutil.copy(path, place)
        command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), *options]
        done = subprocess.run(
            [*command, place.name], cwd=place.parent, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return type_checked_


def test_what_the_public_face_answers_has_a_type(type_checked):
    """
    No expression of a user's code is ``Any``, and each is what the user says it is.
    """
    code, said = type_checked(TYPING / "public_face.py", "--disallow-any-expr")

    assert code == 0, said


def test_misuse_is_told_before_the_code_runs(type_checked):
    code, said = type_checked(TYPING / "misuse.py")

    assert code == 0, said


def test_no_public_name_is_any(type_checked, tmp_path):
    """
    Nor any part of its signature.
    """
    names = [f"reveal_type(milestone_ledger.{name})" for name in milestone_ledger.__all__]
    (tmp_path / "names.py").write_text("\n".join(["import milestone_ledger", *names]), encoding="utf-8")

    code, said = type_checked(tmp_path / "names.py")

    assert code == 0, said
    assert said.count("Revealed type is") == len(names)
    assert not re.search(r"\bAny\b", said)
