"""Alembic's environment: runs the revisions on the connection that `api.database.migrate` gives."""

from __future__ import annotations

from alembic import context

from api.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by copying it.
    render_as_batch=True,
)
context.run_migrations()
