"""Consult: public-consultation responses into ranked, evidenced themes."""
