"""The page that needs no installing: loaded in Chromium, used, and compared with the command line's page."""

import functools
import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect
from sampling import thorough

import symbolic
from symbolic.analysis.variants import derived
from symbolic.cli import main
from symbolic.site.asked import asked
from symbolic.site.building import files

TINY = '{"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}'
START = 300_000
"""Milliseconds in which Python must have started in the browser, on a busy machine."""


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of a browser's own memory, which processes of one machine would share."""
    monkeypatch.setattr("symbolic.site.asked.PASTED", str(tmp_path / "config.txt"))


@pytest.mark.parametrize(
    ("call", "given", "holds"),
    [
        ("figures", ["gpt2-124m", "parameters", {}], "124,412,160"),
        ("figures", [TINY, "parameters", {"n_layers": "5"}], "total"),
        ("figures", [TINY, "kv-cache", {"context": "128k"}], "total"),
        ("document", [TINY, "parameters", {}, "markdown"], "parameters.md"),
        ("worksheet", [TINY, "7"], "sheet"),
        ("proofread", ["2 × 3 = 7", "markdown", ""], "holds"),
        ("figures", ["{broken", "parameters", {}], "error"),
        ("figures", [TINY, "love", {}], "no quantity"),
        ("figures", [TINY, "parameters", {"n_heads": "3"}], "is not a multiple"),
        ("figures", [TINY, "parameters", {"n_layers": "many"}], "n_layers must be a number"),
        ("document", [TINY, "parameters", {}, "exe"], "no format"),
        ("proofread", ["{}", "notebook", ""], "not a notebook"),
    ],
)
def test_each_call_gives_a_value_or_one_line(call: str, given: list[object], holds: str) -> None:
    made = asked(call, given)
    assert len(made) == 1
    assert holds in str(made)
    assert "/tmp" not in str(made.get("error"))


def test_a_folder_without_pyodide_is_a_line(tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["site", "--output", str(tmp_path / "s"), "--pyodide", str(tmp_path)])
    assert (made.exit_code, "holds no pyodide.mjs" in made.stderr) == (2, True)
    assert not (tmp_path / "s").exists()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of static files that does nothing else."""
    if not Path(CHROMIUM).exists() or not (shutil.which("npm") or os.environ.get("SYMBOLIC_PYODIDE")):
        pytest.skip("Chromium or npm is not installed")
    folder = tmp_path_factory.mktemp("site")
    for name, content in files(os.environ.get("SYMBOLIC_PYODIDE", "")).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda problem: problems.append(str(problem)))
    opened.goto(address)
    expect(opened.locator("#page")).to_have_attribute("data-length", re.compile(r"\d+"), timeout=START)
    yield opened
    assert problems == []


@thorough
@pytest.mark.browser
def test_a_reader_explains_changes_downloads_practises_and_proofreads(page: Page, tmp_path: Path) -> None:
    model = symbolic.explain("gpt2-124m")
    shown = page.locator("#page").get_attribute("srcdoc")
    assert shown == model.to_html()
    assert "124,412,160" in page.inner_text("#total")
    assert page.locator("#loading").is_hidden()

    with page.expect_download() as started:
        page.click("#downloads button:text-is('latex')")
    started.value.save_as(tmp_path / "page.tex")
    assert (tmp_path / "page.tex").read_text(encoding="utf-8") == model.to_latex()
    assert started.value.suggested_filename == "parameters.tex"

    page.fill("#sizes input[name=n_layers]", "24")
    changed = derived(model, {"n_layers": 24})
    expect(page.locator("#total")).to_contain_text(f"{changed.total:,}", timeout=START)
    page.fill("#sizes input[name=n_heads]", "7")
    page.wait_for_selector("#problem:not([hidden])", timeout=START)
    assert "n_heads 7" in page.inner_text("#problem")
    page.click("#reset")
    expect(page.locator("#total")).to_contain_text("124,412,160", timeout=START)

    page.select_option("#model", "own")
    page.fill("#config", TINY)
    total = symbolic.explain(symbolic.load(json.loads(TINY))).total
    expect(page.locator("#total")).to_contain_text(f"{total:,}", timeout=START)
    page.fill("#config", "<script>alert(1)</script>")
    page.wait_for_selector("#problem:not([hidden])", timeout=START)

    page.select_option("#model", "gpt2-124m")
    page.click("[data-tab=worksheet]")
    page.click("#make")
    page.wait_for_selector("#key:not([hidden])", timeout=START)

    page.click("[data-tab=proofread]")
    page.click("#check")
    expect(page.locator("#page")).to_have_attribute("srcdoc", re.compile("38,597,376"), timeout=START)


@thorough
@pytest.mark.browser
def test_it_opens_without_a_network_after_one_visit(page: Page) -> None:
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#page")).to_have_attribute("data-length", re.compile(r"\d+"), timeout=START)
    assert "124,412,160" in page.inner_text("#total")
