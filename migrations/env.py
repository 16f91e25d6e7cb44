"""
How Alembic reaches the database: through a connection that ``milestone_ledger.store.migrate`` hands over.

Only online, in one transaction on both databases, and never in batch mode: copying a table to change it
would silently drop the triggers that protect the log.
"""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=attributes.get("target_metadata"),
    version_table=attributes["version_table"],
    render_as_batch=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
