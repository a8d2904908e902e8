"""The API under /v1: one module a kind of thing."""
