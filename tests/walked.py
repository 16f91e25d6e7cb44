"""
A ledger in a real database that holds every kind of event.
"""

from __future__ import annotations

from milestone_ledger import Ledger
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.walk import everything_once, programme


def walked(url, name="huitian"):
    """
    The ledger, open; the caller closes it.
    """
    ledger = Ledger.create(url, programme(name), actor="clerk", clock=Clock())
    for events in everything_once(name):
        ledger.append(events)
    return ledger


def filled(url):
    """
    Such a ledger, closed; gives the URL back.
    """
    walked(url).close()
    return url


def address(ledger):
    """
    The URL of its database.
    """
    return ledger.engine.url.render_as_string(hide_password=False)
