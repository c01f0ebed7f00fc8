"""The MCP server of the tools, with what it tells every assistant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from symbolic import __version__
from symbolic.assistants.tools import Tools
from symbolic.errors import SymbolicError
from symbolic.extras import needed
from symbolic.terminal import one_line

Result = TypeVar("Result")
INSTRUCTIONS = """\
Exact counts of neural networks, derived from their configs: parameters, FLOPs, KV cache, memory, cost. Use these tools
rather than reckon yourself whenever somebody asks how many parameters a model has and why, what a change of a size
does, or whether a derivation is right. Give the config as it was given to you; say which convention a count has, since
most published counts are right under one of them. Figures are exact: repeat every digit. Tell the user of `warnings`.
"""


def server(tools: Tools) -> Any:
    """Return the MCP server of the tools; MissingExtra without the extra [mcp]."""
    from functools import wraps

    server_class = needed("mcp.server", "mcp", "the server").MCPServer
    tool_error = needed("mcp.server.mcpserver.exceptions", "mcp", "the server").ToolError

    def guarded(tool: Callable[..., Result]) -> Callable[..., Result]:
        @wraps(tool)
        def call(*arguments: Any, **named: Any) -> Result:
            try:
                return tool(*arguments, **named)
            except SymbolicError as problem:
                raise tool_error(one_line(str(problem))) from None
            except (RecursionError, MemoryError):
                raise tool_error("too deep or too large to work out; give something smaller") from None

        return call

    made = server_class("symbolic", version=__version__, instructions=INSTRUCTIONS, log_level="CRITICAL")
    for tool in (tools.names, tools.count, tools.explain, tools.compare, tools.solve, tools.formula, tools.proofread):
        made.tool()(guarded(tool))
    return made
