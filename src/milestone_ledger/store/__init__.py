"""
Where a ledger is kept: insert-only tables on SQLite and PostgreSQL, guarded and verifiable.
"""
