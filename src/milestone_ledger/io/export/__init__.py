"""
What goes out: a ledger as sheets that come back the same, and as columns for other engines.
"""
