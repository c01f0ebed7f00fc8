"""Identity and origin: keys tell parts apart in every language, and lead from a number to the line that makes it."""

import ast
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

import pytest

import symbolic
from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import emb_dim
from symbolic.measuring import quantities
from symbolic.networks import families
from symbolic.networks.blocks import Block, Kind, Part, Weight
from symbolic.networks.origin import Place
from symbolic.networks.walks import blocks, leaves, weights

FAMILIES = families.names()


@cache
def trees(family: str) -> tuple[Block, ...]:
    """A family's trees: the usual one, then those with one switch the other way or another choice."""
    found = families.find(family)
    usual = {option.name: option.default for option in found.options}
    others = ({**usual, one.name: value} for one in found.options for value in one.choices or (True, False))
    return tuple(found.network(options) for options in (usual, *others))


@cache
def source(file: str) -> str:
    return files("symbolic").joinpath(file).read_text(encoding="utf-8")


@cache
def calls(file: str) -> dict[int, list[str]]:
    """The calls of a file, as source, by the line in which they start."""
    found: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source(file))):
        if isinstance(node, ast.Call):
            found.setdefault(node.lineno, []).append(ast.unparse(node))
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_key_is_snake_case_and_tells_a_part_from_those_beside_it(family: str) -> None:
    for tree in trees(family):
        keys = [leaf.key for leaf in leaves(tree)]
        assert tree.key == "model"
        assert len(set(keys)) == len(keys)
        assert not [key for path in keys for key in path if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key)]


def test_two_parts_of_one_key_are_refused() -> None:
    part = Weight("gate", "gate matrix", (emb_dim,), Kind.MATRIX)
    with pytest.raises(ValueError, match="two parts of 'layer' have the key 'gate'"):
        Block("layer", "layer", role="layer", parts=(part, replace(part, name="another")))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_names_of_the_real_tensors_are_kept_by_keys_that_weights_have(family: str) -> None:
    known = {leaf.part.key for name in FAMILIES for tree in trees(name) for leaf in weights(tree)}
    assert {place.rpartition("/")[2] for place in families.find(family).tensors or ()} <= known


# What worksheets, verification and conventions look for: a key, once published, keeps its meaning.
@pytest.mark.parametrize(
    ("family", "place"),
    [
        ("gpt2", "model/token_embedding/token_table"),
        ("gpt2", "model/transformer_layer/attention/query_key_value_matrices"),
        ("gpt2", "model/transformer_layer/layer_norms/scale"),
        ("gpt2", "model/final_layer_norm/scale"),
        ("llama", "model/transformer_layer/feed_forward/gate_up_matrices"),
        ("deepseek_v3", "model/expert_layer/shared_experts/down_matrix"),
        ("gemma3_text", "model/sliding_layer/rms_norms/scale"),
        ("t5", "model/decoder_layer/cross_attention/output_projection_matrix"),
        ("mamba", "model/mamba_layer/state_space_mixer/decay_rates"),
        ("qwen3_next", "model/delta_net_layer/gated_delta_net/memory"),
    ],
)
def test_keys_stay_what_they_are(family: str, place: str) -> None:
    assert place in {"/".join(leaf.key) for leaf in leaves(trees(family)[0])}


@pytest.mark.parametrize("family", FAMILIES)
def test_an_origin_leads_from_the_family_to_a_line_that_makes_the_part(family: str) -> None:
    for part in {id(part): part for tree in trees(family) for part in every_part(tree)}.values():
        places = [(place.file, place.function) for place in part.origin]
        file, line, _ = part.origin[-1]
        assert any(call.startswith(f"{type(part).__name__}(") for call in calls(file)[line]), part.origin
        assert len({file for file, _ in places}) == len(places)
        assert any(f'"{part.key}"' in source(file) for file, _ in places), part.key
        assert all(f"def {function}(" in source(file) for file, function in places if function)
        # What all families share is made once, for none of them.
        assert file.startswith("networks/layers/") or places[0][0] == f"networks/families/{family}.py"


def every_part(tree: Block) -> Iterator["Block | Part"]:
    yield from blocks(tree)
    yield from (leaf.part for leaf in leaves(tree))


def test_an_origin_is_no_part_of_what_a_block_is() -> None:
    def make() -> Weight:
        return Weight("gate", "gate matrix", (emb_dim,), Kind.MATRIX)

    one, other = make(), replace(make(), origin=(Place("networks/layers/attention.py", 1, "f"),))
    assert one.origin == ()
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert pickle.loads(pickle.dumps(other)).origin == other.origin
    assert replace(other, copies=2).origin == other.origin


@pytest.mark.parametrize("quantity", quantities.names())
def test_each_step_has_the_key_and_the_origin_of_its_part(quantity: str) -> None:
    for visit in symbolic.explain("llama-3-8b", quantity).root.walk():
        step = visit.step
        assert step.key
        assert step.origin[0].file.startswith("networks/")
        assert len({below.key for below in step.steps}) == len(step.steps)


@pytest.mark.torch
@pytest.mark.parametrize("family", FAMILIES)
def test_the_class_of_a_family_reads_the_keys_that_we_read_for_it(family: str) -> None:
    transformers = pytest.importorskip("transformers")
    found = families.find(family)
    for name in found.model_types if found.classes else ():
        if name not in transformers.CONFIG_MAPPING:
            continue
        config = transformers.CONFIG_MAPPING[name]()
        known = {*config.to_dict(), *config.attribute_map, *vars(config)}
        for symbol, default in found.sizes.items():
            read = found.read_by_class(symbol)
            if isinstance(default, int | Formula) and known & {*found.keys(symbol)}:
                assert known & {*read}, symbol
                assert symbol.name not in {*read} - known, symbol
