"""The rules of the house, held by machine: who imports whom, what is never done, and what is public."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import consult

ROOT = Path(__file__).parents[2]
ROOMS = ROOT / "consult"
MODULES = sorted(ROOMS.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)


def imported(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it, under their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports by full names only"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def called(path: Path) -> list[tuple[str, ast.Call]]:
    """What a file calls, as it is written there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


# Imports


def test_imports_go_one_way() -> None:
    """By the contracts in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_has_its_place_in_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    placed = [room.strip() for layer in contract["layers"] for room in re.split(r"[|:]", layer)]
    rooms = {path.stem for path in ROOMS.glob("*.py")} | {path.parent.name for path in ROOMS.glob("*/__init__.py")}
    assert set(placed) == rooms - {"__init__"}


STAGES = ("ingest", "redact", "campaigns", "points", "nonanswers", "embed", "cluster", "assign", "rank", "summarise")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_knows_no_other_stage(stage: str) -> None:
    may = (
        "errors", "schemas", "config", "naming", "words", "documents", "lexical", "merge", "distinct", "references",
        "arrays", "covering", "sayings",
    )  # fmt: skip
    files = [ROOMS / f"{stage}.py"] if (ROOMS / f"{stage}.py").exists() else sorted((ROOMS / stage).glob("*.py"))
    assert files
    for path in files:
        rooms = {name.split(".")[1] for name in imported(path) if name.startswith("consult.")}
        assert rooms <= {*may, stage}, path


@each_module
def test_one_file_alone_names_pandas_and_what_clusters(path: Path) -> None:
    heavy = {"pandas", "bertopic", "umap", "hdbscan"} & {name.split(".")[0] for name in imported(path)}
    assert not heavy or path.relative_to(ROOMS) == Path("cluster.py")


@each_module
def test_the_library_knows_nothing_of_http_or_of_the_tests(path: Path) -> None:
    assert not {"api", "tests", "fastapi", "starlette"} & {name.split(".")[0] for name in imported(path)}


def test_the_command_line_starts_without_what_is_heavy() -> None:
    code = "import sys, consult.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    heavy = {
        "polars",
        "numpy",
        "scipy",
        "sklearn",
        "pandas",
        "bertopic",
        "umap",
        "numba",
        "onnxruntime",
        "onnx",
        "openai",
    }
    assert not loaded & heavy


# What is never done


@each_module
def test_a_module_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


@each_module
def test_nothing_is_printed_pickled_or_evaluated(path: Path) -> None:
    for name, call in called(path):
        last = name.split(".")[-1]
        assert name not in {"print", "eval", "exec"}, f"{path.name}:{call.lineno}"
        assert name.split(".")[0] not in {"pickle", "dill", "cloudpickle", "shelve", "marshal"}, path.name
        assert (last, name.split(".")[0]) not in {("load", "joblib"), ("load", "torch")}, f"{path.name}:{call.lineno}"
        allowed = {key.arg: key.value for key in call.keywords}.get("allow_pickle", ast.Constant(False))
        assert isinstance(allowed, ast.Constant) and allowed.value is False, f"{path.name}:{call.lineno}"
        if name in {"np.load", "numpy.load"}:
            assert "allow_pickle" in {key.arg for key in call.keywords}, f"{path.name}:{call.lineno}: say it"
    assert not {"pickle", "dill", "cloudpickle", "shelve", "marshal"} & {n.split(".")[0] for n in imported(path)}


@each_module
def test_logging_and_warnings_are_left_to_the_process(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"logging\.(basicConfig|disable)|\.addHandler\(|\.setLevel\(", source)
    if path != ROOMS / "cluster.py":
        # There, BERTopic is run with warnings caught, and test_cluster holds that they come back.
        assert not re.search(r"warnings\.(simplefilter|filterwarnings)", source)


@each_module
def test_nothing_is_drawn_from_chance_that_no_seed_made(path: Path) -> None:
    for name, call in called(path):
        assert not re.fullmatch(r"(np|numpy)\.random\.(?!default_rng|Generator)\w+", name), f"{path.name}:{call.lineno}"
        assert name.split(".")[0] != "random", f"{path.name}:{call.lineno}"
        if name.endswith("default_rng"):
            assert call.args or call.keywords, f"{path.name}:{call.lineno}: without a seed"


# The public names


def test_the_public_names_are_sorted() -> None:
    assert consult.__all__ == sorted(consult.__all__)


@pytest.mark.parametrize("name", consult.__all__)
def test_a_public_name_is_there_and_explained(name: str) -> None:
    assert getattr(consult, name).__doc__
    assert name in dir(consult)


def test_a_name_that_is_not_there_is_told_of() -> None:
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = consult.no_such_name


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert consult.__version__ == version("consult")


@each_module
def test_what_a_module_lists_is_in_it(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if path.name == "__main__.py":
        return
    module = import_module(name)
    assert all(hasattr(module, each) for each in getattr(module, "__all__", []))


# Words


@pytest.mark.parametrize("word", ["submissions", "set aside"])
def test_one_word_for_one_thing(word: str) -> None:
    """A response is no submission, and a row that cannot be used is rejected: what readers see says so everywhere."""
    said = [
        *MODULES,
        *(ROOT / "api").rglob("*.py"),
        *(ROOT / "consult" / "report" / "templates").glob("*"),
        *(ROOT / "api" / "templates").glob("*.html"),
        ROOT / "README.md",
    ]
    assert [str(path.relative_to(ROOT)) for path in said if word in path.read_text(encoding="utf-8").casefold()] == []


# The rooms that the service uses as they are, and names of others that it needs: the last is asked which columns a
# file has, to point at what is wrong with it.
OPEN_ROOMS = {"errors", "schemas", "store", "report", "review", "config", "cli", "copied", "groups", "references"}
OPEN_NAMES = {
    "naming.find_name",
    "naming.plain",
    "analysis.Analysis",
    "analysis.Run",
    "ingest.describe",
    "ingest.read_responses",
    "ingest.read_table",
}
OPEN_NAMES |= {
    "ingest.LAYOUT_TITLES",
    "nonanswers.decide",
    "languages.NAMES",
    "distinct.Distinct",
    "distinct.count_distinct",
    "distinct.tell_distinct",
}


def from_the_library(path: Path) -> set[str]:
    """What a file of the service imports of the library: "embed.make_embedder", or "Run" through the door."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[2] for alias in node.names if alias.name.startswith("consult.")}
        elif isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "consult":
            room = str(node.module).partition(".")[2]
            found |= {f"{room}.{alias.name}".removeprefix(".") for alias in node.names}
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "api").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_service_comes_in_by_the_door(path: Path) -> None:
    door = {*consult.__all__, "__version__"}
    rest = from_the_library(path) - door - OPEN_NAMES
    assert {name for name in rest if name.split(".")[0] not in OPEN_ROOMS} == set()
