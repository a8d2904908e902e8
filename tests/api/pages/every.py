"""Every page of the service, found from its routes, and each in the states that it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts

from api.problems import ProblemError
from tests.api.pages.conftest import Service
from tests.api.pages.reading import read


@dataclass(frozen=True)
class Page:
    """A page to look at."""

    service: Service
    path: str
    status: int = 200


def html_routes(app: FastAPI) -> list[str]:
    """The paths of all routes that give a page."""
    found = []
    for route in iter_route_contexts(app.routes):
        original = route.original_route
        module = getattr(getattr(original, "endpoint", None), "__module__", "")
        gives_page = module.startswith("api.pages.") or getattr(original, "response_class", None) is HTMLResponse
        if gives_page and "GET" in (getattr(original, "methods", None) or ()):
            found.append(str(route.path))
    return found


def filled(path: str, examples: dict[str, str]) -> str:
    """The address of a page: its route with the ids of something that is there.

    Raises:
        ProblemError: the route has a parameter that no example is known of.
    """
    missing = [name for name in re.findall(r"{(\w+)[^}]*}", path) if name not in examples]
    if missing:
        raise ProblemError("no_example", f"{path} needs an example of {', '.join(missing)}.", "Add it to `finished`.")
    return re.sub(r"{(\w+)[^}]*}", lambda found: examples[found[1]], path)


def finished(service: Service) -> list[Page]:
    """Every page of a service with a finished run of the sample, and what its forms and links lead to."""
    examples = {
        "consultation_id": service.consultation_id,
        "job_id": service.run_id,
        "run_id": service.run_id,
        "upload_id": service.upload_id,
        "question_id": "buses",
        "theme_id": "1",
        "parent_id": "P1",
        "campaign_id": "C1",
        "response_id": "MC-0009",
    }
    question = f"{service.run}/q/buses"
    paths = [filled(path, examples) for path in html_routes(service.app)]
    paths += [
        f"{service.consultation}/check?saved=1",
        f"{question}?field=Age&group=16-24&count=distinct",
        next(
            link for link in read(service.client().get(f"{question}/themes/1").text).links if "responses?field=" in link
        ),
        f"{question}/themes/1/responses?page=999",
        f"{question}/campaigns/C1?page=9",
        f"{question}/responses/MC-0008",
        f"{service.run}/campaigns?question=street",
        f"{question}/search?q=bus",
        f"{question}/search?q=zzzz",
        f"{question}/search?q={'bus+' * 80}",
        f"{question}/map?theme=2",
        f"{question}/compare?field=Age",
        f"{question}/compare?field=Age&a=16-24&b=75+and+over",
    ]
    problems = [("/runs/nope", 404), (f"{question}?field=Age&group=12", 422)]
    # Too few of a group raise it to be shown.
    problems += [(f"{question}/themes/1/responses?field=Age&group=16-24", 422)]
    return [Page(service, path) for path in paths] + [Page(service, path, status) for path, status in problems]
