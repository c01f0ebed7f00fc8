"""The scale document: coefficients, leading terms, crossovers and growth are what is known, or found a second way."""

from fractions import Fraction

import pytest
import sympy
from described_configs import default_config
from hypothesis import given
from hypothesis import strategies as st
from sampling import EVERYTHING, MODELS, ONE_A_FAMILY, sample

import symbolic
from symbolic import api
from symbolic.analysis.crossovers import crossovers
from symbolic.analysis.growth import growth
from symbolic.analysis.leading import BOUNDS, alone, together
from symbolic.analysis.readable import as_written
from symbolic.analysis.response import derivative, response
from symbolic.analysis.room_of_sizes import exists, largest
from symbolic.analysis.roots import first_whole_above, positive_roots
from symbolic.analysis.sampling import closed_form_holds
from symbolic.analysis.scale_page import scale_page
from symbolic.analysis.sizes import UnknownSize
from symbolic.analysis.terms import eventual, traced
from symbolic.configs import models
from symbolic.errors import SymbolicError
from symbolic.formulas.in_sympy import in_sympy
from symbolic.formulas.vocabulary import SYMBOLS, emb_dim, n_layers, tokens
from symbolic.measuring import chinchilla
from symbolic.networks.learned import catalogue
from symbolic.pages.page import Paragraph
from symbolic.pages.rendering import formats, render_page
from symbolic.pages.rendering.text_notation import Text

LETTERS = Text("letters", compact=True)


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_a_closed_form_holds_at_other_sizes_and_its_terms_sum_to_the_total(model: str) -> None:
    derivation = symbolic.explain(model)
    closed_form_holds(derivation)
    assert sum(term.value for term in traced(derivation)) == derivation.total


@pytest.mark.parametrize("part", range(4 if EVERYTHING else 1))
def test_closed_forms_and_terms_of_described_types_hold_whatever_the_order_of_their_sizes(part: int) -> None:
    for name in [*catalogue.names()][part::4] if EVERYTHING else ["bit", "mobilenet_v1"]:
        description = catalogue.described(name)[0]
        try:
            derivation = symbolic.explain(default_config(description))
        except SymbolicError:
            continue  # its defaults alone are no network
        closed_form_holds(derivation)
        assert sum(term.value for term in traced(derivation)) == derivation.total, name


@pytest.mark.parametrize(
    ("model", "term", "parts"),
    [
        ("gpt2-124m", "12 L d²", {"attention": 4, "feed-forward network": 8}),
        ("gpt2-124m", "10 L d", {"attention": 1, "feed-forward network": 5, "layer norms": 4}),
        ("llama-2-7b", "3 L d f", {"feed-forward network": 3}),
    ],
)
def test_a_coefficient_is_traced_to_its_steps(model: str, term: str, parts: dict[str, int]) -> None:
    derivation = symbolic.explain(model)
    [found] = [one for one in traced(derivation) if LETTERS(one.formula) == term]
    sums: dict[str, Fraction] = {}
    for origin in found.origins:
        layer = next(step for step in derivation.steps if origin.visit.step.number.startswith(f"{step.number}."))
        part = next(step for step in layer.steps if origin.visit.step.number.startswith(step.number))
        sums[part.label] = sums.get(part.label, Fraction(0)) + origin.coefficient
    assert sums == parts


def test_the_leading_term_of_gpt_is_twelve_l_d_squared() -> None:
    derivation = symbolic.explain("gpt2-124m")
    joint = together(derivation.general_form, derivation.sizes)
    assert LETTERS(joint.term) == "12 L d²"
    assert joint.error == Fraction(124_412_160 - 84_934_656, 124_412_160)


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 7))
def test_the_leading_term_is_sympy_s_limit(model: str) -> None:
    derivation = symbolic.explain(model)
    for symbol in derivation.general_form.symbols:
        one = alone(derivation.general_form, symbol, derivation.sizes)
        numbers = {in_sympy(s): derivation.sizes[s.name] for s in derivation.general_form.symbols if s != symbol}
        expression = derivation.closed_form.subs(numbers).replace(sympy.ceiling, lambda part: part)
        term = in_sympy(one.term).subs(numbers).replace(sympy.ceiling, lambda part: part)
        x = sympy.Symbol("x", positive=True)
        ratio = sympy.cancel((expression / term).subs(in_sympy(symbol), x))
        assert sympy.limit(ratio, x, sympy.oo) == 1


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b", "vit-base-patch16-224"])
def test_the_error_is_small_from_the_size_that_is_named_on_and_not_before(model: str) -> None:
    derivation = symbolic.explain(model)
    for symbol in derivation.general_form.symbols:
        one = alone(derivation.general_form, symbol, derivation.sizes)
        for bound, start in zip(BOUNDS, one.from_size, strict=True):
            if start is None:
                continue

            def error(size: int, symbol=symbol, term=one.term) -> Fraction:  # type: ignore[no-untyped-def]
                at = {**derivation.sizes, symbol.name: size}
                whole = Fraction(derivation.general_form.value(at))
                return abs(whole - Fraction(term.value(at))) / whole

            assert error(start) < bound
            assert error(7 * start) < bound
            assert start == 1 or error(start - 1) >= bound


@pytest.mark.parametrize(
    ("size", "doubled", "limit"),
    [("emb_dim", Fraction(418_693_632, 124_412_160), 4), ("n_layers", Fraction(209_438_976, 124_412_160), 2)],
)
def test_doubling_a_size_is_what_a_model_of_twice_the_size_counts(size: str, doubled: Fraction, limit: int) -> None:
    sizes = dict(symbolic.load("gpt2-124m").sizes)
    larger = {name: value for name, value in sizes.items() if name not in ("hidden_dim", "head_dim")}
    total = symbolic.explain(symbolic.load({**larger, size: 2 * sizes[size], "qkv_bias": False})).total
    found = response(symbolic.explain("gpt2-124m").general_form, SYMBOLS[size], sizes)
    assert found.doubled == Fraction(total, 124_412_160) == doubled
    assert found.limit == limit


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3", "mamba-1.4b"])
def test_what_doubling_tends_to_is_sympy_s_limit(model: str) -> None:
    derivation = symbolic.explain(model)
    x = sympy.Symbol("x", positive=True)
    for symbol in derivation.general_form.symbols:
        numbers = {in_sympy(s): derivation.sizes[s.name] for s in derivation.general_form.symbols if s != symbol}
        whole = derivation.closed_form.subs(numbers).replace(sympy.ceiling, lambda part: part).subs(in_sympy(symbol), x)
        limit = sympy.limit(sympy.cancel(whole.subs(x, 2 * x) / whole), x, sympy.oo)
        assert response(derivation.general_form, symbol, derivation.sizes).limit == Fraction(int(limit.p), int(limit.q))


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 4, 1))
def test_a_slope_is_sympy_s_derivative_times_the_size(model: str) -> None:
    derivation = symbolic.explain(model)
    for symbol in derivation.general_form.symbols:
        x, whole = in_sympy(symbol), in_sympy(eventual(derivation.general_form, symbol))
        assert (x * whole.diff(x) - in_sympy(derivative(derivation.general_form, symbol))).expand() == 0


def test_elasticities_of_a_polynomial_weigh_each_power_by_its_share() -> None:
    found = response(symbolic.explain("gpt2-124m").general_form, emb_dim, symbolic.load("gpt2-124m").sizes)
    assert found.elasticity == Fraction(2 * 84_934_656 + (124_412_160 - 84_934_656), 124_412_160)


def test_tables_and_layers_of_gpt_are_equal_where_their_formulas_say() -> None:
    [tables, _] = crossovers(symbolic.explain("gpt2-124m"))[:2]
    solved = {solution.symbol.name: solution for solution in tables.solutions}
    assert LETTERS(solved["emb_dim"].letters) == "(V + T − 10 L) / (12 L)"  # type: ignore[arg-type]
    assert solved["emb_dim"].about == Fraction(50257 + 1024 - 120, 144)


@pytest.mark.parametrize("model", ["gpt2-124m", "gpt2-1558m", "pythia-1.4b"])
def test_attention_s_quadratic_term_equals_that_of_the_weights_at_six_times_the_width(model: str) -> None:
    """With all pairs of tokens counted, attention as wide as the model, and a feed-forward network of 4 d."""
    derivation = symbolic.explain(model, "forward-flops")
    [last] = [one for one in crossovers(derivation) if one.names[1] == "all products with weights in the layers"]
    [solution] = [one for one in last.solutions if one.symbol == tokens]
    assert solution.about == 6 * derivation.sizes["emb_dim"]
    [first] = [
        one for one in crossovers(derivation) if one.names == ("attention's own products", "the feed-forward networks")
    ]
    assert next(one for one in first.solutions if one.symbol == tokens).about == 4 * derivation.sizes["emb_dim"]


def test_the_cache_outweighs_the_weights_from_a_context_that_is_solved_for() -> None:
    derivation = symbolic.explain("llama-2-7b", "kv-cache")
    [found] = [one for one in crossovers(derivation) if one.names == ("the cache", "the weights")]
    [solution] = [one for one in found.solutions if one.symbol.name == "context"]
    assert solution.about == Fraction(2 * 6_738_415_616, 524_288)


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 4, 1))
def test_growth_at_this_model_s_width_is_this_model_s_total(model: str) -> None:
    derivation = symbolic.explain(model)
    found = growth(derivation)
    assert found is not None
    exact = found.at(derivation.sizes["emb_dim"], derivation.sizes)
    if model.startswith("mamba"):  # its formula rounds up, and the growth does not
        assert abs(exact / derivation.total - 1) < Fraction(1, 100)
    else:
        assert exact == derivation.total


@pytest.mark.parametrize("model", sample(models.names(), 13))
def test_the_formula_of_a_shape_is_exact_for_the_models_that_share_it_and_for_no_other(model: str) -> None:
    found = growth(symbolic.explain(model))
    assert found is not None
    for member in found.members:
        assert (member.predicted == member.total) == (not member.differs and not member.options), member.name


def test_sizes_that_no_network_has_are_said_to_be_none_and_an_example_s_budget_says_whose_it_is() -> None:
    page = scale_page(symbolic.explain("llama-3-8b"))
    words = [str(part.text) for section in page.sections for part in section.parts if isinstance(part, Paragraph)]
    assert any("17,203 (`emb_dim`), 136 (`n_kv_groups`), 1.882 (`n_heads`)." in text for text in words)
    assert any("those of the training of Gopher" in text for text in words)


def test_parameters_grow_with_the_cube_of_the_width_at_a_fixed_shape() -> None:
    for model in ("gpt2-124m", "pythia-1b", "qwen3-8b", "llama-3-8b"):
        found = growth(symbolic.explain(model))
        assert found is not None
        assert found.power == 3
        assert len(found.members) >= 3
    assert LETTERS(growth(symbolic.explain("gpt2-124m")).leading) == "12 d³ / a"  # type: ignore[union-attr]


@pytest.mark.parametrize(("fit", "parameters", "tokens_"), [(0, "32.2", "2.98"), (1, "72.2", "1.33")])
def test_chinchilla_s_optima_are_the_known_ones(fit: int, parameters: str, tokens_: str) -> None:
    best = chinchilla.optimum(chinchilla.fits()[fit], Fraction("5.76e23"))
    assert abs(best.parameters / 10**9 - Fraction(parameters)) <= Fraction(1, 20)
    assert abs(best.tokens / 10**12 - Fraction(tokens_)) <= Fraction(1, 200)
    assert abs(6 * best.parameters * best.tokens / best.compute - 1) < Fraction(1, 10**20)


def test_chinchilla_s_optimum_is_a_minimum_and_its_budget_turns_it_round() -> None:
    for fit in chinchilla.fits():
        best = chinchilla.optimum(fit, Fraction(10) ** 22)
        for nearby in (Fraction(99, 100), Fraction(101, 100)):
            n, c = best.parameters * nearby, fit.constants
            tokens_ = best.compute / (6 * n)
            loss = (
                float(c["E"])
                + float(c["A"]) / float(n) ** float(c["alpha"])
                + float(c["B"]) / float(tokens_) ** float(c["beta"])
            )
            assert loss > float(best.loss)
        assert abs(chinchilla.compute_for(fit, round(best.parameters)).compute / best.compute - 1) < Fraction(1, 10**8)


def test_chinchilla_s_derivation_is_sympy_s() -> None:
    chinchilla.check()


@given(st.dictionaries(st.integers(0, 5), st.integers(-1000, 1000), min_size=2))
def test_isolated_roots_hold_a_change_of_sign(coefficients: dict[int, int]) -> None:
    def at(x: Fraction) -> Fraction:
        return sum((value * x**power for power, value in coefficients.items()), Fraction(0))

    for root in positive_roots(coefficients):
        assert root.high >= root.low >= 0
        assert at(root.low) == 0 or at(root.low) * at(root.high) <= 0 or abs(at(root.about)) < 1
    start = first_whole_above(coefficients)
    if start is not None:
        assert all(at(Fraction(x)) > 0 for x in (start, start + 1, 3 * start, 1000 * start))
        assert start == 1 or at(Fraction(start - 1)) <= 0 or any(at(Fraction(2 * start - 1, 2)) <= 0 for _ in "x")


@pytest.mark.parametrize(
    "text",
    ["x**2 + 3*x - 1", "(sqrt(5)-1)/2", "x**(2/3)/y", "-x/y", "1/(x+1)", "2*x*y**2", "sqrt(x**2 - 4*y)", "-3*x*(y+1)"],
)
def test_what_sympy_finds_is_written_as_a_formula_of_the_same_value(text: str) -> None:
    names = {"x": emb_dim, "y": n_layers}
    places = {name: sympy.Symbol(name, positive=True) for name in names}
    expression = sympy.sympify(text, locals=places)
    back = in_sympy(as_written(expression, names))
    assert (
        sympy.simplify(back.subs({in_sympy(emb_dim): places["x"], in_sympy(n_layers): places["y"]}) - expression) == 0
    )


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 11))
def test_every_family_has_a_scale_document_in_every_format(model: str) -> None:
    page = api.scale(model)
    total = f"{symbolic.explain(model).total:,}"
    for kind in ("html", "latex", "markdown", "text"):
        assert total in render_page(page, kind).replace("{,}", ",").replace(r"\allowbreak{}", "")


def test_all_formats_print_the_page_and_json_is_data() -> None:
    import json

    page = api.scale("gpt2-124m", vary=("emb_dim",))
    # Documents of Word and slides of this page are made in tests/pages.
    assert all(render_page(page, kind) for kind in formats() if EVERYTHING or kind not in ("docx", "slides"))
    data = json.loads(render_page(page, "json"))
    assert data["total"] == 124_412_160
    assert data["kind"] == "page"


def test_only_the_sizes_that_are_asked_for_are_varied() -> None:
    text = render_page(api.scale("gpt2-124m", vary=("n_layers",)), "text")
    table = text.split("The leading term in each size alone")[1].split("\n\n")[0]
    assert "n_layers" in table
    assert "vocab_size" not in table


@pytest.mark.parametrize(
    ("size", "says"),
    [
        ("width", "'width' is no size of this formula; it has vocab_size, emb_dim, context_length, n_layers"),
        ("hidden_dim", "hidden_dim follows from emb_dim"),
        ("n_heads", "n_heads does not change the parameters"),
    ],
)
def test_a_size_that_the_formula_lacks_is_an_error_with_those_that_it_has(size: str, says: str) -> None:
    with pytest.raises(UnknownSize, match=says.replace("(", r"\(")):
        api.scale("gpt2-124m", vary=(size,))


def test_a_size_that_is_a_fraction_is_printed_as_one() -> None:
    text = render_page(api.scale("llama-3-8b", "weight-memory", dtype="int4"), "text")
    assert isinstance(text, str)
    assert "= (4 + (16 + 4) / 128) / 8\n    = 133/256" in text


def test_what_a_batch_does_is_on_the_page() -> None:
    found = response(symbolic.explain("gpt2-124m", "forward-flops").general_form, SYMBOLS["batch_size"],
                     symbolic.explain("gpt2-124m", "forward-flops").sizes)  # fmt: skip
    assert found.doubled == found.limit == 2
    text = render_page(api.scale("gpt2-124m", "forward-flops", vary=["batch_size"]), "text")
    assert "batch_size" in str(text)


def test_sizes_of_layers_that_a_model_has_none_of_are_said_to_have_no_effect() -> None:
    text = " ".join(str(render_page(api.scale("qwen3-30b-a3b"), "text")).split())
    assert "hidden_dim: the total does not change with it, since it belongs to a kind of layer" in text
    _, _, doubled = text.partition("One size doubled")
    assert "hidden_dim" not in doubled.partition("The elasticity")[0]


def test_the_page_leads_with_what_doubling_does() -> None:
    words = " ".join(str(render_page(api.scale("llama-3-8b"), "text")).split())
    assert (
        "8,030,261,248 parameters. Twice emb_dim: 2.334 ×; twice n_layers: 1.869 ×; twice hidden_dim: 1.702 ×. "
        "The leading term alone is off by 13.1 %."
    ) in words


@pytest.mark.parametrize(
    ("model", "size", "found"),
    [
        # 32 query heads share out the key-value heads; a head of one number is the narrowest in 4,096
        ("llama-3-8b", "n_kv_groups", 32),
        ("llama-3-8b", "n_heads", 4096),
        ("llama-3-8b", "emb_dim", None),
        # 61 layers, of which some are dense
        ("deepseek-v3", "n_dense_layers", 61),
    ],
)
def test_a_size_that_others_bound_has_no_limit(model: str, size: str, found: int | None) -> None:
    made = symbolic.load(model)
    assert largest(made, SYMBOLS[size]) == found
    rows = str(render_page(api.scale(model, vary=(size,)), "text")).split("One size doubled")[1]
    assert ("no network" in rows.split("\n\n")[0]) is (found is not None)
    assert exists(made, SYMBOLS[size], found or 1024 * made.sizes[size])


@pytest.mark.parametrize(("kind", "size"), [("lfm2", "n_layers"), ("efficientnet", "num_block_repeats_0")])
def test_that_long_stacks_are_not_built_bounds_no_number_of_layers(kind: str, size: str) -> None:
    assert largest(symbolic.load({"model_type": kind}), SYMBOLS[size]) is None


def test_the_page_leads_with_no_doubling_that_no_network_has() -> None:
    """Phi-3 mini has as many key-value heads as query heads; five of its sizes make a cache twice as large."""
    lead = str(render_page(api.scale("phi-3-mini", quantity="kv-cache"), "text")).split("This page")[0]
    assert "twice n_layers" in lead
    assert "n_kv_groups" not in lead
