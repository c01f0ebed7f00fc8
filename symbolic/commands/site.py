"""`symbolic site`: a page to try it without installing."""

from __future__ import annotations

from pathlib import Path

import click

from symbolic.formulas.figures import grouped
from symbolic.terminal import echo


@click.command()
@click.option("--output", default="site", show_default=True, metavar="DIR", help="The folder to write.")
@click.option(
    "--pyodide", default="", metavar="DIR", help="Pyodide's npm package, unpacked; without it, npm fetches it."
)
def site(output: str, pyodide: str) -> None:
    """Write the files of a page on which this program runs in the reader's browser.

    Any server of static files will do; nothing is computed there. To try it:

    \b
      symbolic site --output site
      python -m http.server --directory site
    """
    from symbolic.pages.files import write_all
    from symbolic.site.building import files

    made = files(pyodide)
    write_all({Path(output) / name: content for name, content in made.items()})
    echo(Path(output) / "index.html")
    echo(f"{grouped(sum(map(len, made.values())))} bytes in {len(made)} files", err=True)


COMMAND = site
