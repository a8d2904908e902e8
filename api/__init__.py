"""The service: upload, watch, read."""
