"""
What the operating system says of a file, in English and Chinese.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

# What the operating system says most often; strerror is in one language only.
_OS_REASONS: tuple[tuple[type[OSError], tuple[str, str]], ...] = (
    (FileNotFoundError, ("it does not exist", "不存在")),
    (
        PermissionError,
        (
            "permission denied; if it is open in another program, close it there first",
            "没有权限；Excel、WPS 或 Word 还开着它的，先关掉",
        ),
    ),
    (FileExistsError, ("a file stands there", "已有同名文件")),
    (IsADirectoryError, ("it is a folder", "这是文件夹")),
    (NotADirectoryError, ("it is no folder", "不是文件夹")),
)
_OS_NUMBERS: Mapping[int | None, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "磁盘已满"),
    errno.EROFS: ("the disk is read-only", "磁盘是只读的"),
    errno.ENAMETOOLONG: ("the name is too long", "文件名太长"),
}


def system_reason(error: OSError) -> tuple[str, str]:
    """
    What the operating system says.
    """
    if error.errno in _OS_NUMBERS:
        return _OS_NUMBERS[error.errno]
    other = error.strerror or type(error).__name__
    return next((said for kind, said in _OS_REASONS if isinstance(error, kind)), (other, other))
