"""The pages: what policy teams see, rendered on the server and working without JavaScript.

Every page has a JSON twin at its own address: the dictionary that its template was rendered from, given for
`?format=json` or to who accepts JSON and not HTML.
"""

from fastapi import APIRouter

from api.pages import consultations, decisions, jobs, keeping, mapping, people, questions, runs, uploads
from api.pages.render import error_page

router = APIRouter(include_in_schema=False)
for _module in (consultations, people, keeping, uploads, mapping, jobs, runs, questions, decisions):
    router.include_router(_module.router)

__all__ = ["error_page", "router"]
