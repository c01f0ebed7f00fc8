"""Many configs: folders, patterns, JSON Lines, Parquet and lists of ids give one source a config."""

import json
from pathlib import Path
from typing import Any

import pytest

from symbolic.batch.sources import sources
from symbolic.errors import SymbolicError

TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3}


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as people have them: snapshots with what lies beside a config, loose files, and lists."""
    for name, content in {
        "a/one/config.json": TINY,
        "a/one/tokenizer.json": {"model": {}},
        "a/one/generation_config.json": {"max_length": 20},
        "a/two/params.json": TINY,
        "loose/small.json": TINY,
        "loose/vocab.json": {"the": 1},
        "loose/small_hf_quant_config.json": {"quantization": {"quant_algo": "FP8"}},
        "loose/adapter_config.json": {"r": 8},
        "loose/.hidden.json": TINY,
        "loose/model.safetensors.index.json": {"weight_map": {}},
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    (tmp_path / "loose/notes.md").write_text("CONFIG = {}")
    (tmp_path / "lines.jsonl").write_text(f"{json.dumps(TINY)}\n\n{json.dumps({'id': 'org/name', 'config': TINY})}\n")
    (tmp_path / "ids.txt").write_text("# what we serve\ngpt2-124m\nQwen/Qwen3-0.6B   # small\n")
    (tmp_path / "prose.txt").write_text("A = {'emb_dim': 4}\n")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "places"),
    [
        (["a"], ["a/one", "a/two"]),
        (["a/one"], ["a/one"]),
        (["loose"], ["loose/small.json"]),
        (["a/one/*.json"], ["a/one", "a/one/generation_config.json", "a/one/tokenizer.json"]),
        (["**/config.json"], ["a/one"]),
        (["lines.jsonl"], ["lines.jsonl, line 1", "lines.jsonl, line 3"]),
        (["ids.txt"], ["ids.txt: gpt2-124m", "ids.txt: Qwen/Qwen3-0.6B"]),
        (["prose.txt", "gpt2-124m", "x.md::A", "-"], ["prose.txt", "gpt2-124m", "x.md::A", "-"]),
    ],
)
def test_each_argument_stands_for_its_configs_in_order(given: list[str], places: list[str]) -> None:
    found = [source.place.removesuffix("/config.json").removesuffix("/params.json") for source in sources(given)]
    assert found == places


@pytest.mark.parametrize(
    ("given", "says"),
    [("nothing/*.json", "no file matches"), ("empty", "empty holds no config"), ("[z]*", "no file matches")],
)
def test_what_stands_for_nothing_is_an_error(given: str, says: str) -> None:
    with pytest.raises(SymbolicError, match=says):
        list(sources([given]))


@pytest.mark.parametrize(
    ("record", "name", "says"),
    [
        (TINY, "lines-1", ""),
        ({"_name_or_path": "a/b", **TINY}, "a/b", ""),
        ({"id": "org/name", "downloads": 9, "tags": ["x"], "config": TINY}, "org/name", ""),
        ({"id": "org/name", "config": json.dumps(TINY)}, "org/name", ""),
        ({"config": TINY, "n_layers": 48}, "", "n_layers beside the table config"),
        ([1], "", "not a table of sizes"),
        ({"vocab_size": 100}, "", "lines.jsonl, line 1"),
    ],
)
def test_a_record_is_a_config_or_has_one(hub: Path, record: Any, name: str, says: str) -> None:
    (hub / "lines.jsonl").write_text(json.dumps(record))
    [source] = sources(["lines.jsonl"])
    if says:
        with pytest.raises(SymbolicError, match=says):
            source.models()
    else:
        [model] = source.models()
        assert (model.name, model.sizes["n_layers"]) == (name, 3)


def test_parquet_holds_records_in_which_none_is_no_key(hub: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    from pyarrow import parquet

    rows = [{"id": "a", "config": {**TINY, "qkv_bias": True}}, {"id": "b", "config": TINY}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), hub / "hub.parquet")
    found = list(sources(["hub.parquet"]))
    assert [source.place for source in found] == ["hub.parquet, row 1", "hub.parquet, row 2"]
    models = [source.models()[0] for source in found]
    assert [(model.name, "qkv_bias" in model.config) for model in models] == [("a", True), ("b", False)]
    (hub / "hub.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(SymbolicError, match="not readable as Parquet"):
        list(sources(["hub.parquet"]))


def test_a_digest_tells_contents_apart(hub: Path) -> None:
    [before] = sources(["loose"])
    first = before.digest()
    assert [source.digest() for source in sources(["loose"])] == [first]
    (hub / "loose/small.json").write_text(json.dumps({**TINY, "n_layers": 4}))
    assert before.digest() != first


def test_what_lies_beside_a_config_and_says_how_numbers_are_stored_belongs_to_its_content(hub: Path) -> None:
    [before] = sources(["a/one"])
    plain = before.digest()
    (hub / "a/one/hf_quant_config.json").write_text('{"quantization": {"quant_algo": "FP8"}}')
    assert before.digest() != plain
