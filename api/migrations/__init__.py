"""The database's migrations, for Alembic; run by `api.database.migrate`."""
