"""
A ledger as a plain list, looked at one day at a time: the design read as naively as possible.

It knows nothing of ladders, facts or folds: every answer asks the live statements about one day, one
milestone and one unit. It is slow, and it shares no code with ``domain.bounds`` or ``domain.promises``.

.. code-block:: python

    model = Model()
    model.append(events)  # what was recorded, and nothing else
    look = Look(model.log, as_of=day)
    assert_agrees(ledger.at(as_of=day), look)
"""

from __future__ import annotations

from milestone_ledger.testing.model.agreement import assert_agrees
from milestone_ledger.testing.model.log import Known, Line, Model
from milestone_ledger.testing.model.look import Look, ModelChain

__all__ = ["Known", "Line", "Look", "Model", "ModelChain", "assert_agrees"]
