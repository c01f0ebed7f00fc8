"""Sweeps: every row is what a config of these sizes counts, and what is no config is left out and counted."""

import itertools
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import thorough

import symbolic
from symbolic import api
from symbolic.analysis import sweeping
from symbolic.cli import main
from symbolic.configs.variants import valid
from symbolic.errors import SymbolicError
from symbolic.measuring.derivation import derive
from symbolic.measuring.fullest import fullest


def rows(
    model: str, vary: list[str], quantity: str = "parameters"
) -> tuple[dict[tuple[int, ...], int], sweeping.Sweep]:
    made = api.sweep(model, vary, quantity)
    found: dict[tuple[int, ...], int] = {}
    for chunk in made.chunks():
        columns = [column.tolist() for column in chunk.columns.values()]
        found |= dict(zip(zip(*columns, strict=True), chunk.totals.tolist(), strict=True))
    return found, made


@pytest.mark.parametrize(
    ("model", "vary"),
    [
        ("gpt2-124m", ["n_layers=1:7", "emb_dim=700:800:4", "n_heads=1:13:3"]),
        ("llama-3-8b", ["n_kv_groups=1:33", "emb_dim=2048:4096:256", "n_heads=8:64:8"]),
        ("opt-125m", ["emb_dim=512,768", "word_embed_dim=512,768,1024", "n_layers=2,3"]),
        ("gemma-3-1b", ["n_layers=1:30", "sliding_window=64,512"]),
        ("deepseek-v3", ["n_layers=1:12", "n_experts=8:64:8", "q_lora_rank=8,9"]),
        ("qwen3-next-80b-a3b", ["n_layers=1:20", "linear_n_value_heads=16,24,32"]),
        ("mamba-1.4b", ["emb_dim=1:100", "n_layers=1:3"]),
        ("vit-base-patch16-224", ["image_size=100:300:7", "patch_size=4:20:2"]),
        ("t5-small", ["n_layers=1:5", "n_heads=1:9"]),
        ("bert-base-uncased", ["emb_dim=700:800", "n_layers=1:3"]),
        ("gpt2-124m", ["hidden_dim=1000:1010", "emb_dim=768,1536"]),
    ],
)
def test_each_row_is_what_the_config_counts_and_each_that_is_left_out_is_no_config(model: str, vary: list[str]) -> None:
    found, made = rows(model, vary)
    base, derivation = symbolic.load(model), symbolic.explain(model)
    combinations = [tuple(map(int, row)) for row in itertools.product(*made.values.values())]
    assert len(found) + sum(made.left_out.values()) == len(combinations)
    for sizes in random.Random(1).sample(combinations, min(150, len(combinations))):
        other = valid(base, dict(zip(made.values, sizes, strict=True)))
        if other is None:
            assert sizes not in found
        else:
            assert found[sizes] == derive(other, derivation.quantity, derivation.convention).total


@pytest.mark.parametrize(
    ("model", "quantity", "vary"),
    [
        ("gpt2-124m", "forward-flops", ["tokens=1:1000:99", "n_layers=3,4"]),
        ("gemma-3-1b", "kv-cache", ["context=100:2000:100", "n_layers=12,13"]),
        ("llama-3-8b", "weight-memory", ["n_layers=1:9", "hidden_dim=1000,2000"]),
    ],
)
def test_inputs_of_other_quantities_are_swept_like_sizes(model: str, quantity: str, vary: list[str]) -> None:
    found, made = rows(model, vary, quantity)
    assert found
    base = symbolic.load(model)
    for sizes, total in found.items():
        chosen = dict(zip(made.values, sizes, strict=True))
        inputs = {name: size for name, size in chosen.items() if name not in base.sizes}
        other = valid(base, {name: size for name, size in chosen.items() if name in base.sizes})
        assert other is not None
        assert total == symbolic.explain(other, quantity, inputs=inputs).total


def test_where_64_bits_might_not_do_it_switches_to_python_s_integers() -> None:
    found, made = rows("gpt2-124m", ["emb_dim=1200000000,12000000000", "n_layers=12,1000000"])
    assert made.may_be_wide
    base = symbolic.load("gpt2-124m")
    for (width, layers), total in found.items():
        other = valid(base, {"emb_dim": width, "n_layers": layers})
        assert other is not None
        assert total == symbolic.explain(other).total
    assert max(found.values()) > 2**64
    _, small = rows("gpt2-124m", ["emb_dim=768,1536"])
    assert not small.may_be_wide


def test_chunks_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = rows("gpt2-124m", ["n_layers=1:40", "emb_dim=12:1200:12"])
    monkeypatch.setattr(sweeping, "CHUNK", 7)
    assert rows("gpt2-124m", ["n_layers=1:40", "emb_dim=12:1200:12"])[0] == whole


def test_the_command_prints_csv_and_says_what_it_left_out() -> None:
    result = CliRunner().invoke(
        main, ["sweep", "gpt2-124m", "--vary", "n_layers=12:36:12", "emb_dim=768,1000", "--csv"]
    )
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "n_layers,emb_dim,parameters", "12,768,124412160", "24,768,209438976", "36,768,294465792",
    ]  # fmt: skip
    assert "3 of 6 combinations left out: head_dim would not be a whole number" in result.stderr


def test_a_total_of_more_than_64_bits_is_exact() -> None:
    result = CliRunner().invoke(main, ["sweep", "gpt2-124m", "--vary", "emb_dim=12000000000", "--csv"])
    assert result.stderr == ""
    other = valid(symbolic.load("gpt2-124m"), {"emb_dim": 12 * 10**9})
    assert other is not None
    assert result.stdout.splitlines()[1] == f"12000000000,{symbolic.explain(other).total}"


@thorough
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell the memory of a process")
def test_a_million_configs_take_less_than_a_gigabyte() -> None:
    command = ["sweep", "gpt2-124m", "--vary", "n_layers=1:100", "emb_dim=12:120000:12", "--csv"]
    # Not getrusage: it would count what the process that started this one needed.
    code = (
        "import sys; from symbolic.cli import main\n"
        f"try: main({command!r})\n"
        "finally: print([line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line][0], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1_000_001
    assert int(done.stderr.split()[-1]) < 10**6


@pytest.mark.parametrize(
    ("vary", "says"),
    [
        (["n_layers=12:6"], "the range 12:6 is empty"),
        (["n_layers="], "names no values"),
        (["n_layers"], "names no values"),
        ([], "nothing to vary"),
        (["n_layers=1:9:0"], "the step of 1:9:0 is not above 0"),
        (["n_layers=0"], "n_layers must be at least 1"),
        (["n_layers=1.5"], "n_layers must be a whole number, got '1.5'"),
        (["n_layers=-3"], "n_layers must be at least 1"),
        (["n_layers=many"], "n_layers must be a number, got 'many'"),
        (["n_layers=1e30"], "a value that is too large"),
        (["n_layers=1,2", "n_layers=3"], "n_layers is given twice"),
        (["width=3"], "'width' is no size of this formula"),
        (["n_layers=1:99999999"], "has more than"),
    ],
)
def test_values_that_cant_be_read_are_an_error_of_one_line(vary: list[str], says: str) -> None:
    result = CliRunner().invoke(
        main, ["sweep", "gpt2-124m", *(part for one in vary for part in ("--vary", one)), "--csv"]
    )
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("model", "quantity", "vary", "totals"),
    [
        ("llama-3-8b", "kv-cache", "batch_size=1,8", {1: 1_073_741_824, 8: 8_589_934_592}),
        ("gpt2-124m", "forward-flops", "batch_size=3,1", {3: 3 * 291_648_307_200, 1: 291_648_307_200}),
        (
            "deepseek-v3",
            "parameters",
            "n_shared_experts=0,1,2",
            {0: 668_472_073_216, 1: 671_026_404_352, 2: 673_580_735_488},
        ),
        ("deepseek-v3", "parameters", "n_dense_layers=0,3", {0: 703_797_812_224, 3: 671_026_404_352}),
    ],
)
def test_a_size_may_change_to_and_from_what_leaves_a_term_out(
    model: str, quantity: str, vary: str, totals: dict[int, int]
) -> None:
    found, _ = rows(model, [vary], quantity)
    assert {size: total for (size,), total in found.items()} == totals


def test_the_number_of_dense_layers_is_what_the_config_s_own_key_says() -> None:
    base = symbolic.load("deepseek-v3")
    found, made = rows("deepseek-v3", ["n_dense_layers=0,1,61,62"])
    assert found == {
        (dense,): symbolic.explain({**base.config, "first_k_dense_replace": dense}, architecture="deepseek_v3").total
        for dense in (0, 1, 61)
    }
    assert made.left_out == {"n_layers − n_dense_layers would be less than 0": 1}


def test_a_size_that_follows_from_others_cant_be_varied() -> None:
    result = CliRunner().invoke(main, ["sweep", "opt-125m", "--vary", "n_word_projections=0,1"])
    assert result.exit_code == 2
    assert "n_word_projections follows from other sizes in OPT" in result.stderr


def test_bytes_a_number_are_varied_in_halves_too() -> None:
    result = CliRunner().invoke(
        main,
        [
            "sweep",
            "llama-3-8b",
            "--quantity",
            "kv-cache",
            "--context",
            "8192",
            "--vary",
            "value_bytes=0.5,1,2",
            "--csv",
        ],
    )
    assert result.stdout.splitlines() == [
        "value_bytes,kv-cache", "0.5,268435456", "1,536870912", "2,1073741824",
    ]  # fmt: skip


def test_the_group_of_a_quantised_format_is_varied() -> None:
    found: dict[int, int] = {}
    made = api.sweep("llama-3-8b", ["group_size=32,128"], "weight-memory", dtype="int4")
    for chunk in made.chunks():
        found |= dict(zip(chunk.columns["group_size"].tolist(), chunk.totals.tolist(), strict=True))
    assert found == {32: 6_136_799_232, 128: 5_727_854_592}


FALCON = {"model_type": "falcon", "vocab_size": 1000, "hidden_size": 128, "num_hidden_layers": 2,
          "num_attention_heads": 4, "ffn_hidden_size": 256}  # fmt: skip


def test_a_network_that_was_read_off_code_is_derived_anew_for_each_row() -> None:
    made = api.sweep(FALCON, ["emb_dim=128,136,64", "n_layers=1,3"])
    [chunk] = made.chunks()
    for width, layers, total in zip(*(one.tolist() for one in chunk.columns.values()), chunk.totals, strict=True):
        other = {**FALCON, "hidden_size": width, "num_hidden_layers": layers}
        assert total == symbolic.explain(other).total
    assert len(chunk.totals) == 6
    with pytest.raises(symbolic.SymbolicError, match="give at most 10,000"):
        list(api.sweep(FALCON, ["emb_dim=1:20000"]).chunks())


REGNET = {"model_type": "regnet", "hidden_sizes": [64, 128, 192, 256], "depths": [1, 2, 3, 1], "groups_width": 64}
LLAMA = {"model_type": "llama", "vocab_size": 1000, "hidden_size": 64, "intermediate_size": 128,
         "num_hidden_layers": 2, "num_attention_heads": 4}  # fmt: skip
LLAVA = {"model_type": "llava", "text_config": LLAMA}


@pytest.mark.parametrize(
    ("config", "name", "size", "other"),
    [
        (REGNET, "hidden_sizes_0", 192, {"hidden_sizes": [192, 128, 192, 256]}),
        (REGNET, "depths_2", 5, {"depths": [1, 2, 5, 1]}),
        # Its config need not give the list.
        ({"model_type": "convnext"}, "depths_1", 7, {"depths": [3, 7, 9, 3]}),
        (LLAVA, "vocab_size", 3000, {"text_config": {**LLAMA, "vocab_size": 3000}}),
        # A part that the config does not give is the type's own otherwise.
        (
            LLAVA,
            "vision_config_num_hidden_layers",
            3,
            {
                "vision_config": {
                    "model_type": "clip_vision_model",
                    "hidden_size": 1024,
                    "intermediate_size": 4096,
                    "num_attention_heads": 16,
                    "num_hidden_layers": 3,
                    "patch_size": 14,
                    "image_size": 336,
                }
            },
        ),
    ],
)  # fmt: skip
def test_a_size_in_a_list_or_a_part_is_set_where_the_class_reads_it(
    config: dict[str, object], name: str, size: int, other: dict[str, object]
) -> None:
    [chunk] = api.sweep(config, [f"{name}={size}"]).chunks()
    assert chunk.totals == [symbolic.explain({**config, **other}).total] != [symbolic.explain(config).total]


def test_a_size_that_follows_from_others_of_the_config_is_left_out_with_the_reason() -> None:
    made = api.sweep({"model_type": "dory"}, ["blocks=20"])
    assert not [total for chunk in made.chunks() for total in chunk.totals]
    assert list(made.left_out) == ["blocks can't be 20; it follows from the config, as 36"]


def test_a_width_that_the_heads_of_a_described_network_do_not_divide_is_left_out() -> None:
    made = api.sweep(FALCON, ["emb_dim=126:134"])
    [chunk] = made.chunks()
    assert chunk.columns["emb_dim"].tolist() == [128, 132]
    assert dict(made.left_out) == {"emb_dim must be a multiple of n_heads": 7}
    with pytest.raises(symbolic.ConfigError):
        symbolic.explain({**FALCON, "hidden_size": 130})


def test_a_width_that_the_class_divides_and_rounds_is_counted_as_its_config() -> None:
    exaone = {"model_type": "exaone4", "architectures": ["Exaone4ForCausalLM"], "hidden_size": 64,
              "vocab_size": 90, "intermediate_size": 96, "num_attention_heads": 4, "num_key_value_heads": 2,
              "num_hidden_layers": 2}  # fmt: skip
    made = api.sweep(exaone, ["emb_dim=63:66"])
    [chunk] = made.chunks()
    found = dict(zip(chunk.columns["emb_dim"].tolist(), chunk.totals.tolist(), strict=True))
    assert found == {width: symbolic.explain({**exaone, "hidden_size": width}).total for width in (63, 64, 65, 66)}


def test_heads_that_no_weight_hangs_on_still_divide_the_width() -> None:
    roberta = {"model_type": "roberta", "architectures": ["RobertaForMaskedLM"], "hidden_size": 64,
               "num_attention_heads": 4, "num_hidden_layers": 2}  # fmt: skip
    made = api.sweep(roberta, ["emb_dim=62:70"])
    assert [chunk.columns["emb_dim"].tolist() for chunk in made.chunks()] == [[64, 68]]


def test_pages_and_code_of_such_a_network_say_for_which_sizes_they_hold() -> None:
    assert "options as in model and the same parts" in api.formula(FALCON, "python")
    for page in (api.scale(FALCON), api.solve(FALCON, ["n_layers"], total=10**6)):
        says = " ".join(str(paragraph.text) for paragraph in page.lead)
        assert "the formula holds for sizes with which the network has the same parts" in says


def test_a_batch_is_varied_from_the_command() -> None:
    command = [
        "sweep",
        "llama-3-8b",
        "--quantity",
        "kv-cache",
        "--context",
        "8192",
        "--vary",
        "batch_size=1,8",
        "--csv",
    ]
    result = CliRunner().invoke(main, command)
    assert result.stdout.splitlines() == ["batch_size,kv-cache", "1,1073741824", "8,8589934592"]


@pytest.mark.parametrize(
    ("model", "key", "name"),
    [
        ("llama-3-8b", "num_hidden_layers", "n_layers"),
        ("gpt2", "n_embd", "emb_dim"),
        ("mixtral-8x7b", "num_local_experts", "n_experts"),
    ],
)
def test_a_size_may_be_called_as_the_config_does(model: str, key: str, name: str) -> None:
    """In sweeps, for `solve` and for `scale`."""
    vary = {one: [2, 4] for one in (key, name)}
    by_key, by_name = (api.sweep(model, {one: values}) for one, values in vary.items())
    assert [list(chunk.totals) for chunk in by_key.chunks()] == [list(chunk.totals) for chunk in by_name.chunks()]
    assert str(api.scale(model, vary=[key]).to("text")) == str(api.scale(model, vary=[name]).to("text"))
    assert api.solve(model, [key], total="50e9").total == api.solve(model, [name], total="50e9").total


def test_results_are_columns_beside_the_total() -> None:
    """Twice the utilisation is half the hours and half the price, for the same operations."""
    made = api.sweep(
        "llama-3-8b",
        {"utilisation": [Fraction(1, 5), Fraction(2, 5)]},
        "training-cost",
        results=["device-hours", "price"],
    )
    [chunk] = made.chunks()
    assert made.names == ["utilisation", "training-cost", "device-hours", "price"]
    assert len(set(chunk.totals)) == 1
    assert all(column[0] == 2 * column[1] for column in chunk.results.values())


def test_a_sweep_of_device_memory_has_the_fullest_device_beside_the_first_stage() -> None:
    """Of two stages with the layers computed again the last is fuller, by the loss: what decides is not the total."""
    inputs, choices = {"tokens": 8192, "data_parallel": 16}, {"recompute": "full"}
    vary = {"pipeline_parallel": [1, 2], "batch_size": [4]}
    [chunk] = api.sweep("llama-3-8b", vary, "device-memory", inputs=inputs, choices=choices).chunks()
    made = [
        symbolic.explain(
            "llama-3-8b",
            "device-memory",
            inputs={**inputs, "pipeline_parallel": stages, "batch_size": 4},
            choices=choices,
            idle_inputs=True,
        )
        for stages in (1, 2)
    ]
    assert [list(one) for one in chunk.results.values()] == [[fullest(one).stage.bytes for one in made]]
    assert all(total < most for total, most in zip(chunk.totals, chunk.results["on-the-fullest-device"], strict=True))


@pytest.mark.parametrize(
    ("quantity", "values", "idle"),
    [
        ("training-cost", {"utilisation": [Fraction(3, 10)]}, ["utilisation"]),
        ("training-cost", {"tokens": [1024]}, []),
        ("device-memory", {"data_parallel": [2], "device_memory": [10**10]}, ["device_memory"]),
    ],
)
def test_what_changes_no_total_is_named(quantity: str, values: dict[str, list[Any]], idle: list[str]) -> None:
    assert api.sweep("llama-3-8b", values, quantity).idle == idle


@pytest.mark.parametrize(
    ("results", "many", "says"), [(["hours"], 1, "device-hours"), (["price"], 1001, "give at most 1,000")]
)
def test_results_that_can_t_be_columns_are_refused(results: list[str], many: int, says: str) -> None:
    with pytest.raises(SymbolicError, match=says):
        api.sweep("gpt2-124m", {"n_devices": range(1, many + 1)}, "training-cost", results=results)
