"""Pictures that lead to themselves, so that small labels can be read on a small screen."""

from typing import Any

from docutils import nodes
from sphinx.util.osutil import relative_uri


def linked(app: Any, doctree: nodes.document, docname: str) -> None:
    """Let each picture of a page link to its file."""
    if app.builder.format != "html":
        return
    here = app.builder.get_target_uri(docname)
    for picture in list(doctree.findall(nodes.image)):
        _, name = app.env.images[picture["uri"]]
        to = relative_uri(here, f"{app.builder.imagedir}/{name}")
        link = nodes.reference("", "", refuri=to, internal=True)
        picture.replace_self(link)
        link += picture


def setup(app: Any) -> dict[str, Any]:
    """Register the links, which each page gets by itself."""
    app.connect("doctree-resolved", linked)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
