"""Solving for sizes: what solves the equation, which configs lie around it, and what can't be reached."""

from fractions import Fraction

import pytest
from click.testing import CliRunner
from described_configs import default_config
from sampling import ONE_A_FAMILY, sample

import symbolic
from symbolic import api
from symbolic.analysis.solution import solutions
from symbolic.analysis.solving import Unreachable, solve_many, solve_one
from symbolic.cli import main
from symbolic.formulas.formula import Number, Power, Product, Sum
from symbolic.formulas.in_sympy import in_sympy
from symbolic.formulas.vocabulary import SYMBOLS, context_length, emb_dim, n_layers, vocab_size
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import derived_results
from symbolic.networks.learned import catalogue
from symbolic.pages.rendering import render_page


def value_at(derivation: Derivation, name: str, size: Fraction) -> Fraction:
    return Fraction(derivation.general_form.value({**derivation.sizes, name: size}))


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 4))
def test_the_size_that_makes_a_model_s_own_total_is_the_model_s(model: str) -> None:
    derivation = symbolic.explain(model)
    for symbol in derivation.general_form.symbols:
        found = solutions(derivation.general_form, Number(derivation.total), symbol, derivation.sizes)
        own = derivation.sizes[symbol.name]
        if value_at(derivation, symbol.name, Fraction(own + 1)) == derivation.total or not own:
            # None of the kind of layer that it is a size of.
            continue
        if all(solution.smooth for solution in found):
            assert any(solution.root.low <= own <= solution.root.high for solution in found), symbol.name


@pytest.mark.parametrize("target", [10**9, 7 * 10**9, 123_456_789])
@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "t5-small", "gpt-oss-20b"])
def test_a_solution_put_back_gives_the_target(model: str, target: int) -> None:
    derivation = symbolic.explain(model)
    for symbol in derivation.general_form.symbols:
        for solution in solutions(derivation.general_form, Number(target), symbol, derivation.sizes):
            low, high = (value_at(derivation, symbol.name, end) for end in (solution.root.low, solution.root.high))
            assert min(low, high) <= target <= max(low, high)


def test_a_quadratic_is_solved_in_letters_and_exactly() -> None:
    derivation = symbolic.explain("gpt2-124m")
    [solution] = solutions(derivation.general_form, Number(7 * 10**9), emb_dim, derivation.sizes)
    assert solution.radical is not None
    assert (
        derivation.closed_form.subs(
            {in_sympy(s): derivation.sizes[s.name] for s in derivation.general_form.symbols if s != emb_dim}
        )
        .subs(in_sympy(emb_dim), in_sympy(solution.radical))
        .expand()
        == 7 * 10**9
    )


def test_a_cubic_has_its_root_isolated() -> None:
    solved = solve_one(
        symbolic.explain("gpt2-124m"), emb_dim, Fraction(7 * 10**9), ("aspect", "head_dim"), 128, at_most=False
    )
    assert solved.solution.radical is None
    assert solved.solution.degree == 3
    assert solved.solution.root.high - solved.solution.root.low < Fraction(1, 10**4)


def test_the_nearest_valid_configs_are_the_nearest_and_their_totals_exact() -> None:
    solved = solve_one(symbolic.explain("gpt2-124m"), emb_dim, Fraction(1_500_000_000), (), 64, at_most=False)
    totals = {}
    for width in range(64, 6400, 64):
        if width % 12 == 0:
            config = {
                "vocab_size": 50257,
                "context_length": 1024,
                "emb_dim": width,
                "n_heads": 12,
                "n_layers": 12,
                "qkv_bias": False,
            }
            totals[width] = symbolic.explain(symbolic.load(config)).total
    below = max((total, width) for width, total in totals.items() if total <= 1_500_000_000)
    above = min((total, width) for width, total in totals.items() if total > 1_500_000_000)
    assert (solved.below[0].total, solved.below[0].sizes["emb_dim"]) == below
    assert (solved.above[0].total, solved.above[0].sizes["emb_dim"]) == above
    assert solved.best.total == min(below[0], above[0], key=lambda total: abs(total - 1_500_000_000))


def test_kept_ratios_are_kept() -> None:
    solved = solve_one(
        symbolic.explain("gpt2-124m"), emb_dim, Fraction(7 * 10**9), ("aspect", "head_dim"), 1, at_most=False
    )
    for one in (*solved.below, *solved.above):
        sizes = one.model.sizes
        assert sizes["emb_dim"] / sizes["n_layers"] == 64 == sizes["emb_dim"] / sizes["n_heads"]


@pytest.mark.parametrize("dtype", ["bf16", "int8", "int4"])
def test_a_memory_is_filled_by_the_largest_that_fits(dtype: str) -> None:
    budget = 24 * 2**30
    derivation = symbolic.explain("llama-2-7b", "weight-memory", dtype=dtype)
    solved = solve_one(derivation, n_layers, Fraction(budget), (), 1, at_most=True)
    assert solved.best.total <= budget < solved.above[0].total
    assert solved.above[0].sizes["n_layers"] == solved.best.sizes["n_layers"] + 1
    filled = api.solve("llama-2-7b", ["n_layers"], memory="24GiB", dtype=dtype, inputs={"reserved_memory": 0})
    assert filled.total == solved.best.total


@pytest.mark.parametrize(
    ("device", "memory", "room"),
    # 92 % of the memory less 16.06 GB of weights, for sequences whose caches take 2^30 bytes each.
    [("h100", "79.10", 57), ("h200", "139.80", 113), ("rtx-4090", "23.64", 6)],
)
def test_as_many_sequences_fill_a_memory_as_fit_on_a_device_of_it(device: str, memory: str, room: int) -> None:
    weights, cache = 2 * 8_030_261_248, 32 * 2 * 1024 * 2 * 8192
    assert (int(Fraction(92, 100) * Fraction(memory) * 2**30) - weights) // cache == room
    found = api.solve("llama-3-8b", ["batch_size"], "serving-memory", memory=f"{memory}GiB", device=device)
    assert found.values["batch_size"].value == room
    derived = symbolic.explain("llama-3-8b", "serving-memory", device=device)
    assert room in [one.value for one in derived_results(derived)]


def test_a_cache_can_be_what_fills_a_memory() -> None:
    page = api.solve("llama-3-8b", ["context"], "kv-cache", memory="16GiB")
    assert page.total == 16 * 2**30
    assert page.sizes["context"] == 131_072


def test_several_unknowns_give_configs_near_the_target_with_the_shape_nearest_to_the_model_s_first() -> None:
    derivation = symbolic.explain("gpt2-124m")
    found = solve_many(derivation, (emb_dim, n_layers), Fraction(1_500_000_000), ("head_dim",), 1, at_most=False)
    near = [one for one in found.candidates if abs(one.off) <= Fraction(1, 20)]
    assert near == list(found.candidates[: len(near)])
    shapes = [Fraction(one.sizes["emb_dim"], one.sizes["n_layers"]) / 64 for one in near]
    apart = [max(shape, 1 / shape) for shape in shapes]
    assert apart == sorted(apart)
    assert all(one.total == symbolic.explain(one.model).total for one in near[:10])


@pytest.mark.parametrize("model", sample(ONE_A_FAMILY, 7))
def test_every_family_solves_for_its_depth_in_every_format(model: str) -> None:
    total = symbolic.explain(model).total
    page = api.solve(model, ["n_layers"], total=total)
    assert page.total == total
    for kind in ("html", "latex", "markdown", "text", "json"):
        assert render_page(page, kind)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--for", "width", "--total", "7e9"], "'width' is no size of this formula; it has vocab_size"),
        (["--for", "head_dim", "--total", "7e9"], "head_dim follows from emb_dim and n_heads"),
        (
            ["--for", "emb_dim", "--total", "100"],
            "100 parameters can't be reached: with emb_dim 1, the smallest that is allowed, there are 51,547",
        ),
        (["--for", "vocab_size", "--total", "1e6"], "there are 85,815,552 already"),
        (["--for", "n_layers", "--total", "7e9", "--keep", "head_dim"], "neither of its sizes changes with n_layers"),
        (["--for", "emb_dim", "--total", "7e9", "--keep", "shape"], "no ratio to keep 'shape'"),
        (["--for", "emb_dim", "--total", "7e9", "--keep", "kv_ratio"], "gpt2-124m has no n_kv_groups"),
        (["--for", "emb_dim", "--total", "7e9", "--multiple-of", "0"], "can't be a multiple of 0"),
        (["--for", "emb_dim", "--total", "many"], "total must be a number, got 'many'"),
        (["--for", "emb_dim"], "give either a total to reach"),
        (["--for", "emb_dim", "--total", "7e9", "--budget-memory", "24GiB"], "give either a total to reach"),
        (["--for", "emb_dim", "--budget-memory", "24GiB", "--quantity", "forward-flops"], "a memory holds bytes"),
        (["--for", "emb_dim", "--budget-memory", "24GiB", "--dtype", "int3"], "int3"),
        (["--for", "emb_dim", "--total", "1000000", "--multiple-of", "4096"], "can't be reached"),
    ],
)
def test_what_can_t_be_solved_is_one_line_with_the_bound(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(main, ["solve", "gpt2-124m", *arguments, "--format", "text", "--output", "-"])
    assert result.exit_code == 2
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_total_that_a_size_only_nears_is_an_error_with_the_bound() -> None:
    derivation = symbolic.explain("mixtral-8x7b")
    with pytest.raises(Unreachable, match="towards 46,434,357,248"):
        solve_one(derivation, SYMBOLS["n_heads"], Fraction(2 * derivation.total), (), 1, at_most=False)


def test_unknown_symbols_are_solved_for_by_any_of_the_formula_s_sizes() -> None:
    derivation = symbolic.explain("gpt2-124m")
    for symbol in (vocab_size, context_length):
        assert (
            solve_one(derivation, symbol, Fraction(derivation.total), (), 1, at_most=False).best.total
            == derivation.total
        )


def test_a_solved_number_of_layers_of_a_kind_may_be_none() -> None:
    page = api.solve("deepseek-v3", ["n_dense_layers"], total="700B")
    assert page.total == 703_797_812_224


def test_the_equation_of_a_type_read_off_code_has_its_sizes_where_the_found_network_lacks_a_kind_of_layer() -> None:
    description = catalogue.described("axk2")[0]
    page = api.solve(default_config(description), ["n_layers"], total="1B")
    assert "n_dense_layers" in str(render_page(page, "text"))


def test_bytes_a_number_are_solved_for_in_bits() -> None:
    page = api.solve("llama-3-8b", ["value_bytes"], "kv-cache", memory="10GB", inputs={"context": 131_072})
    assert page.total == 9_663_676_416


def test_a_batch_is_solved_for() -> None:
    page = api.solve("llama-3-8b", ["batch_size"], "kv-cache", memory="80GB", inputs={"context": 8192})
    assert page.total == 74 * 2**30


def test_a_root_of_huge_numbers_is_enclosed_and_not_written() -> None:
    """SymPy would look for factors of a number of thousands of digits."""
    huge = 10**900 + 7
    left = Sum((Power(emb_dim, Number(2)), Product((Number(3), emb_dim))))
    [found] = solutions(left, Number(huge), emb_dim, {})
    assert found.radical is None
    assert found.root.low * (found.root.low + 3) <= huge <= found.root.high * (found.root.high + 3)


def test_a_root_whose_factors_sympy_does_not_find_is_enclosed() -> None:
    """2,006,635,481 × 2,006,635,513: each has two large prime factors, and they are close to each other."""
    number = 2_006_635_481 * 2_006_635_513
    [found] = solutions(Power(emb_dim, Number(2)), Number(number), emb_dim, {})
    assert found.root.low**2 <= number <= found.root.high**2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {},
            "With emb_dim = 3,648 the total is 7,021,207,104 parameters: 0.3 % more than 7,000,000,000. The equation "
            "itself gives emb_dim ≈ 3,638.43. The shape changes: head_dim goes from 128 to 114, emb_dim / n_layers "
            "(the aspect ratio) goes from 128 to 114 and hidden_dim / emb_dim goes from 3.50 to 3.93.",
        ),
        (
            {"keep": ["head_dim", "hidden_ratio", "kv_ratio"]},
            "With emb_dim = 3,584 (n_heads = 28, hidden_dim = 12,544 and n_kv_groups = 7) the total is 6,263,115,264 "
            "parameters: 10.5 % less than 7,000,000,000. The equation itself gives emb_dim ≈ 3,805.25. That is far "
            "off. The kept ratios make emb_dim a multiple of 512",
        ),
        ({}, "Heads of a width of 113, 114 and 115."),
        (
            {},
            "--multiple-of 256 leaves such sizes out; the nearest is then 3,584, with 6,879,677,952 parameters, 1.7 %",
        ),
    ],
)
def test_the_first_sentence_is_the_answer_and_what_changes_with_it(asked: dict[str, list[str]], says: str) -> None:
    page = api.solve("llama-3-8b", ["emb_dim"], total="7e9", **asked)  # type: ignore[arg-type]
    words = " ".join(str(render_page(page, "text")).split())
    assert says in words
    assert words.split("=====")[0].count("parameters") == 1


def test_heads_of_an_awkward_width_are_named_among_several_solutions_too() -> None:
    page = api.solve("mixtral-8x7b", ["emb_dim", "n_layers"], total="20e9")
    assert "Heads of a width of 77, 51, 39, 31 and others." in " ".join(str(render_page(page, "text")).split())


def test_heads_of_a_fine_width_need_no_word() -> None:
    page = api.solve("llama-3-8b", ["emb_dim"], total="7e9", multiple_of=256)
    assert "Heads of a width" not in str(render_page(page, "text"))
