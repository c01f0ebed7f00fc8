"""What several tests share: the walkthrough that the project grew from, and random configs."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import browsing
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from sampling import EVERYTHING, count

from symbolic.handouts import fingerprints

# What is imported and collected stays to the end: Python looks for garbage when that is done.
gc.disable()

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Threads of PyTorch's that wait for each other take processor time, and its networks are tiny here.
os.environ.setdefault("OMP_NUM_THREADS", "1")

MOST_ROUNDS = fingerprints.MOST
if not EVERYTHING:
    # A twentieth of a second for each answer of each form is what a sheet is meant to cost, and not a test.
    fingerprints.MOST = fingerprints.LEAST

WALKTHROUGH = Path(__file__).parent / "data" / "walkthrough.md"

settings.register_profile("symbolic", deadline=None, max_examples=count(60, 10), derandomize=True)
settings.load_profile("symbolic")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the thorough tests to a run of everything, unless they are asked for by `-m thorough`.

    Those that share a browser come together, behind the others.
    """
    items.sort(key=_opens_pages)
    if EVERYTHING or "thorough" in config.option.markexpr:
        return
    left = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


def pytest_collection_finish() -> None:
    """Let Python collect its garbage less often than it does unasked."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be skipped (CI), a skipped test is a failure: what it needs was not installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SYMBOLIC_SKIP_NOTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _opens_pages(item: pytest.Item | None) -> bool:
    return item is not None and item.get_closest_marker("browser") is not None


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End the browser behind the last of the tests that share it."""
    if _opens_pages(item) and not _opens_pages(nextitem):
        browsing.stop()


@pytest.fixture
def browser() -> Iterator["Browser"]:
    yield browsing.browser()
    browsing.close_others()


@pytest.fixture
def watched(browser: "Browser") -> browsing.Watched:  # noqa: ARG001
    """The tab that tests share, as if it were new."""
    return browsing.watched()


@pytest.fixture
def all_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fingerprints of answers are made as for a class, and not with few rounds."""
    monkeypatch.setattr(fingerprints, "MOST", MOST_ROUNDS)


@pytest.fixture(scope="session")
def walkthrough() -> Path:
    return WALKTHROUGH


@st.composite
def gpt2_configs(draw: st.DrawFn) -> dict[str, object]:
    """Valid configs of the book's kind, every switch both ways."""
    heads, width = draw(st.integers(1, 40)), draw(st.integers(1, 200))
    config: dict[str, object] = {
        "vocab_size": draw(st.integers(1, 10**6)),
        "context_length": draw(st.integers(1, 10**5)),
        "emb_dim": heads * width,
        "n_heads": heads,
        "n_layers": draw(st.integers(1, 200)),
        "qkv_bias": draw(st.booleans()),
    }
    for switch in ("linear_bias", "norm_shift", "tied_head"):
        if draw(st.booleans()):
            config[switch] = draw(st.booleans())
    if draw(st.booleans()):
        config["n_inner"] = draw(st.integers(1, 10**5))
        config["model_type"] = "gpt2"
    return config


@st.composite
def llama_configs(draw: st.DrawFn) -> dict[str, object]:
    """Valid configs of Llama's kind: grouped heads, an explicit head width, a tied head, each or not."""
    groups, shared, width = draw(st.integers(1, 8)), draw(st.integers(1, 8)), draw(st.integers(1, 128))
    config: dict[str, object] = {
        "model_type": "llama",
        "vocab_size": draw(st.integers(1, 10**6)),
        "hidden_size": groups * shared * width,
        "num_attention_heads": groups * shared,
        "num_hidden_layers": draw(st.integers(1, 200)),
        "intermediate_size": draw(st.integers(1, 10**5)),
    }
    if draw(st.booleans()):
        config["num_key_value_heads"] = groups
    if draw(st.booleans()):
        config["head_dim"] = draw(st.integers(1, 300))
    if draw(st.booleans()):
        config["tie_word_embeddings"] = draw(st.booleans())
    return config
