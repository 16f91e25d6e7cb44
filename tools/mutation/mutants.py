"""
The mutants of a module: each is one small change of its syntax tree that a good test should notice.

Some changes are left out by rule, as no test ought to notice them (see ``docs/how-to/mutation-testing.md``):
docstrings, annotations, assertions for the type checker, imports, and the words of messages.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "milestone_ledger"

COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
CALCULATED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
# Comparisons that turn into their own negation need no second mutant that negates the condition.
NEGATED_BY_OPERATOR = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)

_CHINESE = re.compile("[\u3400-\u9fff]")
# Calls whose texts are words for people; keywords of an error are data, and count.
_SPEAKERS = re.compile(r"\w*Error|_refuse|_exactly|_refusal")
_DEMANDS = {"msg", "demand"}


@dataclass(frozen=True)
class Mutant:
    """
    The change ``number`` (from 0) of the module ``path``, within one part of the package.

    ``owner`` is the outermost function in whose code it lies, "" if it runs when the module is imported;
    ``lines`` are those of the statement around it.
    """

    part: str
    path: str
    number: int
    line: int
    lines: range
    owner: str
    change: str

    @property
    def name(self) -> str:
        """
        What it is called in lists; the number tells two alike apart.
        """
        return f"{self.path}:{self.line} #{self.number} {self.owner or '(import)'}: {self.change}"


@dataclass(frozen=True)
class _Site:
    """
    A place where one change can be made, once; ``apply`` makes it in the tree that it came from.
    """

    line: int
    lines: range
    owner: str
    change: str
    apply: Callable[[], None]


@dataclass(frozen=True)
class _Place:
    """
    What surrounds a node.
    """

    owner: str = ""
    lines: range = range(0)
    names: tuple[str, ...] = ()


def mutants_of(package: Path, part: str, patterns: Iterable[str]) -> list[Mutant]:
    """
    Every mutant of the modules of ``package`` that ``patterns`` name, in the order of the code.
    """
    return [
        Mutant(part, str(path.relative_to(package)), number, site.line, site.lines, site.owner, site.change)
        for pattern in patterns
        for path in sorted(package.glob(pattern))
        for number, site in enumerate(_sites(path))
    ]


def mutated(package: Path, mutant: Mutant) -> ast.Module:
    """
    The module with the mutant in it.
    """
    tree = ast.parse((package / mutant.path).read_text("utf-8"))
    list(_walk(tree, _Place()))[mutant.number].apply()
    return tree


def _sites(path: Path) -> Iterator[_Site]:
    return _walk(ast.parse(path.read_text("utf-8")), _Place())


def _walk(node: ast.AST, place: _Place) -> Iterator[_Site]:
    for name, value in ast.iter_fields(node):
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in items:
            if not isinstance(child, ast.AST) or _is_left_out(node, name, index, child):
                continue
            inside = _place_of(node, name, child, place)
            for change, new in _changes(child):
                yield _Site(
                    line=getattr(child, "lineno", inside.lines.start),
                    lines=inside.lines,
                    owner=inside.owner,
                    change=change,
                    apply=_setter(node, name, index, _located(new, child)),
                )
            yield from _walk(child, inside)


def _place_of(parent: ast.AST, name: str, child: ast.AST, place: _Place) -> _Place:
    lines = place.lines
    if isinstance(child, ast.stmt):
        body = getattr(child, "body", None)
        last = child.end_lineno or child.lineno
        first = min([child.lineno, *(d.lineno for d in getattr(child, "decorator_list", ()))])
        lines = (
            range(first, max(first, min(body[0].lineno - 1, last)) + 1) if body else range(first, last + 1)
        )
    elif isinstance(child, ast.match_case | ast.ExceptHandler):
        lines = range(getattr(child, "lineno", child.body[0].lineno - 1), child.body[0].lineno)
    names, owner = place.names, place.owner
    if isinstance(parent, ast.FunctionDef | ast.ClassDef) and name == "body":
        names = (*names, parent.name)
        if isinstance(parent, ast.FunctionDef) and not owner:
            owner = ".".join(names)
    return _Place(owner, lines, names)


def _setter(node: ast.AST, name: str, index: int | None, new: ast.AST) -> Callable[[], None]:
    def apply() -> None:
        if index is None:
            setattr(node, name, new)
        else:
            getattr(node, name)[index] = new

    return apply


def _located(new: ast.AST, old: ast.AST) -> ast.AST:
    if hasattr(old, "lineno"):
        ast.copy_location(new, old)
    return ast.fix_missing_locations(new)


def _is_left_out(parent: ast.AST, name: str, index: int | None, child: ast.AST) -> bool:
    """
    Whether no test ought to notice a change of ``child``, by the rules of the document.
    """
    if name in {"annotation", "returns", "type_comment", "ctx"}:
        return True
    if isinstance(child, ast.Assert | ast.Import | ast.ImportFrom | ast.Pass | ast.Global):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True  # docstrings, of attributes too
    if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}:
        return True
    if isinstance(child, ast.Assign) and ast.unparse(child.targets[0]) == "__all__":
        return True
    if isinstance(child, ast.Assign) and _is_union(child.value):
        return True  # an alias of types
    if isinstance(parent, ast.AnnAssign) and _annotates_alias(parent):
        return True
    if isinstance(child, ast.FunctionDef) and child.name == "__repr__":
        return True
    if isinstance(parent, ast.Call) and ast.unparse(parent.func) in {"cast", "TypeVar"} and index == 0:
        return True
    return _is_message(parent, name, child)


def _is_union(value: ast.AST) -> bool:
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.BitOr) and _is_union(value.left) and _is_union(value.right)
    return isinstance(value, ast.Name | ast.Attribute) and ast.unparse(value).rpartition(".")[2][:1].isupper()


def _annotates_alias(statement: ast.AnnAssign) -> bool:
    return ast.unparse(statement.annotation).endswith("TypeAlias")


def _is_message(parent: ast.AST, name: str, child: ast.AST) -> bool:
    if isinstance(child, ast.Tuple):
        return len(child.elts) == 2 and _is_text(child.elts[0]) and _is_chinese(child.elts[1])  # noqa: PLR2004
    if not _is_text(child) and not (isinstance(child, ast.Call) and "join" in ast.unparse(child.func)):
        return False
    if isinstance(parent, ast.Call) and name == "args":
        speaker = ast.unparse(parent.func).rpartition(".")[2]
        return bool(_SPEAKERS.fullmatch(speaker)) and (_is_chinese(child) or " " in _words(child))
    if isinstance(parent, ast.Assign):
        return ast.unparse(parent.targets[0]) in _DEMANDS
    return False


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and type(node.value) is str)


def _words(node: ast.AST) -> str:
    return "".join(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and type(n.value) is str)


def _is_chinese(node: ast.AST) -> bool:
    return _is_text(node) and bool(_CHINESE.search(_words(node)))


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without(items: list[ast.AST], index: int) -> list[ast.AST]:
    return [*items[:index], *items[index + 1 :]]


def _show(node: ast.AST) -> str:
    text = ast.unparse(node).replace("\n", " ")
    return text if len(text) <= 70 else text[:67] + "..."  # noqa: PLR2004


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """
    What ``node`` can be replaced with, and in which words.
    """
    for new in _expressions(node):
        yield f"{_show(node)} → {_show(new)}", new
    for change, new in _statements(node):
        yield change, new


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                yield _with(node, ops=[*node.ops[:at], COMPARED[type(operator)](), *node.ops[at + 1 :]])
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp(op=ast.BitOr()) if _is_union(node):
            yield node.left
            yield node.right
        case ast.BinOp() if type(node.op) in CALCULATED:
            yield _with(node, op=CALCULATED[type(node.op)]())
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"XX{value}XX" if value else "XX")
        case ast.Constant(value=bytes(value)):
            yield ast.Constant(value + b"X")
        case ast.Call():
            if isinstance(node.func, ast.Name) and node.func.id in CALLED:
                yield _with(node, func=ast.Name(CALLED[node.func.id], ast.Load()), **_plain(node))
            for at, keyword in enumerate(node.keywords):
                if keyword.arg is not None:
                    yield _with(node, keywords=_without(node.keywords, at))
        case ast.Subscript(slice=ast.Slice() as cut):
            for part in ("lower", "upper", "step"):
                if getattr(cut, part) is not None:
                    yield _with(node, slice=_with(cut, **{part: None}))
        case ast.IfExp() if not _negates_itself(node.test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.Lambda() if not _is_none(node.body):
            yield _with(node, body=ast.Constant(None))


def _plain(call: ast.Call) -> dict[str, object]:
    """
    ``list`` takes none of the keywords of ``sorted``.
    """
    is_list = isinstance(call.func, ast.Name) and CALLED[call.func.id] == "list"
    return {"keywords": []} if is_list else {}


def _negates_itself(test: ast.AST) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return True
    return (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], NEGATED_BY_OPERATOR)
    )


def _is_none(node: ast.AST | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.If() | ast.While() if not _negates_itself(node.test):
            yield f"if not {_show(node.test)}", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension(ifs=[_, *_]):
            for at, condition in enumerate(node.ifs):
                yield f"without if {_show(condition)}", _with(node, ifs=_without(node.ifs, at))
        case ast.Return() if _is_none(node.value) and node.value is None:
            yield "without return", ast.Pass()
        case ast.Return() if not _is_none(node.value):
            yield f"return None, not {_show(node.value)}", _with(node, value=ast.Constant(None))
        case ast.Expr() | ast.AugAssign() | ast.Delete() | ast.Raise():
            yield f"without {_show(node)}", ast.Pass()
            if isinstance(node, ast.AugAssign) and type(node.op) in CALCULATED:
                new = _with(node, op=CALCULATED[type(node.op)]())
                yield f"{_show(node)} → {_show(new)}", new
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield f"without {_show(node)}", ast.Pass()
        case ast.Continue():
            yield "break, not continue", ast.Break()
        case ast.Break():
            yield "continue, not break", ast.Continue()
        case ast.For():
            yield f"for {_show(node.target)} in ()", _with(node, iter=ast.Tuple([], ast.Load()))
        case ast.ExceptHandler(type=ast.Tuple(elts=kinds)):
            for at, kind in enumerate(kinds):
                fewer = ast.Tuple(_without(kinds, at), ast.Load())
                yield f"except without {_show(kind)}", _with(node, type=fewer)
        case ast.Match():
            for at, case in enumerate(node.cases):
                if len(node.cases) > 1:
                    fewer = _without(node.cases, at)
                    yield f"without case {_show(case.pattern)}", _with(node, cases=fewer)
