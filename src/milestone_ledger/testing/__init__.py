"""
What a ledger is tested with, for those who test their own programme, report or database.

It needs the extra ``testing``, and nothing in the package imports it.

- ``strategies``: Hypothesis strategies for events, programmes and histories;
- ``recording``: histories in memory, without a store;
- ``model``: a ledger as a plain list, to compare answers with;
- ``walk``: commits that together hold every kind of event;
- ``contract``: what every database must do, as tests to inherit.
"""
