"""Write the evidence page from its value. The page loads nothing and runs nothing."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from revoker.views.evidence.document import Document
from revoker.views.evidence.numbers import Part

_FORBIDDEN = "default-src 'none'; base-uri 'none'; form-action 'none'"


def page(document: Document) -> str:
    """Return the page; it is made in pieces, so that its longest table is never held twice."""
    style = Markup(_style())  # noqa: S704 - our own file, and no user's words
    return "".join(_template().generate(doc=document, Part=Part, style=style, policy=style_policy()))


def policy() -> str:
    """Return the Content-Security-Policy of the page: its own style by its hash, and nothing else."""
    return f"{style_policy()}; frame-ancestors 'none'"


@cache
def style_policy() -> str:
    """Return the part of the policy that holds inside a file, too: a saved page has no headers."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"{_FORBIDDEN}; style-src 'sha256-{digest}'"


@cache
def _style() -> str:
    return _text("evidence.css")


@cache
def _template() -> Template:
    """Return the compiled template. Compiling takes longer than writing the page of a small run."""
    # StrictUndefined: a name with a slip in it fails a test, instead of leaving a hole in evidence.
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(_text("evidence.html.jinja"))


def _text(name: str) -> str:
    return files("revoker.page").joinpath(name).read_text(encoding="utf-8")
