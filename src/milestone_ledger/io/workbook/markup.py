"""
XML as a stream of events, in bounded memory, without entities.

Python's ``expat`` itself, and not a tree on top of it: nothing is kept, so nothing can fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

from milestone_ledger.errors import LedgerError

# No tag, comment or instruction of a workbook comes near this; expat would have to keep the whole of it.
_LONGEST_TAG = 2**22

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


class MarkupError(Exception):
    """
    It is no well-formed XML.
    """


class _NotThisError(Exception):
    """
    Its outermost element is that of something else.
    """


class DoctypeError(Exception):
    """
    It has a document type of its own, and so may define entities.
    """


class Handler(Protocol):
    """
    What is told of each element: its name, with its namespace and a blank before, and its attributes.
    """

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """
        An element begins.
        """

    def end(self, name: str) -> None:
        """
        An element ends.
        """

    def text(self, text: str) -> None:
        """
        A piece of what stands between; one text may come in several.
        """


def main_names(*names: str) -> Mapping[str, str]:
    """
    Elements of a workbook by the names that a handler is told, in both namespaces that workbooks use.
    """
    return {f"{namespace} {name}": name for namespace in _MAIN for name in names}


def fed(chunks: Iterable[bytes], root: Container[str] = (), handler: Handler | None = None) -> Iterator[None]:
    """
    Tell ``handler`` of everything in ``chunks``; stops after each, so that what was found can be handed on.

    ``root`` are the names that the outermost element may have, if there is a handler.

    Raises:
        MarkupError: If it is no XML, or something else than it should be.
        DoctypeError: If it has a document type.
    """
    parser = ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if handler is not None:

        def first(name: str, attributes: Mapping[str, str]) -> None:
            if name not in root:
                raise _NotThisError
            parser.StartElementHandler = handler.start
            handler.start(name, attributes)

        parser.StartElementHandler = first
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
    sent = 0
    for chunk in chunks:
        sent += len(chunk)
        _parse(parser.Parse, chunk, is_last=False)
        if sent - parser.CurrentByteIndex > _LONGEST_TAG:
            raise MarkupError
        yield
    _parse(parser.Parse, b"", is_last=True)
    yield


def _parse(parse: Callable[[bytes, bool], int], chunk: bytes, *, is_last: bool) -> None:
    try:
        parse(chunk, is_last)
    except LedgerError:  # what the handler refuses, for reasons of its own
        raise
    except (ExpatError, LookupError, ValueError, _NotThisError) as error:  # the latter two of odd encodings
        raise MarkupError from error


def _refuse_doctype(*_: object) -> None:
    raise DoctypeError
