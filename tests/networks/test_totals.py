"""Totals are the published ones, exactly."""

import pytest

import symbolic
from symbolic.configs import models
from symbolic.networks.learned.notation import formula

BOOK = {
    "gpt2-124m": (163_009_536, 124_412_160, 124_439_808),
    "gpt2-355m": (406_212_608, 354_749_440, 354_823_168),
    "gpt2-774m": (838_220_800, 773_891_840, 774_030_080),
    "gpt2-1558m": (1_637_792_000, 1_557_380_800, 1_557_611_200),
}
PUBLISHED = [(name, entry) for name in models.names() for entry in models.find(name).published]


@pytest.mark.parametrize(("name", "totals"), BOOK.items())
def test_the_book_s_models_have_the_totals_that_its_notebooks_print(name: str, totals: tuple[int, int, int]) -> None:
    model = symbolic.load(name)
    with_bias = model.with_options({"qkv_bias": True})
    found = (
        symbolic.explain(model, convention="untied").total,
        symbolic.explain(model, convention="tied").total,
        symbolic.explain(with_bias).total,
    )
    assert found == totals


@pytest.mark.parametrize(
    ("name", "entry"), PUBLISHED, ids=[f"{name}-{entry.total or entry.figure}" for name, entry in PUBLISHED]
)
def test_a_published_total_comes_out_under_its_convention(name: str, entry: models.Published) -> None:
    model = symbolic.load(name).with_options(entry.options)
    derivation = symbolic.explain(model, convention=entry.convention)
    found = derivation.total + sum(int(formula(row.formula).value(derivation.sizes)) for row in entry.beside)
    assert entry.agrees(found)
    assert entry.figure in entry.name


@pytest.mark.parametrize(
    ("step", "value"), [("attention", 2_360_064), ("feed-forward network", 4_722_432), ("layer norms", 3_072)]
)
def test_a_module_of_the_book_s_gpt_has_the_size_that_it_prints(step: str, value: int) -> None:
    [layer] = [part for part in symbolic.explain("gpt2-124m").steps if part.role == "layer"]
    assert {part.name: part.value for part in layer.steps}[step] == value


def test_llama_2_has_its_published_total() -> None:
    assert symbolic.explain("llama-2-7b").total == 6_738_415_616


@pytest.mark.parametrize(
    ("figure", "cut", "total", "agrees"),
    [
        ("12.9B", False, 12_879_925_248, True),
        ("12.8B", False, 12_879_925_248, False),
        ("12.8B", True, 12_879_925_248, True),
        ("12.85B", False, 12_850_000_000, True),
        ("37B", False, 36_500_000_000, True),
        ("37B", False, 36_499_999_999, False),
        ("110M", False, 110_106_428, True),
        ("3.3B", True, 3_400_000_000, False),
    ],
)
def test_a_short_figure_agrees_with_what_rounds_to_it_or_is_cut_off_to_it(
    figure: str, cut: bool, total: int, agrees: bool
) -> None:
    assert models.Published("a name", "a source", figure=figure, cut=cut).agrees(total) is agrees


def test_each_bundled_model_is_found_by_its_sizes() -> None:
    """Only files that have all numbers that a family requires are looked at: each model's own must have them."""
    for name in models.names():
        assert name in [found.name for found in models.models_of_sizes(models.find(name).model())]
