"""
Whether a file is a workbook that may be opened at all, told before any of it is understood.

An ``.xlsx`` is a zip of XML parts, and anybody may have made it: no size that it declares is believed, and
no part may define entities. What is refused is refused by name, with the way to a file that can be read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType

from attrs import frozen

from milestone_ledger.errors import WorkbookError
from milestone_ledger.io.workbook.markup import DoctypeError, MarkupError, fed

Fault = tuple[str, str]

LARGEST_WORKBOOK = 100 * 2**20
# Together; the largest workbook of a hundred thousand rows holds a third of it.
MOST_INFLATED = 300 * 2**20
_MOST_PARTS = 2_000
# A million blank rows with formats come to 22; what repeats itself for mischief comes to 1,000.
_MOST_RATIO = 100
_RATIO_FROM = 10 * 2**20
_CHUNK = 2**16
_LONGEST_LIST = 16  # chunks

# What a damaged archive may raise, by its damage.
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTENT_TYPES = "[content_types].xml"
_MARKUP = (".xml", ".rels", ".vml")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1

_SAVE = ("open it and save it as .xlsx (Excel workbook)", "请打开后另存为 .xlsx（Excel 工作簿）")


def _saved_as(en: str, zh: str) -> Fault:
    return f"{en}; {_SAVE[0]}", f"{zh}；{_SAVE[1]}"


_EMPTY = ("the file is empty", "文件是空的")
_XLS = _saved_as("this is a workbook of the old kind (.xls)", "这是旧格式的工作簿（.xls）")
_PASSWORD = (
    "the workbook is protected by a password; open it, take the password away and save it as .xlsx",
    "工作簿设有打开密码；请打开后取消密码，再另存为 .xlsx",
)
_MACROS = (
    "the workbook holds macros (.xlsm); save it as .xlsx, without them",
    "工作簿含有宏（.xlsm）；请另存为不含宏的 .xlsx",
)
_BINARY = _saved_as("this is a binary workbook (.xlsb)", "这是二进制工作簿（.xlsb）")
_ODS = _saved_as("this is an OpenDocument file", "这是 OpenDocument 文件")
_OTHER_OFFICE = (
    "this is a document of another program, not a workbook; give an .xlsx",
    "这是其他办公文档，不是工作簿；请提供 .xlsx",
)
_HTML = _saved_as("this is a web page that was named .xlsx", "这是改了扩展名的网页")
_XML = _saved_as("this is an XML file that was named .xlsx", "这是改了扩展名的 XML 文件")
_PDF = (
    "this is a PDF that was named .xlsx; give the workbook that it was printed from",
    "这是改了扩展名的 PDF；请提供打印前的工作簿",
)
_TEXT = (
    "this is plain text, such as a CSV file that was named .xlsx; name it .csv again, or save it as .xlsx",
    "这是纯文本（如改了扩展名的 CSV）；请改回 .csv，或打开后另存为 .xlsx",
)
_UNKNOWN = ("this is no workbook; give an .xlsx", "这不是工作簿；请提供 .xlsx")
_BROKEN = (
    "the workbook is damaged; open it, let the program repair it, and save it anew as .xlsx",
    "工作簿已损坏；请打开修复后另存为 .xlsx",
)
_NO_WORKBOOK = _saved_as("the archive holds no workbook", "压缩包内没有工作簿")
_DOCTYPE = _saved_as(
    "the workbook defines entities of its own, as no workbook does and attacks do",
    "工作簿内含自定义实体，正常工作簿没有，可能是攻击",
)
_BOMB = (
    "the workbook inflates to more than any 台账 can hold, as attacks do; nothing of it was read; "
    "copy the rows that are wanted into a new workbook",
    "工作簿解压后大得不合常理，可能是攻击，未读取；请把需要的行复制到新工作簿",
)
_MANY_PARTS = (
    f"the workbook is made of more than {_MOST_PARTS} parts; copy the rows into a new workbook",
    f"工作簿内的部件超过 {_MOST_PARTS} 个；请把需要的行复制到新工作簿",
)


@frozen(eq=False)
class Container:
    """
    A workbook that may be opened; ``file`` is what errors call it.

    ``parts`` are by name, in lower case: names within a workbook differ in more than case.
    """

    file: str
    archive: zipfile.ZipFile
    parts: Mapping[str, zipfile.ZipInfo]

    def refusal(self, fault: Fault = _BROKEN) -> WorkbookError:
        """
        The error that says why this workbook is not read: that it is damaged, unless told otherwise.
        """
        return WorkbookError(file=self.file, fault=fault)

    def has(self, part: str) -> bool:
        """
        Whether there is such a part.
        """
        return part.lower() in self.parts

    def chunks(self, part: str) -> Iterator[bytes]:
        """
        The content of a part, a piece at a time.

        Raises:
            WorkbookError: If it is not there, or is damaged.
        """
        if not self.has(part):
            raise self.refusal()
        try:
            with self.archive.open(self.parts[part.lower()]) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except _ZIP_ERRORS as error:
            raise self.refusal() from error


def open_container(data: bytes, file: str) -> Container:
    """
    The workbook that ``data`` is, gone through once from end to end, in bounded memory.

    Raises:
        WorkbookError: If it is none, or none that may be opened; the message says what to do.
    """
    if len(data) > LARGEST_WORKBOOK:
        raise WorkbookError(file=file, fault=too_large(len(data)))
    if not data.startswith(b"PK\x03\x04"):
        raise WorkbookError(file=file, fault=_recognised(data))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ZIP_ERRORS as error:
        raise WorkbookError(file=file, fault=_BROKEN) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    parts = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
    container = Container(file, archive, MappingProxyType(parts))
    if fault := _fault_of_entries(entries, parts):
        raise container.refusal(fault)
    _inflate(container)
    _check_content_types(container)
    return container


def too_large(size: int) -> Fault:
    """
    The fault of a file that is larger than any workbook of a 台账.
    """
    most = LARGEST_WORKBOOK // 2**20
    return (
        f"the workbook holds {size // 2**20} MB, more than {most} MB; take pictures out of it, or split it",
        f"工作簿 {size // 2**20} MB，超过 {most} MB；请删去图片，或拆分",
    )


def _recognised(data: bytes) -> Fault:
    """
    What a file is that is no zip.
    """
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        return _PASSWORD if is_encrypted else _XLS
    if not head:
        return _EMPTY
    if head.startswith(b"%pdf"):
        return _PDF
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return _HTML
    if head.startswith(b"<"):
        return _XML
    has_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return _TEXT if has_mark or b"\0" not in data[:4096] else _UNKNOWN


def _fault_of_entries(entries: list[zipfile.ZipInfo], parts: Mapping[str, zipfile.ZipInfo]) -> Fault | None:
    """
    What is wrong with the list of contents, before any of it is inflated.
    """
    if len(entries) > _MOST_PARTS:
        return _MANY_PARTS
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        return _PASSWORD
    if len(parts) < len(entries) or any(entry.compress_type not in _METHODS for entry in entries):
        return _BROKEN
    if any(name.endswith("vbaproject.bin") for name in parts):
        return _MACROS
    if _CONTENT_TYPES not in parts:
        return _ODS if "mimetype" in parts else _NO_WORKBOOK
    if sum(entry.file_size for entry in entries) > MOST_INFLATED:
        return _BOMB
    return None


def _inflate(container: Container) -> None:
    """
    Inflate every part once, counting, and look for entities in all that is XML.

    Raises:
        WorkbookError: As soon as it comes to too much.
    """
    total = 0

    def counted(part: str, packed: int) -> Iterator[bytes]:
        nonlocal total
        inflated = 0
        for chunk in container.chunks(part):
            inflated += len(chunk)
            total += len(chunk)
            if total > MOST_INFLATED or (inflated > _RATIO_FROM and inflated > packed * _MOST_RATIO):
                raise container.refusal(_BOMB)
            yield chunk

    for part, entry in container.parts.items():
        chunks = counted(part, entry.compress_size)
        if part.endswith(_MARKUP):
            try:
                for _ in fed(chunks):
                    pass
            except DoctypeError as error:
                raise container.refusal(_DOCTYPE) from error
            except MarkupError:  # a part that is read is refused then; many a drawing is no good XML
                pass
        for _ in chunks:
            pass


def _check_content_types(container: Container) -> None:
    """
    Refuse what its own list of contents calls something else.
    """
    types = b"".join(islice(container.chunks(_CONTENT_TYPES), _LONGEST_LIST)).lower()
    if b"macroenabled" in types:
        raise container.refusal(_MACROS)
    if b"sheet.binary" in types:
        raise container.refusal(_BINARY)
    if b"spreadsheetml" not in types:
        is_office = b"wordprocessingml" in types or b"presentationml" in types
        raise container.refusal(_OTHER_OFFICE if is_office else _NO_WORKBOOK)
