"""PDF from a page of our own, by WeasyPrint. Its system libraries (Pango) may be missing: then `is_available` says so."""

from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple


class PdfUnavailable(Exception):
    """WeasyPrint does not start on this host: system libraries are missing."""


class Pdf(NamedTuple):
    """A finished document."""

    content: bytes
    page_count: int

    @property
    def sha256(self) -> str:
        """The digest that is kept beside it."""
        return sha256(self.content).hexdigest()


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether this process can make PDFs; found out once."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def write_pdf(html: str, styles: str) -> Pdf:
    """Lay out a document with one stylesheet. Nothing is fetched: an address in the document is refused. Raises
    PdfUnavailable."""
    if not is_available():
        raise PdfUnavailable("WeasyPrint's system libraries (Pango) are missing on this host")
    import weasyprint
    from weasyprint.urls import URLFetcher

    nothing = URLFetcher(allowed_protocols=())
    document = weasyprint.HTML(string=html, url_fetcher=nothing)
    laid_out = document.render(stylesheets=[weasyprint.CSS(string=styles, url_fetcher=nothing)])
    return Pdf(laid_out.write_pdf(), len(laid_out.pages))
