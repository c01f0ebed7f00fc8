"""What a page teaches of its numbers holds: the squares of a layer, the matrices to scale, the doubled width."""

from __future__ import annotations

import re
from fractions import Fraction
from math import prod

import pytest
from sampling import sample

import symbolic
from symbolic.analysis.variants import derived
from symbolic.formulas.figures import near
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Kind
from symbolic.networks.walks import weights
from symbolic.pages.document import explain_page
from symbolic.pages.page import Section
from symbolic.pages.pictures import Matrices
from symbolic.pages.sections.pytorch import in_pytorch

SAID = [
    ("gpt2-124m", "all but 7,680 are in matrices"),
    ("gpt2-124m", "attention 3 + 1 = 4 (query, key and value matrices; output projection matrix), feed"),
    ("gpt2-124m", "That is why the formula of a layer begins with 12 d²."),
    ("llama-3-8b", "attention 1 + 0.5 + 1 = 2.5 (query matrix; key and value matrices; output projection matrix), "),
    ("llama-2-7b", "network 5.375 + 2.6875 = 8.0625 (gate and up matrices; down matrix); together 12.0625."),
    (
        "t5-small",
        "cross-attention 1 + 2 + 1 = 4 (query matrix; key and value matrices; output projection matrix), feed",
    ),
    ("deepseek-v3", "2 × (d × m): 2 × (7,168 × 2,048), 256 times"),
]
UNSAID = [
    ("llama-3-8b", "begins with"),
    ("t5-small", "begins with"),
    # Of 0.03571… squares there is nothing to learn.
    ("deepseek-v3", "Measured in squares"),
    ("mamba-130m", "Measured in squares"),
]
DOUBLED = [
    ("gpt2-124m", ("emb_dim",)),
    ("llama-3-8b", ("emb_dim", "hidden_dim")),
    ("t5-small", ("n_heads", "emb_dim", "hidden_dim")),
    ("qwen3-30b-a3b", ("emb_dim", "n_heads", "expert_dim", "n_kv_groups")),
    ("mamba-130m", ("emb_dim",)),
]


def section(model: str, name: str) -> Section:
    return next(one for one in explain_page(symbolic.explain(model)).sections if one.id == name)


def words(model: str) -> str:
    page = " ".join(symbolic.explain(model).to_text().split()).replace("\u00a0", " ")
    network = page.partition(" THE NETWORK ")[2].partition("THE CONFIGURATION")[0]
    return network + page.partition("WHAT TO LEARN")[2].partition("THE CONFIGURATION")[0]


@pytest.mark.parametrize(("model", "sentence"), sample(SAID, 5))
def test_a_layer_is_so_many_squares(model: str, sentence: str) -> None:
    assert sentence in words(model)


@pytest.mark.parametrize(("model", "sentence"), UNSAID)
def test_only_a_layer_of_squares_alone_begins_with_them(model: str, sentence: str) -> None:
    assert sentence not in words(model)


@pytest.mark.parametrize(
    "model", sample(["gpt2-124m", "llama-3-8b", "deepseek-v3", "t5-small", "bert-base-uncased"], 3)
)
def test_every_matrix_of_a_layer_is_drawn_once_with_its_own_shape(model: str) -> None:
    [drawn] = (part for part in section(model, "network").parts if isinstance(part, Matrices))
    loaded = symbolic.load(model)
    of_layers = (leaf for leaf in weights(loaded.network) if any(block.role == "layer" for block in leaf.path))
    shapes = {
        (leaf.weight.copies, *(axis.value(loaded.sizes) for axis in leaf.weight.shape))
        for leaf in of_layers
        if leaf.weight.kind is Kind.MATRIX
    }
    found = [(one.shape.copies, *map(int, one.shape.axes)) for _, group in drawn.groups for one in group]
    assert set(found) == shapes
    assert drawn.longest == max(axis for _, *axes in shapes for axis in axes)
    assert {piece.longest for piece in drawn.in_pieces(3, 1)} == {drawn.longest}
    assert tuple(group for piece in drawn.in_pieces(3, 2) for group in piece.groups) == drawn.groups


def test_a_part_says_what_share_of_each_kind_of_layer_its_matrices_are() -> None:
    """By hand: 4 × 768 × 768 of GPT-2's 7,085,568; DeepSeek's attention stands in both kinds of layer."""
    said = " ".join(symbolic.explain("gpt2-124m").to_text().split())
    assert "Attention: 2,359,296 parameters in matrices, 33.3 % of the layer" in said.replace("\u00a0", " ")
    said = " ".join(symbolic.explain("deepseek-v3").to_text().split())
    assert "share of the layer: dense layers 32.1 %, expert layers 1.6 %" in said.replace("\u00a0", " ")


@pytest.mark.parametrize(("model", "sizes"), sample(DOUBLED, 3))
def test_a_model_of_twice_the_width_has_what_the_page_says(model: str, sizes: tuple[str, ...]) -> None:
    derivation = symbolic.explain(model)
    said = words(model).partition("Twice as wide.")[2]
    assert said.partition(" be twice")[0] == " Let " + re.sub(", ([a-z_]+)$", r" and \1", ", ".join(sizes))
    layers, wide, rest, others = (int(n.replace(",", "")) for n in re.findall(r"[\d,]{5,}", said)[:4])
    assert layers + rest == derivation.total
    assert wide + others == derived(derivation, {name: 2 * derivation.sizes[name] for name in sizes}).total
    assert f"({near(Fraction(wide, layers))} times as many)" in said


def test_a_network_without_layers_teaches_nothing_of_them() -> None:
    assert "WHAT TO LEARN" not in symbolic.explain({"model_type": "poolformer"}).to_text()


LINE = re.compile(r"(?:(\d+) of )?``nn\.(Linear|Embedding)\(([^,]+), ([^,]+)(, bias=False)?\)``")
LAYERS = [
    ("gpt2-124m", ["attention", "feed_forward"]),
    ("bert-base-uncased", ["attention", "feed_forward"]),
    ("llama-3-8b", ["attention", "feed_forward"]),
    ("qwen2.5-7b", ["attention", "feed_forward"]),
]


@pytest.mark.parametrize(("model", "parts"), LAYERS)
def test_the_lines_of_pytorch_have_the_parameters_of_their_part(model: str, parts: list[str]) -> None:
    """A linear layer has inputs × outputs numbers, and one more for each output if it has a bias."""
    derivation = symbolic.explain(model)
    steps = {visit.step.key: visit.step for visit in derivation.root.walk() if visit.step.steps}
    for part in parts:
        added = 0
        for below in steps[part].steps:
            if found := LINE.fullmatch(in_pytorch(below, derivation)):
                copies, _, inputs, outputs, plain = found.groups()
                rows, columns = (size(axis, derivation) for axis in (inputs, outputs))
                added += int(copies or 1) * (rows * columns + (0 if plain else columns))
        assert added == steps[part].value


def size(axis: str, derivation: Derivation) -> int:
    return prod(int(derivation.sizes.get(name, 0) or name) for name in axis.split(" * "))


def test_no_line_is_said_where_a_bias_may_be_of_any_matrix() -> None:
    derivation = symbolic.explain("mamba-130m")
    mixer = next(visit.step for visit in derivation.root.walk() if visit.step.key == "state_space_mixer")
    assert not any(in_pytorch(below, derivation) for below in mixer.steps)


def test_layers_of_two_towers_are_told_apart() -> None:
    page = " ".join(symbolic.explain({"model_type": "whisper"}).to_text().split())
    assert "feed-forward network 4 + 4 = 8 (first matrix; second matrix); together 12." in page
    assert "attention to the encoder 2 + 1 + 1 = 4 (" in page
