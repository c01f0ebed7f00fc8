"""An org/name id fetches config.json and nothing else; what goes wrong is said in one line."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

import symbolic
from symbolic.configs.hub import is_repository

GPT2 = {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}


def client(
    monkeypatch: pytest.MonkeyPatch,
    download: Callable[..., str],
    head: Exception | None = None,
    files: Sequence[str] = ("model.safetensors",),
) -> ModuleType:
    """A stand-in for huggingface_hub: no test asks the network."""
    hub, errors = ModuleType("huggingface_hub"), ModuleType("huggingface_hub.errors")
    for name in ("EntryNotFoundError", "GatedRepoError", "RepositoryNotFoundError", "HfHubHTTPError"):
        setattr(errors, name, type(name, (Exception,), {}))
    errors.LocalEntryNotFoundError = type("LocalEntryNotFoundError", (errors.EntryNotFoundError,), {})  # type: ignore[attr-defined]
    hub.hf_hub_download = download  # type: ignore[attr-defined]
    hub.hf_hub_url = "{}/{}".format  # type: ignore[attr-defined]

    def metadata(_url: str, **_: float) -> None:
        if head:
            raise head

    hub.get_hf_file_metadata = metadata  # type: ignore[attr-defined]
    hub.list_repo_files = lambda _repository: ["config.json", *files]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    monkeypatch.setitem(sys.modules, "huggingface_hub.errors", errors)
    return errors


@pytest.mark.parametrize(
    ("name", "says", "quantity", "total"),
    [
        ("quantize_config.json", {"bits": 4, "group_size": 128, "desc_act": False}, "weight-memory", 207_000_000),
        ("modules.json", [{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}], "parameters", 0),
    ],
)
def test_what_lies_beside_the_config_is_fetched_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: object, quantity: str, total: int
) -> None:
    """A GPTQ checkpoint of old, and one with a layer behind its network, whose sizes stand elsewhere."""

    def download(_repository: str, file: str, **_: bool) -> str:
        (tmp_path / file).write_text(json.dumps(GPT2 if file == "config.json" else says))
        return str(tmp_path / file)

    client(monkeypatch, download, files=(name, "vocab.json"))
    model = symbolic.load("somebody/gpt2")
    if total:
        assert symbolic.explain(model, quantity).total < total < symbolic.explain("gpt2", quantity).total
    else:
        assert any("2_Dense" in key for key in model.unknown)
    assert not (tmp_path / "vocab.json").exists()


def test_only_the_config_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def download(repository: str, file: str, local_files_only: bool) -> str:
        assert not local_files_only
        asked.append((repository, file))
        (tmp_path / "config.json").write_text(json.dumps(GPT2))
        return str(tmp_path / "config.json")

    client(monkeypatch, download)
    model = symbolic.load("openai-community/gpt2")
    assert (model.name, symbolic.explain(model).total) == ("openai-community/gpt2", 124_439_808)
    assert asked == [("openai-community/gpt2", "config.json")]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("GatedRepoError", "is gated"),
        ("RepositoryNotFoundError", "the Hugging Face Hub has no org/name"),
        ("EntryNotFoundError", "has no config.json"),
        ("LocalEntryNotFoundError", "can't reach the Hugging Face Hub"),
        (None, "can't fetch the config.json of org/name (ConnectionError"),
    ],
)
def test_what_goes_wrong_is_said(error: str | None, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(*_: str, **__: bool) -> str:
        raise getattr(errors, error)("no") if error else ConnectionError("no route")

    errors = client(monkeypatch, download)
    with pytest.raises(symbolic.ConfigError) as problem:
        symbolic.load("org/name")
    assert message in str(problem.value)


def test_without_a_network_the_cache_is_looked_into_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def download(_repository: str, _file: str, local_files_only: bool) -> str:
        asked.append(local_files_only)
        (tmp_path / "config.json").write_text(json.dumps(GPT2))
        return str(tmp_path / "config.json")

    client(monkeypatch, download, ConnectionError("no route"))
    assert symbolic.count(symbolic.load("org/name"))["trainable"] == 124_439_808
    assert set(asked) == {True}


def test_without_the_client_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(symbolic.ConfigError, match="needs huggingface_hub; install it with"):
        symbolic.load("org/name")


@pytest.mark.parametrize(
    ("given", "is_id"),
    [
        ("org/name", True),
        ("Qwen/Qwen3-0.6B", True),
        ("a/b.json", False),
        ("a/b/c", False),
        ("../x", False),
        ("x", False),
    ],
)
def test_a_path_is_no_id(given: str, is_id: bool) -> None:
    assert is_repository(given) is is_id
