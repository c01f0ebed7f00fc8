"""A source as a page cites it: the work as a link, and the version that was read."""

from __future__ import annotations

from symbolic.language import gettext, translate
from symbolic.networks.family import Source
from symbolic.pages.prose import plain


def cited(source: Source) -> str:
    """Return a source as markup.

    >>> cited(Source("nanoGPT, model.py", "https://github.com/karpathy/nanoGPT", "commit 0011cd4"))
    '[nanoGPT, model.py](https://github.com/karpathy/nanoGPT) (read: commit 0011cd4)'
    """
    work = f"[{plain(source.title)}]({source.url})"
    return gettext("{work} (read: {version})", work=work, version=translate(source.read)) if source.read else work
