"""What programs made (workbooks, letters, mail, PDFs, archives) -> cells and text, opened where they can do no harm.

An archive is judged by its directory before anything of it is unpacked (`archives`). Office files, PDFs, mail and
Parquet are then opened in a child process with limits of memory and time (`sandbox`, `child`); no macro is run and no
link or external entity followed there.
"""

from consult.documents.sandbox import Parsed, sandboxed

__all__ = ["Parsed", "sandboxed"]
