"""The analyst's notebook runs, from wherever it is started, and is committed without its outputs."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

INSTALL = "the notebook's packages are not installed: uv sync --extra notebook"
altair = pytest.importorskip("altair", reason=INSTALL)
pytest.importorskip("ipykernel", reason=INSTALL)
nbclient = pytest.importorskip("nbclient", reason=INSTALL)
nbformat = pytest.importorskip("nbformat", reason=INSTALL)

NOTEBOOK = Path(__file__).parents[2] / "samples" / "analyst.ipynb"
VEGA_LITE = "application/vnd.vegalite.v5+json"


@pytest.fixture(scope="module")
def outputs(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Any]]]:
    """What each cell shows, by the cell's id, from a copy of the samples."""
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copytree(samples, folder / "samples")
    notebook = nbformat.read(folder / "samples" / NOTEBOOK.name, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        # The kernel's history, connection file and exports stay out of the home and temporary folders.
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "TMPDIR"):
            (folder / name).mkdir()
            patch.setenv(name, str(folder / name))
        nbclient.NotebookClient(
            notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder / "samples")}}
        ).execute()
    yield {cell["id"]: cell["outputs"] for cell in notebook.cells if cell.cell_type == "code"}


def shown(outputs: dict[str, list[Any]], kind: str) -> list[Any]:
    """All that the cells show of one MIME type."""
    return [output["data"][kind] for cell in outputs.values() for output in cell if kind in output.get("data", {})]


def printed(outputs: dict[str, list[Any]], stream: str) -> str:
    """All that the cells print."""
    every = [output for cell in outputs.values() for output in cell if output["output_type"] == "stream"]
    return "".join(output["text"] for output in every if output["name"] == stream)


def cells_of_tables(outputs: dict[str, list[Any]]) -> set[str]:
    found = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", table, re.DOTALL) for table in shown(outputs, "text/html")]
    return {html.unescape(text) for texts in found for text in texts}


def values(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that a chart draws."""
    return [row for rows in chart["datasets"].values() for row in rows]


def test_it_runs_without_an_error_or_a_warning(outputs):
    assert [o for cell in outputs.values() for o in cell if o["output_type"] == "error"] == []
    assert printed(outputs, "stderr") == ""


def test_every_quote_is_an_exact_part_of_its_response(outputs):
    assert "Quotes that are not an exact part of their response: 0\n" in printed(outputs, "stdout")


def test_each_theme_of_the_ranking_chart_stands_in_a_table_with_its_numbers(outputs):
    chart = shown(outputs, VEGA_LITE)[0]
    rows = values(chart)
    tables = cells_of_tables(outputs)
    assert len(rows) >= 6
    assert {row["Counted"] for row in rows} == {"Respondents", "Distinct texts"}
    assert {row["Theme"].split(". ", 1)[1] for row in rows} <= tables
    assert {str(row["Number"]) for row in rows} <= tables


def test_charts_of_groups_show_shares_of_at_least_five_people(outputs):
    by_area, by_answer = shown(outputs, VEGA_LITE)[1:]
    tables = cells_of_tables(outputs)
    for chart in (by_area, by_answer):
        assert {row["group"] for row in values(chart)} <= tables
        for row in values(chart):
            n, of = map(int, re.fullmatch(r"\d+% \((\d+) of (\d+)\)", row["label"]).groups())
            assert of >= 5
            assert row["share"] == pytest.approx(n / of)
    assert "Pentre Eos" in {row["group"] for row in values(by_area)}
    assert "Strongly agree" in {row["group"] for row in values(by_answer)}
    # Four people who wrote about the street said that they did not know; by subtraction from all, another would tell.
    assert re.search(r"^Groups that are not shown: Don't know, \w", printed(outputs, "stdout"), re.MULTILINE)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_chart_is_drawn_without_the_web_and_says_what_it_shows(outputs, position):
    chart = shown(outputs, VEGA_LITE)[position]
    assert chart["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert "url" not in chart.get("data", {})
    assert chart["title"]
    assert chart["layer"][0]["encoding"]["x"]["title"]
    altair.Chart.from_dict(chart | {"$schema": altair.SCHEMA_URL}, validate=True)


def test_a_response_is_shown_whole_with_its_point_marked(outputs):
    (page,) = [output["data"]["text/html"] for output in outputs["response"]]
    assert re.search(r"<mark><b>«[^«»]+»</b></mark>", page)
    assert re.search(r"<p>MC-\d{4}</p>", page)


def test_the_export_lists_its_files(outputs):
    assert {"report.html", "report.xlsx", "themes.csv", "quotes.csv"} <= cells_of_tables(outputs)


def test_twenty_themes_are_what_was_asked_for(outputs):
    *_, ranking = outputs["finer"]
    assert ranking["data"]["text/html"].count("<tr>") == 1 + 20


@pytest.mark.parametrize("place", [".", "samples", "samples/gold"])
def test_it_finds_its_file_from_any_folder_of_the_project(place, samples, monkeypatch):
    first = next(cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell["id"] == "imports")
    monkeypatch.chdir(samples.parent / place)
    names: dict[str, Any] = {}
    exec(first["source"], names)
    assert names["FILE"].samefile(samples / "moving-celyn.csv")
    assert names["SETTINGS"].samefile(samples / "moving-celyn.toml")


def test_it_is_committed_without_outputs_or_traces_of_a_machine():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert [cell["id"] for cell in notebook.cells if cell["metadata"]] == []
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook["metadata"] == {"kernelspec": kernel}
