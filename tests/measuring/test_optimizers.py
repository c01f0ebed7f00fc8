"""Each optimizer keeps the bytes of a weight that its paper says, wherever a page counts, divides or compares them."""

import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main
from symbolic.errors import UnknownName
from symbolic.measuring.layouts import layouts
from symbolic.measuring.optimizers import OPTIMIZERS

PARAMETERS = 8_030_261_248
IN_LAYERS = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336)
"""Of Llama 3 8B: its numbers, and those of the matrices in its layers."""
ROWS_AND_COLUMNS = 2 * (128_256 + 4_096) + 32 * (2 * 8_192 + 2 * 5_120 + 3 * 18_432)
"""Of the table and the head; of query and output, of key and value, of gate, up and down."""
SCALES = 65 * 4_096
"""The numbers of the norms, two a layer and one behind them."""

KEPT = {
    "adamw": 16 * PARAMETERS,
    "adamw-8bit": 10 * PARAMETERS,
    "lion": 12 * PARAMETERS,
    "sgd-momentum": 12 * PARAMETERS,
    "sgd": 8 * PARAMETERS,
    "muon": 12 * IN_LAYERS + 16 * (PARAMETERS - IN_LAYERS),
    "adafactor": 8 * PARAMETERS + 4 * (ROWS_AND_COLUMNS + SCALES),
}


@pytest.mark.parametrize(("optimizer", "size"), KEPT.items())
def test_weights_gradients_and_states(optimizer: str, size: int) -> None:
    """2 bytes of the weight, 2 of its gradient, 4 of the copy, and what the optimizer keeps beside it."""
    asked = {"optimizer": optimizer}
    for quantity, convention in (
        ("training-states", ""),
        ("training-memory", "states"),
        ("device-memory", "states"),
    ):
        made = symbolic.explain("llama-3-8b", quantity, convention=convention, choices=asked)
        assert made.total == size, quantity


def test_each_optimizer_is_counted_here() -> None:
    assert KEPT.keys() == OPTIMIZERS.keys()


@pytest.mark.parametrize(("optimizer", "kept"), [("lion", 8), ("adamw-8bit", 6), ("muon", None)])
def test_zero_divides_the_states_and_nothing_else(optimizer: str, kept: int | None) -> None:
    """ZeRO 1 among 8 devices: 4 bytes of a number are whole, and an eighth of its states."""
    size = symbolic.explain(
        "llama-3-8b",
        "device-memory",
        convention="states",
        inputs={"data_parallel": 8},
        choices={"optimizer": optimizer, "zero": "1"},
    ).total
    states = 8 * IN_LAYERS + 12 * (PARAMETERS - IN_LAYERS) if kept is None else kept * PARAMETERS
    assert size == 4 * PARAMETERS + states // 8


@pytest.mark.parametrize("optimizer", ["lion", "muon", "adafactor"])
def test_the_tables_of_a_page_have_the_optimizer_too(optimizer: str) -> None:
    """A device that holds everything: the states, the activations of 1,024 tokens, and the loss at the peak."""
    how = {"inputs": {"tokens": 1024}, "choices": {"optimizer": optimizer}}
    made = symbolic.explain("llama-3-8b", "training-memory", **how)  # type: ignore[arg-type]
    text = " ".join(str(made.to("text")).split())
    loss = 2 * 4 * 1024 * 128_256
    found = layouts(made)
    assert found is not None
    assert found.rows[1]["whole"] == made.total + loss
    assert f"--optimizer {optimizer}" in text
    assert "The optimizer is" in text
    assert "The optimizer is" not in str(symbolic.explain("llama-3-8b", "training-memory").to("text"))


def test_what_was_published_of_another_optimizer_is_not_taken() -> None:
    """DeepSeek-V3 was trained with averages of 16 bits: 8 bytes; plain SGD keeps 4, and 12 are AdamW's at 32."""
    for optimizer, size in {"adamw": 8, "sgd": 4, "muon": 12}.items():
        made = symbolic.explain("deepseek-v3", "training-memory", choices={"optimizer": optimizer})
        assert made.sizes["state_bytes"] == size
        assert made.sizes["gradient_bytes"] == 4


def test_a_mixture_of_experts_divides_what_muon_keeps() -> None:
    """The devices that hold the states of all parameters: those of DeepSeek-V3's layers have 8 bytes, others 12."""
    made = symbolic.explain("deepseek-v3", "training-states", choices={"optimizer": "muon"})
    hidden = (made.sizes["state_bytes"] + 6) * 671_026_404_352 - made.total
    # 4 bytes less for each number of a matrix in a layer: all but table, head and norms.
    assert hidden == 4 * (671_026_404_352 - 2 * 129_280 * 7_168 - _no_matrices())


def _no_matrices() -> int:
    """Scales of norms: two of a layer, two of its latents, and the last. What routers add to scores is no parameter."""
    return 61 * (2 * 7_168 + 1_536 + 512) + 7_168


def test_unknown_optimizers_and_others_conventions_are_refused() -> None:
    with pytest.raises(UnknownName, match="no optimizer 'adma'; nearest: adamw"):
        symbolic.explain("gpt2", "training-memory", choices={"optimizer": "adma"})
    with pytest.raises(UnknownName, match="no convention 'fp32'; all: mixed"):
        symbolic.explain("gpt2", "training-states", convention="fp32", choices={"optimizer": "lion"})
    ran = CliRunner().invoke(main, ["explain", "gpt2", "--quantity", "kv-cache", "--optimizer", "lion"])
    assert (ran.exit_code, "kv-cache has no --optimizer" in ran.stderr) == (2, True)
