"""
Why a ledger cannot be written out.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from milestone_ledger.errors._base import GroupedError, Language, LedgerError


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class UnwritableEntryError(LedgerError):
    """
    An entry that its sheet cannot say: read again, it would be refused or become another one.

    ``seq`` is its number, ``None`` if it is none of the entries; ``sheet``, ``column`` and ``value`` are
    where it would have stood, and what as.
    """

    seq: int | None
    sheet: str
    column: str = ""
    value: str = ""
    fault: tuple[str, str]

    en: ClassVar[str] = "{entry}{place}{value}: {fault}"
    zh: ClassVar[str] = "{entry}{place}{value}：{fault}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        chinese = language == "zh"
        entry = ""
        if self.seq is not None:
            entry = f"第 {self.seq} 条，" if chinese else f"entry {self.seq}, "
        place = f"“{self.sheet}”" if chinese else self.sheet
        if self.column:
            place += f"表“{self.column}”" if chinese else f" column {self.column!r}"
        value = f" {self.value!r}" if self.value else ""
        return {"entry": entry, "place": place, "value": value, "fault": self.fault[1 if chinese else 0]}


class ExportError(GroupedError[LedgerError]):
    """
    A ledger that cannot be written out whole; ``exceptions`` holds the entries at fault.

    Nothing was written: what leaves something out must not look like the whole.
    """

    headline = (
        "{count} thing cannot be written as recorded, nothing exported:",
        "{count} things cannot be written as recorded, nothing exported:",
        "{count} 处无法照原样写出，未写出任何文件：",
    )


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class OccupiedFolderError(LedgerError, FileExistsError):
    """
    An export would overwrite, or mix with, what a folder holds.
    """

    folder: str
    found: tuple[str, ...]

    en: ClassVar[str] = (
        "{folder} is not empty ({found}); give another folder, or --force to replace the sheets in it"
    )
    zh: ClassVar[str] = "{folder} 不是空文件夹（{found}）；请换一个文件夹，或加 --force 替换其中的表"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        shown = list(self.found[:3]) + (["…"] if len(self.found) > 3 else [])  # noqa: PLR2004 (a few will do)
        return {"folder": self.folder, "found": ("、" if language == "zh" else ", ").join(shown)}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class OccupiedFileError(LedgerError, FileExistsError):
    """
    Something would be written over files that are there already; nothing was written.

    ``is_replaceable``: whether it may be, if someone insists.
    """

    paths: tuple[str, ...]
    is_replaceable: bool = True

    en: ClassVar[str] = "{found} exists already; give another name{force}"
    zh: ClassVar[str] = "已有 {found}；请另起名称{force}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        chinese = language == "zh"
        force = "，或加 --force 覆盖" if chinese else ", or --force to replace it"
        return {
            "found": ("、" if chinese else ", ").join(self.paths),
            "force": force if self.is_replaceable else "",
        }


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class UnwritableFileError(LedgerError, OSError):
    """
    A file or folder that cannot be written; ``fault`` says why, in English and Chinese.
    """

    path: str
    fault: tuple[str, str]

    en: ClassVar[str] = "{path} cannot be written: {fault}; check the path, the permissions and the disk"
    zh: ClassVar[str] = "{path} 无法写入：{fault}；请检查路径、权限和磁盘空间"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"path": self.path, "fault": self.fault[1 if language == "zh" else 0]}


@attrs.define(eq=False, slots=False, repr=False)
class NoChineseFontError(LedgerError, RuntimeError):
    """
    A picture of dots was asked for where no font has Chinese letters: it would show boxes.
    """

    en: ClassVar[str] = (
        "a PNG would show boxes: no font here has Chinese letters; install one (Debian, Ubuntu: "
        "apt-get install fonts-noto-cjk), or give a folder of fonts to vl_convert.register_font_directory, "
        "or save as .svg or .html, which need none"
    )
    zh: ClassVar[str] = (
        "无法生成 PNG：本机没有含汉字的字体，图中只会是方框；请安装字体（Debian、Ubuntu：apt-get install "
        "fonts-noto-cjk），或用 vl_convert.register_font_directory 指定字体文件夹，"
        "或改存 .svg、.html（不需要字体）"
    )


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class ParquetFolderError(LedgerError, ValueError):
    """
    A folder of Parquet files does not hold what it should; ``fault`` says what, in English and Chinese.
    """

    folder: str
    fault: tuple[str, str]

    en: ClassVar[str] = "{folder}: {fault}"
    zh: ClassVar[str] = "{folder}：{fault}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"folder": self.folder, "fault": self.fault[1 if language == "zh" else 0]}
