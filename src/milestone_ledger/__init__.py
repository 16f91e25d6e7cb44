"""
An append-only ledger of public-works milestones: what was promised, what is proven, and on whose word.

Start with ``Ledger.open`` and ``Ledger.at``; note that ``as_of`` is valid time.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milestone_ledger.public import *  # noqa: F403 (they are listed there)
    from milestone_ledger.public import __all__ as __all__
else:

    def __getattr__(name: str) -> object:
        """
        Load all that is public when the first of it is asked for: the command line loads what it needs alone.
        """
        names = globals()
        if name == "__all__" or not name.startswith("__"):  # other such names are asked of every module
            public = import_module("milestone_ledger.public")
            names.update({each: getattr(public, each) for each in ("__all__", *public.__all__)})
        if name not in names:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return names[name]

    def __dir__() -> list[str]:
        return sorted({*globals(), *__getattr__("__all__")})
