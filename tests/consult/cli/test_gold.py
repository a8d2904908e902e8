"""`consult gold`: tags that people gave become labels that `consult evaluate` reads."""

from __future__ import annotations

import csv

from consult.evaluate.gold import read_gold

TAGGED = (
    "Response ID,1 - Why? - Please explain,1 - Why? - Tags,2 - Where? - Please say where and why,2 - Where? - Tags\n"
    "ANON-AAAA-1111-A,The path floods each winter,flooding; path,By the old mill I think,mill\n"
    "ANON-AAAA-1112-B,The hill is steep for most,slope,Near the school on the hill,school;slope\n"
    "ANON-AAAA-1113-C,Not Answered,lost,Not Answered,\n"
    "ANON-AAAA-1114-D,No lights on the way home,,Along the whole of the way,school\n"
)


def test_tags_become_labels(consult, tmp_path):
    (tmp_path / "a.csv").write_text(TAGGED, encoding="utf-8")
    ended = consult("gold", tmp_path / "a.csv", "--out", tmp_path / "gold")
    assert (ended.code, ended.err) == (0, "")
    assert "'1 - Why? - Tags' labels the answers to '1 - Why? - Please explain'." in ended.out
    assert "7 labels of 5 responses, 6 themes" in ended.out
    assert "1 label left out: the row has no answer to the question." in ended.out
    with (tmp_path / "gold" / "labels.csv").open(newline="") as file:
        labels = [(row["response_id"][-1], row["theme_id"]) for row in csv.DictReader(file)]
    assert labels == [
        ("A", "flooding"), ("A", "path"), ("B", "slope"), ("A", "mill"), ("B", "school"), ("B", "slope"),
        ("D", "school"),
    ]  # fmt: skip
    assert read_gold(tmp_path / "gold").height == 7
    assert consult("gold", tmp_path / "a.csv", "--out", tmp_path / "gold").code == 4


def test_a_column_of_labels_can_be_named(consult, tmp_path):
    (tmp_path / "a.csv").write_text(TAGGED.replace("1 - Why? - Tags", "Officer's view"), encoding="utf-8")
    (tmp_path / "m.toml").write_text(
        '[[question]]\nkind = "open"\nid = "why"\ncolumns = ["1 - Why? - Please explain"]\n'
        '[[question]]\nkind = "coded"\ncolumns = ["Officer\'s view"]\nexplains = "1 - Why? - Please explain"\n'
    )
    told = consult("gold", tmp_path / "a.csv", "--mapping", tmp_path / "m.toml", "--out", tmp_path / "g", "--json").json
    assert told["columns"]["Officer's view"] == "1 - Why? - Please explain"


def test_without_labels_it_says_how_to_name_them(consult, tmp_path):
    (tmp_path / "a.csv").write_text("id,Why?\n1,The path floods each winter\n2,The hill is steep\n")
    ended = consult("gold", tmp_path / "a.csv", "--out", tmp_path / "gold")
    assert ended.code == 4
    assert 'kind = "coded"' in ended.err
