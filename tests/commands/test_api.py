"""What README shows of Python and notebooks works."""

import pytest
import sympy
from IPython.core.formatters import DisplayFormatter

import symbolic
from symbolic import api


def test_a_derivation_offers_what_a_reader_of_code_expects() -> None:
    derivation = symbolic.explain(symbolic.load("gpt2-124m"))
    assert derivation.total == 124_412_160
    assert (
        derivation.closed_form.subs({s: derivation.sizes[s.name] for s in derivation.closed_form.free_symbols})
        == 124_412_160
    )
    assert isinstance(derivation.closed_form, sympy.Expr)
    assert derivation.steps[0].name == "token embedding"


@pytest.mark.parametrize("method", ["to_html", "to_latex", "to_markdown", "to_text", "to_json"])
@pytest.mark.parametrize("options", [{}, {"notation": "letters"}, {"detail": "brief"}])
def test_it_prints_itself_in_each_format(method: str, options: dict[str, str]) -> None:
    assert "GPT-2 124M" in getattr(symbolic.explain("gpt2-124m"), method)(**options)


@pytest.mark.parametrize(
    "shown", [symbolic.load("gpt2-124m"), symbolic.explain("llama-2-7b")], ids=["model", "derivation"]
)
def test_jupyter_shows_it_in_four_ways(shown: object) -> None:
    formatter = DisplayFormatter()
    formatter.active_types = [*formatter.format_types, "text/plain"]
    bundle, _ = formatter.format(shown)  # type: ignore[no-untyped-call]
    assert {"text/html", "text/latex", "text/markdown", "text/plain"} <= bundle.keys()
    assert all("emb" in text for text in bundle.values())


@pytest.mark.parametrize("wrong", [{"quantity": "sizes"}, {"convention": "all"}])
def test_an_unknown_name_is_an_error_with_the_nearest(wrong: dict[str, str]) -> None:
    with pytest.raises(symbolic.UnknownName):
        symbolic.explain("gpt2-124m", **wrong)  # type: ignore[arg-type]


def test_one_name_is_no_list_of_models() -> None:
    with pytest.raises(symbolic.ConfigError, match="compare takes a list of models, got 'gpt2'"):
        api.compare("gpt2")
