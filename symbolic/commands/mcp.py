"""`symbolic mcp`: exact counts for an assistant, by the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from symbolic.errors import ConfigError
from symbolic.extras import needed


@click.command()
@click.option("--folder", default="", metavar="DIR", help="A folder whose files it may read; without it, none.")
@click.option("--online", is_flag=True, help="Let it name models by their ids on the Hugging Face Hub.")
def mcp(folder: str, online: bool) -> None:
    """Serve count, explain, compare, solve, formula and proofread to an assistant, over standard input and output.

    Needs the extra [mcp]. Nothing is written, and no file is read but those of DIR.

    \b
    Example, as an assistant's settings have it:
      {"mcpServers": {"symbolic": {"command": "symbolic", "args": ["mcp"]}}}
    """
    if folder and not Path(folder).is_dir():
        raise ConfigError(f"--folder {folder} is no folder; give one, or leave it out")
    # Before the results' types are imported, whose library comes with it.
    needed("mcp", "mcp", "the server")
    from symbolic.assistants.server import server
    from symbolic.assistants.tools import Tools

    server(Tools(Path(folder) if folder else None, online=online)).run("stdio")


COMMAND = mcp
