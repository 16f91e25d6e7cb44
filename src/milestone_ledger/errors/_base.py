"""
What every error shares: two languages, and messages built from data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self, TypeVar, cast

import attrs

Language = Literal["zh", "en"]
OneOf_co = TypeVar("OneOf_co", bound="LedgerError", covariant=True)


class LedgerError(Exception):
    """
    Root of all errors of this package.

    Subclasses are attrs classes whose two templates are filled from their own attributes.
    They have no slots, so that one can also be a builtin error or an ``ExceptionGroup``.
    """

    en: ClassVar[str] = ""
    zh: ClassVar[str] = ""

    def explain(self, language: Language = "en") -> str:
        """
        Say what happened, where, and how to mend it, in ``language``.
        """
        template = self.zh if language == "zh" else self.en
        return template.format(**self.words(language))

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        del language
        return self._values()

    def _values(self) -> dict[str, Any]:
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(self)))
        return {field.name: getattr(self, field.name) for field in fields}

    def __str__(self) -> str:
        return self.explain("en")

    def __repr__(self) -> str:
        # One for all: attrs would compile one for each at every start.
        if not attrs.has(type(self)):
            return super().__repr__()
        shown = ", ".join(f"{name}={value!r}" for name, value in self._values().items())
        return f"{type(self).__qualname__}({shown})"


def nearest(suggestions: Sequence[str], language: Language) -> str:
    """
    A clause that offers the nearest known names, or nothing.
    """
    if not suggestions:
        return ""
    if language == "zh":
        return "；是否为：" + "、".join(suggestions)
    return "; did you mean " + " or ".join(repr(name) for name in suggestions) + "?"


@attrs.define(eq=False, slots=False, repr=False)
class InvalidValueError(LedgerError, ValueError):
    """
    A value object refused its input.

    ``demand`` says in English and Chinese what would have been accepted.
    """

    what: str
    value: object
    demand: tuple[str, str]

    en: ClassVar[str] = "{what}: got {value!r}, but {need}"
    zh: ClassVar[str] = "{what}：值 {value!r} 不合要求，{need}"

    def words(self, language: Language) -> dict[str, Any]:
        return {
            "what": self.what,
            "value": self.value,
            "need": self.demand[1 if language == "zh" else 0],
        }


def say(error: BaseException, language: Language) -> str:
    return error.explain(language) if isinstance(error, LedgerError) else str(error)


@attrs.define(eq=False, slots=False, repr=False)
class MissingExtraError(LedgerError, ImportError):
    """
    A package that only some users need is not installed.
    """

    package: str
    wanted_for: tuple[str, str]

    en: ClassVar[str] = "{wanted_for} needs {package}; run 'pip install {package}'"
    zh: ClassVar[str] = "{wanted_for}需要 {package}；请运行 pip install {package}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"package": self.package, "wanted_for": self.wanted_for[1 if language == "zh" else 0]}


class GroupedError(LedgerError, ExceptionGroup[OneOf_co]):
    """
    Several errors, told all at once; ``exceptions`` holds each.

    ``headline`` says above them, in English and Chinese, how many there are; in English there is one more
    form before, for one alone.
    """

    headline: ClassVar[tuple[str, str, str]]

    def __new__(cls, exceptions: Sequence[OneOf_co]) -> Self:
        """
        Build the group; its message is made from its parts.
        """
        return ExceptionGroup.__new__(cls, cls.__name__, list(exceptions))

    def __init__(self, exceptions: Sequence[OneOf_co]) -> None:  # noqa: ARG002 (taken by __new__)
        super().__init__()  # type: ignore[call-arg]  # of the other base, or of none

    def derive(self, excs: Sequence[OneOf_co], /) -> Self:  # type: ignore[override]
        """
        Build the same kind of group from some of its parts.
        """
        return type(self)(excs)

    def explain(self, language: Language = "en") -> str:
        """
        All of them, one per line.
        """
        count = len(self.exceptions)
        single, several, chinese = self.headline
        head = (chinese if language == "zh" else single if count == 1 else several).format(count=count)
        return "\n".join([head, *(f"  {say(error, language)}" for error in self.exceptions)])
