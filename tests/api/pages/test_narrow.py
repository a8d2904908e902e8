"""Wide tables on a narrow screen: a line a cell, which names its column, as nothing stands above it there."""

from __future__ import annotations

import re

from tests.api.pages.conftest import Service

ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
HEAD = re.compile(r'<th [^>]*scope="col"[^>]*>(.*?)</th>', re.DOTALL)
LABEL = re.compile(r'<td [^>]*data-label="([^"]*)"')


def stacked(html: str) -> list[tuple[list[str], list[list[str]]]]:
    """Of each table that is stacked, its heads but for the first, and the labels of each row's cells."""
    tables = re.findall(r"<table [^>]*consult-stack[^>]*>(.*?)</table>", html, re.DOTALL)
    told = []
    for table in tables:
        top, *rows = ROW.findall(table)
        told.append((HEAD.findall(top)[1:], [LABEL.findall(row) for row in rows]))
    return told


def named(service: Service, address: str) -> list[tuple[list[str], list[list[str]]]]:
    return stacked(service.client().get(f"{service.run}/{address}").text)


def test_each_cell_of_the_ledger_names_its_column(service: Service) -> None:
    heads = ["Rows read", "Blank", "Rejected", "Responses", "With a theme", "With none", "Non-answers"]
    by_question, by_file = named(service, "ledger")
    assert by_question[0] == heads
    assert by_file[0] == ["Read", "Responses", "Rejected", "Blank"]
    for top, rows in (by_question, by_file):
        assert rows == [top] * max(1, len(rows))


def test_each_cell_of_a_comparison_names_its_group(service: Service) -> None:
    page = service.client().get(f"{service.run}/q/buses/compare?field=Area").text
    first, second, *_ = re.findall(r'<option value="([^"]*)"', page.split('id="a"')[1])
    [(top, rows)] = named(service, f"q/buses/compare?field=Area&a={first}&b={second}")
    assert top == [first, second, "Difference in points"]
    assert rows == [top] * max(1, len(rows))


def test_each_cell_of_the_campaigns_names_its_column(service: Service) -> None:
    for top, rows in named(service, "campaigns"):
        assert top[-1] == "Its themes"
        assert rows == [top] * max(1, len(rows))
