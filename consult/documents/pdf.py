"""Inside the child: PDFs -> the text that they hold, page by page, as pdfium reads it.

Lines end as pdfium says. A hyphen that parts a word at a line's end comes back as a soft hyphen (U+00AD), which shows
nothing. Answers typed into a form's fields are part of the page. No script is run: this pdfium has no engine for them.
"""

from __future__ import annotations

from typing import Any, Final

import pypdfium2
import pypdfium2.raw as raw

from consult.documents.archives import encrypted
from consult.documents.markup import damaged
from consult.documents.writing import Writing

_MOST_PAGES: Final = 5000
_SHOWS: Final = frozenset({raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING,
                           raw.FPDF_PAGEOBJ_FORM})  # fmt: skip
_FEW_WORDS: Final = 5
"""On a page with a picture so few words are a stamp or a page number, and the letter is in the picture."""


def read_pdf(name: str, content: bytes, _: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The text of a PDF.

    Returns:
        As every document; `pages`, where each page begins in the text; `textless`, numbers from 1 of the pages that
        show something and hold no text.

    Raises:
        InputError: it is damaged, encrypted, or has more pages than any letter.
    """
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise encrypted(name) from None
        raise damaged(name) from None
    if len(pdf) > _MOST_PAGES or not len(pdf):
        raise damaged(name)
    out = Writing()
    has_form = pdf.get_formtype() != raw.FORMTYPE_NONE
    if has_form:
        pdf.init_forms()
    pages, textless = [], []
    for place in range(len(pdf)):
        out.end_line()
        pages.append(len(out))
        text, n_pictures, n_shown = _page(pdf, place, has_form=has_form)
        out.add(text)
        n_words = sum(any(map(str.isalnum, word)) for word in text.split())
        if (not n_words and n_shown) or (n_pictures and n_words <= _FEW_WORDS):
            textless.append(place + 1)
    if "".join(text.split()).startswith("Pleasewait...Ifthismessage"):
        out.note("is a form that only Adobe Reader shows (XFA): print it to a PDF and give that")
    return out.found(pages=pages, textless=textless), []


def _page(pdf: pypdfium2.PdfDocument, place: int, *, has_form: bool) -> tuple[str, int, int]:
    """The text of a page, and how many pictures and other things it shows."""
    try:
        page = pdf[place]
        if has_form:
            page.flatten()
            page = pdf[place]
        kinds = [shown.type for shown in page.get_objects(max_depth=2)]
        text = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return "", 0, 1
    shown = sum(kind in _SHOWS for kind in kinds)
    return text.replace("\ufffe", "\u00ad"), kinds.count(raw.FPDF_PAGEOBJ_IMAGE), shown


__all__ = ["read_pdf"]
