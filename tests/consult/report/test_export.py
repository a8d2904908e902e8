import fastexcel
import pytest

from consult.errors import ConfigError, RunError
from consult.report import FORMATS, export_run


def test_the_formats_are_known():
    assert list(FORMATS) == ["csv", "html", "iai", "jsonl", "xlsx"]


def test_an_unknown_format_names_the_known_ones(run, tmp_path):
    with pytest.raises(ConfigError) as raised:
        export_run(run, "pdf", tmp_path)
    assert str(raised.value) == "Unknown export format 'pdf'. Known: csv, html, iai, jsonl, xlsx."


@pytest.mark.parametrize("format", FORMATS)
def test_export_writes_what_it_returns_and_nothing_else(run, tmp_path, format):
    folder = tmp_path / "new" / "folder"
    files = export_run(run, format, folder)
    assert sorted(files) == sorted(path for path in folder.rglob("*") if path.is_file())
    # i.AI's folder: respondents, two open questions of two files each, and a closed one of two.
    assert len(files) == {"csv": 23, "html": 1, "iai": 7, "jsonl": 22, "xlsx": 1}[format]


@pytest.mark.parametrize("format", FORMATS)
def test_exporting_again_replaces_the_files_with_the_same_bytes(run, tmp_path, format):
    files = export_run(run, format, tmp_path)
    before = [file.read_bytes() for file in files]
    files[0].write_text("old", encoding="utf-8")
    again = export_run(run, format, tmp_path)
    assert [file.read_bytes() for file in again] == before


def test_a_failure_leaves_the_earlier_files_as_they_were(run, run_with, tmp_path, monkeypatch):
    (page,) = export_run(run, "html", tmp_path)
    before = page.read_bytes()

    def fail(run, folder):
        (folder / "report.html").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(FORMATS, "html", fail)
    with pytest.raises(RunError, match="No space left on device"):
        export_run(run, "html", tmp_path)
    assert list(tmp_path.iterdir()) == [page]
    assert page.read_bytes() == before


def test_a_folder_that_is_a_file_is_an_error(run, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match=r"taken: cannot be written \(File exists\)"):
        export_run(run, "jsonl", tmp_path / "taken")


def test_what_every_reader_must_know_is_in_every_export_for_people(run, tmp_path):
    files = [export_run(run, format, tmp_path)[0] for format in ("csv", "html", "xlsx")]
    readme, page, book = files
    about = fastexcel.read_excel(book).load_sheet("About", header_row=None, dtypes="string").to_polars()
    of_question = "Only 2 responses: too few to find themes."
    assert of_question in page.read_text(encoding="utf-8")
    for note in ("Personal data was not removed.", f"street: {of_question}"):
        assert note in readme.read_text(encoding="utf-8-sig")
        assert ("Note", note) in about.rows()
    assert "Personal data was not removed." in page.read_text(encoding="utf-8")
