"""The check of uploaded files, and the form that says what each column is."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from api import checks, records
from api.access import Access
from api.pages import urls
from api.pages.consultations import Analyst, Form, crumbs_of, named, show_one
from api.pages.known import FIELD, known_text, read_known
from api.pages.render import show
from api.pages.waiting import within
from api.pages.words import ROLES
from api.problems import ProblemError, problem_of, status_of
from api.routes.consultations import audit
from api.routes.jobs import submit
from api.routes.parameters import ConsultationId
from consult.config import ColumnsConfig
from consult.errors import ConsultError
from consult.ingest import LAYOUT_TITLES

router = APIRouter()

WIDE: Final = ("open", "closed", "demographic", "response_id", "respondent_id", "submitted_at", "coded", "ignored")
LONG: Final = (
    "text", "question_id", "question", "response_id", "respondent_id", "closed", "demographic", "submitted_at",
    "coded", "ignored",
)  # fmt: skip
"""What the columns of a file can be, by its layout."""
_SINGLE: Final = ("response_id", "respondent_id", "question_id", "question", "text", "submitted_at")
_MOST_COLUMNS: Final = 900
"""A form has at most a thousand fields."""
_WAIT: Final = 8.0
_DECIMAL: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
_Duplicates = Literal["error", "reject"]
_HINTS: Final = {
    "duplicate_ids": "Choose another column as the response’s id, or keep the first of each under “Other settings”.",
    "no_text_column": "Name the columns of people’s own words below, or remove the file and upload another.",
    "column_missing": "Guess again, or choose what each column is.",
    "columns_differ": "Remove the file that asks none of these questions, or join its columns with the API.",
    "same_file_name": "Rename one of them before you upload it, or remove it.",
}
"""What to do on this page, where the library speaks of its configuration file."""


@router.get("/consultations/{consultation_id}/check")
def show_check(request: Request, consultation_id: ConsultationId, access: Analyst) -> Response:
    """What the files hold, what each column was taken for, and the form to change it."""
    if not records.list_uploads(request.app.state.engine, consultation_id):
        # There is nothing to check, and the page of the consultation is where files are added.
        return show_one(request, access, _no_files())
    return _show(request, access)


@router.post("/consultations/{consultation_id}/check")
def save(request: Request, consultation_id: ConsultationId, access: Analyst, form: Form) -> Response:
    """Keeps what each column is; then checks again, or starts."""
    engine = request.app.state.engine
    setup = records.get_setup(engine, consultation_id)
    wanted = form.get("then")
    if wanted == "guess":
        setup.pop("columns", None)
    else:
        report, _ = _report(request, access)
        setup, errors = read_form(form, setup, report)
        if errors:
            return _show(request, access, form=form, errors=errors)
    try:
        checks.valid_config(setup, above="config")
    except ProblemError as error:
        return _show(
            request, access, form=form, errors=[{"text": each["detail"], "href": "#settings"} for each in error.errors]
        )
    records.put_setup(engine, consultation_id, setup)
    audit(request, access, "setup.put", consultation_id, {"keys": sorted(setup)})
    if wanted == "start":
        try:
            job = submit(request, access, consultation_id, None, None)
        except ConsultError as error:
            return show_one(request, access, error)
        return RedirectResponse(urls.job(job.id), status_code=303)
    return RedirectResponse(urls.consultation(consultation_id) + "/check?saved=1", status_code=303)


def _report(request: Request, access: Access) -> tuple[dict[str, Any] | None, ConsultError | None]:
    """The check of all files, or why they cannot be used; neither when it is not finished yet."""
    state, consultation_id = request.app.state, str(access.consultation_id)
    paths = [records.upload_path(state.settings, each) for each in records.list_uploads(state.engine, consultation_id)]
    if not paths:
        raise _no_files()
    setup = records.get_setup(state.engine, consultation_id)
    key = json.dumps([[str(path) for path in paths], setup], sort_keys=True)

    def check() -> tuple[dict[str, Any] | None, ConsultError | None]:
        try:
            report = checks.check_files(paths, setup)
            return report, checks.nothing_in(report)
        except ConsultError as error:
            return _read_otherwise(paths, setup, error), error

    return within(key, _WAIT, check) or (None, None)


def _no_files() -> ProblemError:
    return ProblemError("no_files", "Nothing was uploaded yet.", "Upload a file first.", status=409)


def _read_otherwise(paths: list[Path], setup: dict[str, Any], error: ConsultError) -> dict[str, Any] | None:
    """What the files hold when they are read without what stopped the check, so that it can be mended in the form."""
    if error.code == "duplicate_ids":
        setup = setup | {"ingest": (setup.get("ingest") or {}) | {"duplicate_ids": "reject"}}
    elif error.code == "column_missing":
        setup = {key: value for key, value in setup.items() if key != "columns"}
    else:
        return None
    try:
        return checks.check_files(paths, setup)
    except ConsultError:
        return None


def _show(
    request: Request, access: Access, form: FormData | None = None, errors: list[dict[str, str]] | None = None
) -> Response:
    state, consultation_id = request.app.state, str(access.consultation_id)
    report, error = _report(request, access)
    setup = records.get_setup(state.engine, consultation_id)
    said: dict[str, Any] = {
        "consultation": named(request, access),
        "report": report,
        "problem": None if error is None else problem_of(error),
        "waiting": report is None and error is None,
        "setup": setup,
    }
    status = 422 if errors else 200 if error is None else status_of(error)
    hint = None if error is None else _HINTS.get(error.code, error.hint)
    columns = [] if report is None else report["columns"]
    return show(
        request,
        access,
        "check.html",
        said,
        crumbs=crumbs_of(request, access, ("Check the files", None)),
        status=status,
        errors=errors or [],
        hint=hint,
        name_columns=report is None and error is not None and error.code in ("no_text_column", "column_missing"),
        roles=_roles(report),
        chosen=_typed(form, columns),
        fingerprint=fingerprint(columns),
        too_wide=len(columns) > _MOST_COLUMNS,
        settings=_settings(setup, form),
        tools=LAYOUT_TITLES,
        saved=request.query_params.get("saved") == "1" and not errors,
        fresh=3 if said["waiting"] else None,
    )


def _roles(report: dict[str, Any] | None) -> list[tuple[str, str]]:
    names = LONG if report is not None and report["layout"] == "long" else WIDE
    return [(name, ROLES[name]) for name in names]


def fingerprint(columns: list[dict[str, Any]]) -> str:
    """What a form's numbered fields rest on: the headers in their order."""
    return sha256(json.dumps([column["name"] for column in columns]).encode()).hexdigest()[:32]


def _typed(form: FormData | None, columns: list[dict[str, Any]]) -> list[str]:
    """The role to show for each column: what was chosen, else what it was taken for."""
    given = [None if form is None else form.get(f"role_{place}") for place in range(len(columns))]
    return [str(new) if new else column["role"] for new, column in zip(given, columns, strict=True)]


def _settings(setup: dict[str, Any], form: FormData | None) -> dict[str, str]:
    """The other settings, as text: what was typed, else what was set."""
    ingest, columns, cluster = (setup.get(name) or {} for name in ("ingest", "columns", "cluster"))
    shown: dict[str, str] = {
        "own_words": "\n".join(columns.get("open") or [str(columns.get("text") or "")]),
        "layout": columns.get("layout") or "auto",
        "duplicate_ids": ingest.get("duplicate_ids") or "error",
        "encoding": ingest.get("encoding") or "",
        "delimiter": str(ingest.get("delimiter") or "").replace("\t", "tab"),
        "sheet": ingest.get("sheet") or "",
        "tool": ingest.get("layout") or "",
        "option_separator": ingest.get("option_separator") or ";",
        "themes": str(cluster.get("themes") or ""),
        "granularity": str(cluster.get("granularity") or ""),
        "most_themes": str(cluster.get("most_themes") or ""),
        FIELD: known_text(setup),
    }
    if form is not None:
        shown |= {name: str(form.get(name, value)) for name, value in shown.items()}
    return shown


def read_form(
    form: FormData, setup: dict[str, Any], report: dict[str, Any] | None
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The configuration that a form asks for.

    Args:
        form: Its fields: `role_0` …, `fingerprint`, and the other settings.
        setup: The configuration so far; what the form does not show stays as it is.
        report: The check that the form was made from; None when the files could not be read.

    Returns:
        The configuration, and what is wrong with the form: text and href.
    """
    setup = json.loads(json.dumps(setup))
    errors = _read_settings(form, setup) + read_known(form, setup)
    columns = [] if report is None else report["columns"]
    if not columns or len(columns) > _MOST_COLUMNS or "role_0" not in form:
        return setup, errors
    if form.get("fingerprint") != fingerprint(columns):
        return setup, [{"text": "The files changed meanwhile. Check what each column is again.", "href": "#columns"}]
    allowed = {name for name, _ in _roles(report)}
    chosen = [str(form.get(f"role_{place}")) for place in range(len(columns))]
    for place, role in enumerate(chosen):
        if role not in allowed:
            errors.append({"text": "Choose what the column is", "href": f"#role_{place}"})
    for role in _SINGLE:
        places = [place for place, given in enumerate(chosen) if given == role]
        errors += [
            {"text": f"Only one column can be “{ROLES[role]}”", "href": f"#role_{place}"} for place in places[1:]
        ]
    if "open" not in chosen and "text" not in chosen:
        errors.append({"text": "Choose at least one column as people’s own words", "href": "#role_0"})
    if not errors and chosen != [column["role"] for column in columns]:
        setup["columns"] = _columns(setup.get("columns") or {}, [column["name"] for column in columns], chosen)
        if setup["columns"].get("layout", "auto") == "auto" and report is not None:
            setup["columns"]["layout"] = report["layout"]
    return setup, errors


def _columns(before: dict[str, Any], names: list[str], chosen: list[str]) -> dict[str, Any]:
    """The section `columns` in which every column has its role."""
    by_role: dict[str, list[str]] = {}
    for name, role in zip(names, chosen, strict=True):
        by_role.setdefault(role, []).append(name)
    section: dict[str, Any] = {"layout": before.get("layout") or "auto"}
    for role in _SINGLE:
        if role in by_role:
            section[role] = by_role[role][0]
    keys = (("open", "open"), ("closed", "closed"), ("demographic", "demographics"), ("coded", "coded"),
            ("ignored", "ignored"))  # fmt: skip
    section |= {key: by_role[role] for role, key in keys if role in by_role}
    section |= {key: before[key] for key in ("same", "wordings", "explains") if before.get(key)}
    options = {
        name: question for name, question in (before.get("options") or {}).items() if name in by_role.get("closed", [])
    }
    section |= {"options": options} if options else {}
    kept = {
        name: short for name, short in (before.get("question_ids") or {}).items() if name in by_role.get("open", [])
    }
    return section | ({"question_ids": kept} if kept else {})


def _read_settings(form: FormData, setup: dict[str, Any]) -> list[dict[str, str]]:
    """Writes the other settings of a form into a configuration; says what is wrong with them."""
    errors = []
    if "duplicate_ids" not in form:
        return []
    ingest, columns, cluster = (dict(setup.get(name) or {}) for name in ("ingest", "columns", "cluster"))
    layout, duplicates = str(form.get("layout", "auto")), str(form["duplicate_ids"])
    if layout not in get_args(ColumnsConfig.model_fields["layout"].annotation):
        errors.append({"text": "Choose how the file is laid out", "href": "#layout"})
    if layout != (columns.get("layout") or "auto"):
        # What the columns of one layout are says nothing of another.
        columns = {"layout": layout}
    if duplicates not in get_args(_Duplicates):
        errors.append({"text": "Choose what to do with ids that repeat", "href": "#duplicate_ids"})
    _put(ingest, "duplicate_ids", "" if duplicates == "error" else duplicates)
    for name in ("encoding", "sheet"):
        _put(ingest, name, str(form.get(name, "")).strip())
    delimiter = str(form.get("delimiter", "")).strip()
    if len(delimiter) > 1 and delimiter != "tab":
        errors.append(
            {"text": "The character between columns must be one character, or the word tab", "href": "#delimiter"}
        )
    errors += _read_tool(form, ingest)
    _put(ingest, "delimiter", "\t" if delimiter == "tab" else delimiter)
    separator = str(form.get("option_separator", ";")).strip()
    _put(ingest, "option_separator", "" if separator == ";" else separator)
    errors += _read_fineness(form, cluster)
    named = [line.strip() for line in str(form.get("own_words", "")).splitlines() if line.strip()]
    if named and layout == "long":
        columns["text"] = named[0]
    elif named:
        columns["open"] = named
    if columns == {"layout": "auto"}:
        columns = {}
    for name, section in (("ingest", ingest), ("columns", columns), ("cluster", cluster)):
        _put(setup, name, section)
    return errors


def _read_fineness(form: FormData, cluster: dict[str, Any]) -> list[dict[str, str]]:
    """Writes how many themes, and how fine, into the section `cluster`, where the form says it."""
    errors = []
    for name, title in (("themes", "The number of themes"), ("most_themes", "The most themes")):
        if name not in form:
            continue
        number = str(form[name]).strip()
        if number and not (number.isascii() and number.isdigit() and len(number) < 4 and 2 <= int(number) <= 500):
            errors.append({"text": f"{title} must be a whole number from 2 to 500, or nothing", "href": f"#{name}"})
        else:
            _put(cluster, name, int(number) if number else "")
    if "granularity" in form:
        text = str(form["granularity"]).strip()
        if text and not (_DECIMAL.fullmatch(text) and 0 < float(text) <= 4):
            errors.append({"text": "How fine themes are must be a number above 0, up to 4", "href": "#granularity"})
        else:
            _put(cluster, "granularity", float(text) if text else "")
    return errors


def _read_tool(form: FormData, ingest: dict[str, Any]) -> list[dict[str, str]]:
    """Writes what wrote the files into the section `ingest`, where the form says it."""
    tool = str(form.get("tool", ""))
    if tool and tool not in LAYOUT_TITLES:
        return [{"text": "Choose what wrote the files", "href": "#tool"}]
    if "tool" in form:
        _put(ingest, "layout", tool)
    return []


def _put(section: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 (a setting)
    """Sets a key, or takes it away when its value is empty, which leaves it at its default."""
    if value in ("", {}):
        section.pop(key, None)
    else:
        section[key] = value
