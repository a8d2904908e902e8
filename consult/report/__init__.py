"""A finished run -> files for people: CSV, JSON Lines, an Excel workbook, and a page to read offline."""

from consult.report.export import FORMATS, export_run

__all__ = ["FORMATS", "export_run"]
