"""Each way from a total to another count sums exactly: every quantity, families and described types."""

import pytest
from sampling import ONE_A_FAMILY, sample

import symbolic
from symbolic.errors import NothingToMeasure
from symbolic.measuring import quantities
from symbolic.measuring.reconciliation import reconcile

PAIRS = [(model, name) for model in ONE_A_FAMILY for name in quantities.names()]
DESCRIBED = [
    {"model_type": "bloom", "architectures": ["BloomForCausalLM"], "hidden_size": 64, "n_layer": 3, "n_head": 4},
    {"model_type": "olmoe", "architectures": ["OlmoeForCausalLM"]},
    {"model_type": "starcoder2", "architectures": ["Starcoder2ForCausalLM"]},
    {"model_type": "roberta", "architectures": ["RobertaForMaskedLM"]},
]
DONE = [(config, name) for config in DESCRIBED for name in sorted(symbolic.load(config).architecture.only)]


@pytest.mark.parametrize(("model", "name"), [*sample(PAIRS, 23), *sample(DONE, 5)], ids=lambda one: str(one)[:40])
def test_every_way_starts_at_one_count_and_ends_at_the_other(model: object, name: str) -> None:
    try:
        derivation = symbolic.explain(model, name)
    except NothingToMeasure:
        return
    for way in reconcile(derivation):
        smaller, larger = sorted((way.other, derivation.total))
        # In front of a count may stand the same with somebody's mistake in it.
        start = next(place for place, row in enumerate(way.rows) if row.running == smaller)
        assert smaller + sum(row.value for row in way.rows[start + 1 :]) == larger == way.rows[-1].running
