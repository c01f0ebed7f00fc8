"""An assistant gets exact counts and derivations by the official client, and no file outside what was allowed."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sampling import EVERYTHING

import symbolic
from symbolic.assistants.server import server
from symbolic.assistants.tools import Tools

mcp = pytest.importorskip("mcp", reason="the server needs mcp")
TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}


def asked(work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` gets of a session with a server, in a process of its own if everything is tried."""

    async def run() -> Any:
        if not EVERYTHING:
            async with mcp.Client(server(Tools(None))) as client:
                return await work(client)
        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "symbolic", "mcp"])
        async with mcp.stdio_client(command) as (read, write), mcp.ClientSession(read, write) as session:
            await session.initialize()
            return await work(session)

    return asyncio.run(run())


def calls(folder: Path, *wanted: tuple[str, dict[str, Any]]) -> list[Any]:
    """What the server of a folder answers, in this process."""

    async def run() -> list[Any]:
        async with mcp.Client(server(Tools(folder))) as client:
            return [await client.call_tool(name, arguments) for name, arguments in wanted]

    return asyncio.run(run())


def data(result: Any) -> dict[str, Any]:
    content = getattr(result, "structured_content", None) or getattr(result, "structuredContent", None)
    assert isinstance(content, dict), result
    return content


def failed(result: Any) -> bool:
    return bool(getattr(result, "is_error", None) or getattr(result, "isError", None))


@cache
def plain() -> Any:
    """The tools of a server without a folder, its answers, and what it says when a file is asked for."""

    async def work(session: Any) -> Any:
        listed = (await session.list_tools()).tools
        walkthrough = Path("tests/data/walkthrough.md").read_text(encoding="utf-8")
        answers = [
            await session.call_tool(name, arguments)
            for name, arguments in (
                ("count", {"model": "gpt2-124m"}),
                ("count", {"model": {**TINY, "colour": "red"}}),
                ("explain", {"model": json.dumps(TINY), "quantity": "kv-cache", "inputs": {"context": "128k"}}),
                ("compare", {"models": ["gpt2-124m", "gpt2-1558m"]}),
                ("solve", {"model": "gpt2-124m", "unknowns": ["n_layers"], "memory": "24GiB", "dtype": "int4"}),
                ("formula", {"model": "gpt2-124m", "language": "python"}),
                ("proofread", {"text": walkthrough}),
                ("names", {}),
            )
        ]
        return listed, answers, await session.call_tool("count", {"model": "pyproject.toml"})

    return asked(work)


def test_a_client_finds_each_tool_with_types_and_gets_exact_answers() -> None:
    listed, answers, _ = plain()
    assert {tool.name for tool in listed} == {
        "names", "count", "explain", "compare", "solve", "formula", "proofread",
    }  # fmt: skip
    for tool in listed:
        assert tool.description
        assert getattr(tool, "output_schema", None) or getattr(tool, "outputSchema", None)
    assert not [answer for answer in answers if failed(answer)]
    first, second, cache, compared, solved, code, verdict, names = map(data, answers)
    assert (first["total"], first["conventions"]["untied"]) == ("124412160", "163009536")
    assert "colour" in second["warnings"][0]
    derived = symbolic.explain(symbolic.load(TINY, name="the config"), "kv-cache", inputs={"context": 131072})
    assert cache["total"] == str(derived.total)
    assert cache["page"] == derived.to_text()
    assert [step["in_total"] for step in cache["steps"] if step["in_total"] != "0"]
    assert f"{symbolic.count(symbolic.load('gpt2-1558m'))['trainable']:,}" in compared["page"]
    assert "n_layers" in solved["page"]
    assert code["code"] == symbolic.api.formula("gpt2-124m")
    assert not verdict["holds"]
    assert "38,597,376" in verdict["report"]
    assert "lora-parameters" in names["quantities"]


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("count", {"model": "../../etc/passwd"}, "outside the folder"),
    ("count", {"model": "/etc/passwd"}, "outside the folder"),
    ("count", {"model": "link.json"}, "outside the folder"),
    ("count", {"model": "inside.json::../x"}, "no dict"),
    ("count", {"model": "org/name"}, "no file"),
    ("count", {"model": "-"}, "outside the folder|no file"),
    ("count", {"model": "gpt2-9000m"}, "no model"),
    ("count", {"model": {"emb_dim": "; rm -rf /"}}, "emb_dim|needs"),
    ("count", {"model": "{broken"}, "not JSON"),
    ("count", {"model": "\x00"}, "no model|outside"),
    ("count", {"model": ["gpt2-124m"]}, "model: Input should be"),
    ("count", {"model": "gpt2-124m", "dtype": "int4"}, "no argument of count 'dtype'"),
    ("explain", {"model": "gpt2-124m", "quantity": "kv-cache", "context": 9}, "takes stands in inputs"),
    ("explain", {"model": "gpt2-124m", "quantity": "love"}, "no quantity"),
    ("explain", {"model": "gpt2-124m", "quantity": "kv-cache", "inputs": {"contex": 3}}, "no input"),
    ("explain", {"model": "gpt2-124m", "quantity": "kv-cache", "inputs": {"context": "1e999999999"}}, "context"),
    ("compare", {"models": ["gpt2-124m"]}, "at least two"),
    ("solve", {"model": "gpt2-124m", "unknowns": ["emb_dim"], "total": "nothing"}, "nothing"),
    ("formula", {"model": "gpt2-124m", "language": "brainfuck"}, "brainfuck"),
    ("proofread", {"text": "1 + 1 = 2", "format": "exe"}, "no format"),
    ("proofread", {"text": "x" * 1_000_001}, "at most 1,000,000"),
    ("proofread", {}, "text: Field required"),
]


def test_hostile_arguments_get_an_error_and_the_server_goes_on(tmp_path: Path) -> None:
    (tmp_path / "inside.json").write_text(json.dumps(TINY))
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    wanted = [(tool, arguments) for tool, arguments, _ in HOSTILE]
    fine = [("count", {"model": "inside.json"}), ("count", {"model": str(tmp_path / "inside.json")})]
    answers = calls(tmp_path, *wanted, *fine)
    for (tool, arguments, says), answer in zip(HOSTILE, answers, strict=False):
        assert failed(answer), (tool, arguments)
        text = " ".join(getattr(part, "text", "") for part in answer.content)
        assert any(one in text for one in says.split("|")), (arguments, text)
        assert "root:" not in text
        assert "Traceback" not in text
        assert "\n" not in text
    total = str(symbolic.count(symbolic.load(TINY))["trainable"])
    assert [data(answer)["total"] for answer in answers[len(HOSTILE) :]] == [total, total]


def test_without_a_folder_no_file_is_read() -> None:
    _, _, answer = plain()
    assert failed(answer)
    assert "no files may be read" in answer.content[0].text
