"""The MCP server of the tools, with what it tells every assistant."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeVar, cast

from symbolic import __version__
from symbolic.assistants.tools import Tools
from symbolic.errors import SymbolicError, UnknownName
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

    tools_here = (tools.names, tools.count, tools.explain, tools.compare, tools.solve, tools.formula, tools.proofread)
    taken = {tool.__name__: tuple(signature(tool).parameters) for tool in tools_here}

    class Strict(server_class):  # type: ignore[misc, valid-type] # Any, where mcp need not be installed
        """A server that refuses what no tool takes: the library would leave it out, and answer another question."""

        async def call_tool(self, name: str, arguments: dict[str, Any], *more: Any, **named: Any) -> Any:
            for given in arguments:
                if given not in taken.get(name, arguments):
                    known = taken[name]
                    hint = "; what a quantity takes stands in inputs" if "inputs" in known else ""
                    raise tool_error(one_line(f"{UnknownName(f'argument of {name}', given, known)}{hint}"))
            try:
                return await super().call_tool(name, arguments, *more, **named)
            except tool_error as problem:
                raise tool_error(one_line(_of_types(problem))) from None

        async def list_tools(self) -> list[Any]:
            listed = await super().list_tools()
            for tool in listed:
                tool.input_schema["additionalProperties"] = False
            return cast("list[Any]", listed)

    made = Strict("symbolic", version=__version__, instructions=INSTRUCTIONS, log_level="CRITICAL")
    for tool in tools_here:
        made.tool()(guarded(tool))
    return made


def _of_types(problem: Exception) -> str:
    """Return the message of a tool's error; of arguments of the wrong types, what each should be."""
    errors = getattr(problem.__cause__, "errors", None)
    if errors is None:
        return str(problem)
    said = dict.fromkeys(f"{one['loc'][0]}: {one['msg']}" for one in errors())
    return "; ".join(said)
