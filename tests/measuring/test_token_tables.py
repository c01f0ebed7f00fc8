"""llama.cpp's formats give the token table the type that the page names, in families written by hand and described."""

from fractions import Fraction

import pytest
from described_configs import default_config
from sampling import EVERYTHING

import symbolic
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.formulas.vocabulary import vocab_size
from symbolic.measuring.formats import llama_cpp
from symbolic.networks.blocks import Kind
from symbolic.networks.learned import catalogue
from symbolic.networks.walks import Leaf, weights

COMMAND_R_PLUS = {
    "model_type": "cohere",
    "architectures": ["CohereForCausalLM"],
    "vocab_size": 256_000,
    "hidden_size": 12_288,
    "intermediate_size": 33_792,
    "num_hidden_layers": 64,
    "num_attention_heads": 96,
    "num_key_value_heads": 8,
    "use_qk_norm": True,
}
BLOCKS = {"q4_0": (32, 18), "q5_1": (32, 24), "q8_0": (32, 34), "q5_K": (256, 176), "q6_K": (256, 210), "f16": (1, 2)}
BASES = {"q8_0": ("q8_0", "q8_0"), "q4_0": ("q4_0", "q6_K"), "q5_k_s": ("q5_K", "q6_K"), "q6_k": ("q6_K", "q6_K")}
IN_ITS_PLACE = {"q5_K": "q5_1", "q6_K": "q8_0"}


@pytest.mark.parametrize(
    ("dtype", "total"),
    [
        # llama.cpp issue 6668 has a file of 66.86 GiB.
        ("q5_k_s", 71_793_098_752),
        ("q8_0", 110_303_690_752),
    ],
)
def test_a_tied_table_of_a_described_type_takes_what_its_file_does(dtype: str, total: int) -> None:
    width, hidden, layers, heads, groups = 12_288, 33_792, 64, 96, 8
    each, head = (Fraction(BLOCKS[name][1], BLOCKS[name][0]) for name in BASES[dtype])
    matrices = layers * (2 * width * width + 2 * width * 128 * groups + 3 * width * hidden)
    norms = 4 * (layers * (width + 128 * (heads + groups)) + width)
    assert matrices * each + 256_000 * width * head + norms == total
    assert symbolic.explain(COMMAND_R_PLUS, quantity="weight-memory", dtype=dtype).total == total


def type_in(row: int, name: str) -> Fraction:
    """Return the bytes of a number in the type that stands in a row of so many."""
    for one in (name, IN_ITS_PLACE.get(name, "f16"), "f16"):
        if row % BLOCKS[one][0] == 0:
            return Fraction(BLOCKS[one][1], BLOCKS[one][0])
    raise AssertionError(row)


def tables(model: Model) -> list[Leaf]:
    """Return the tables that have a row for each token of the vocabulary."""
    found = [leaf for leaf in weights(model.network) if leaf.weight.kind is Kind.TABLE and not leaf.weight.tied_to]
    return [leaf for leaf in found if leaf.role == "embedding" and leaf.weight.shape[0] == vocab_size]


def test_the_token_table_of_every_described_type_has_the_type_that_its_page_names() -> None:
    wrong, seen = [], 0
    for name in catalogue.names()[:: 1 if EVERYTHING else 9]:
        for description in catalogue.each(name):
            for tied in (True, False):
                config = {**default_config(description), "architectures": [description.model_class]}
                try:
                    model = symbolic.load({**config, "tie_word_embeddings": tied})
                except SymbolicError:
                    continue  # its defaults alone are no network, or its class has no such switch
                wrong += [(name, description.model_class, *one) for one in differing(model)]
                seen += len(tables(model))
    assert not wrong
    assert seen > (900 if EVERYTHING else 90)


def differing(model: Model) -> list[tuple[str, str, Fraction]]:
    """Return the tables that take another number of bytes than their type, each with the format.

    Of several, the first stands for the head.
    """
    heads = [leaf.weight for leaf in weights(model.network) if leaf.role == "head" and leaf.weight.kind is Kind.MATRIX]
    own = heads and not any(head.tied_to for head in heads)
    wrong = []
    for dtype, (base, output) in BASES.items():
        try:
            stored = llama_cpp.stored_as(model, dtype).network(model.network)
        except SymbolicError:
            continue  # eight experts are stored by their roles
        kept = {leaf.key: leaf.weight.stored for leaf in weights(stored)}
        for place, leaf in enumerate(tables(model)):
            rows, row = (int(axis.value(model.sizes)) for axis in leaf.weight.shape)
            found = kept[leaf.key]
            assert found is not None
            taken = Fraction(found.value(model.sizes)) / (rows * row)
            if taken != type_in(row, base if own or place else output):
                wrong.append((dtype, "/".join(leaf.key), taken))
    return wrong
