"""
``import --annotate``: the workbook that was offered, back with its faults marked.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from milestone_ledger.errors import InvalidValueError, Language, LedgerError, OccupiedFileError
from milestone_ledger.io.files import write_files
from milestone_ledger.io.intake import Warned
from milestone_ledger.io.intake.annotate import annotated, marks_of
from milestone_ledger.io.intake.workbook import SUFFIX, workbook_bytes
from milestone_ledger.reports.table import safe

_NO_WORKBOOK = (
    "only a workbook can be marked; import an .xlsx",
    "只能标注工作簿；请导入 .xlsx 文件",
)
_NOT_XLSX = (
    "a marked workbook is an .xlsx; give a name that ends so",
    "标注后的文件名应以 .xlsx 结尾",
)
_ITSELF = (
    "the marked workbook must not replace the one that is imported; give another name",
    "标注后的工作簿不能覆盖原文件；请换一个文件名",
)


@frozen
class Annotation:
    """
    Where the marked workbook goes; ``out`` is ``None`` if nobody asked for one.
    """

    workbook: Path
    out: Path | None
    language: Language

    @classmethod
    def wanted(cls, arguments: Namespace) -> Annotation:
        """
        What the arguments ask for, refused before anything is read if it cannot be done.

        Raises:
            InvalidValueError: If no workbook is imported, it would be replaced, or none would be written.
            OccupiedFileError: If a file is in the way, without ``--force``.
        """
        workbook = Path(arguments.folder)
        if arguments.annotate is None:
            return cls(workbook, None, arguments.lang)
        out = Path(arguments.annotate)
        if not workbook.is_file():
            raise InvalidValueError("--annotate", str(workbook), _NO_WORKBOOK)
        if out.suffix.lower() != SUFFIX:  # --force must not put a workbook in place of a ledger
            raise InvalidValueError("--annotate", str(out), _NOT_XLSX)
        if out.exists() and out.samefile(workbook):
            raise InvalidValueError("--annotate", str(out), _ITSELF)
        if out.exists() and not arguments.force:
            raise OccupiedFileError(paths=(str(out),))
        return cls(workbook, out, arguments.lang)

    def write(self, errors: Iterable[BaseException] = (), warnings: Iterable[Warned] = ()) -> None:
        """
        Write the marked workbook, if it was asked for and there is anything to mark, and say which.

        That it cannot be written is said too, and stops nothing: what is wrong is told all the same.
        """
        if self.out is None:
            return
        marks = marks_of(errors, warnings, self.language)
        if not marks:
            print(self._unmarked(self.out), file=sys.stderr)
            return
        try:
            data = workbook_bytes(self.workbook)
            write_files({self.out: annotated(data, self.workbook.name, marks, self.language)}, force=True)
        except LedgerError as error:
            print(error.explain(self.language), file=sys.stderr)
            return
        name, count = safe(str(self.out)), len(marks)
        said = {
            "zh": f"已标注 {count} 处，见 {name}（首页“问题清单”逐条列出）。",
            "en": f"Marked {count} place{'' if count == 1 else 's'} in {name}; its first sheet lists them.",
        }
        print(said[self.language], file=sys.stderr)

    def _unmarked(self, out: Path) -> str:
        """
        That there is nothing to mark; a file of an earlier round that lies there tells what was.
        """
        name = safe(str(out))
        if out.exists():
            return {
                "zh": f"表上没有要标注的；{name} 是以前的，未改动。",
                "en": f"Nothing to mark; {name} is an earlier one and was left as it is.",
            }[self.language]
        return {
            "zh": f"表上没有要标注的，未写 {name}。",
            "en": f"Nothing to mark; {name} was not written.",
        }[self.language]
