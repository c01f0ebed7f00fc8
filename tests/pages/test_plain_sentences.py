"""Sentences that a first reader takes as they stand: what they are about, and which words they rest on."""

from __future__ import annotations

import pytest

import symbolic
from symbolic.formulas.formula import Negative, Number, Product, Sum, Symbol
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import emb_dim, vocab_multiple, vocab_size
from symbolic.measuring.reconciliation import reconcile


def said(model: str, quantity: str = "parameters", language: str = "en") -> str:
    return " ".join(str(symbolic.explain(model, quantity).to("text", language=language)).split())


@pytest.mark.parametrize(
    ("model", "quantity", "says"),
    [
        ("llama-3-8b", "kv-cache", "what this page counts is for context, in a table below"),
        ("llama-3-8b", "forward-flops", "what this page counts is for tokens, in a table below"),
        ("llama-3-8b", "kv-cache", "a token looks only at itself and those before it"),
        ("llama-3-8b", "kv-cache", "each keeps some numbers whole, such as norms: so a little less fits"),
        ("llama-3-8b", "kv-cache", "SXM and OAM are modules that plug into a server’s board"),
        ("llama-3-8b", "kv-cache", "84.98 GB of memory, of which an engine (the program that serves) takes 92.0 %"),
        ("llama-3-8b", "kv-cache", "Memory of NVIDIA A100 80GB SXM: 79.14 GiB by its driver, as reported at https://"),
        ("deepseek-v3", "kv-cache", "Memory of NVIDIA H200 SXM 141GB: 139.80 GiB by its driver, as programs print it"),
        ("llama-3-8b", "kv-cache", "2 dollars for an hour of a device, which is our assumption"),
        ("deepseek-v3", "parameters", "The routers have correction numbers, which a rule sets and this page does not"),
        ("deepseek-v3", "parameters", "except these: key-value down matrix and router."),
        ("deepseek-v3", "parameters", "(gradient descent). No matrix has a bias"),
        ("gpt2-124m", "parameters", "(gradient descent); token table and head are one."),
        ("gpt2-124m", "parameters", "no lookup tables; the token table counts as the output head"),
        ("deepseek-v3", "parameters", "only 37,552,282,624 work on any one token, 5.6 %"),
        ("deepseek-v3", "parameters", "keeps 576 numbers of each token. Keys and values of all heads, kept in full,"),
        ("llama-3-8b", "parameters", "keeps 2,048 numbers of each token. With a key and a value for each query head"),
        ("llama-3-8b", "parameters", "At 2 bytes a number, these parameters take 16.06 GB."),
        ("gpt2-124m", "parameters", "OpenAI first printed 117M for its network: an error"),
    ],
)
def test_a_page_says(model: str, quantity: str, says: str) -> None:
    assert says in said(model, quantity)


@pytest.mark.parametrize(
    ("model", "quantity", "says"),
    [
        ("llama-3-8b", "parameters", "correction numbers"),
        ("llama-3-8b", "parameters", "What experts buy"),
        ("gpt2-124m", "parameters", "What shared heads buy"),
        ("gpt2-124m", "kv-cache", "each keeps some numbers whole"),
        # One device has no links.
        ("llama-3-8b", "kv-cache", "NVLink"),
        # Its count of GPT-2 is that of another program: the page has no row of it.
        ("gpt2-124m", "training-flops", "torchtitan"),
    ],
)
def test_a_page_does_not_say(model: str, quantity: str, says: str) -> None:
    assert says not in said(model, quantity)


def test_a_german_page_begins_sentences_with_capitals_and_has_one_kind_of_pair() -> None:
    page = said("gpt2-124m", language="de")
    assert "Hinein: Aus einem Text" in page
    assert "Heraus: Aus der letzten Zeile" in page
    assert "(2; 1)" in page
    assert "(2, 1)" not in page
    assert "Kapitel 4, GPT_CONFIG_124M. Die Veröffentlichung" in page


@pytest.mark.parametrize("model", ["deepseek-v3", "deepseek-v2-lite"])
def test_a_way_reaches_a_printed_count_as_soon_as_one_step_leads_to_it(model: str) -> None:
    """Table and head are equally large; the way adds that one first which makes the count with a name."""
    ways = {way.title: way.rows for way in reconcile(symbolic.explain(model))}
    rows = ways["active-non-embedding"]
    assert "`active-without-lookup`" in rows[1].names
    assert rows[2].names == ("`active`",)


def test_a_difference_begins_with_what_is_taken_from() -> None:
    formula = Sum((Negative(Product((vocab_multiple, emb_dim))), Product((vocab_size, emb_dim))))
    factored = Rational.of(formula).factored()
    terms = [node.terms for node in factored.walk() if isinstance(node, Sum)]
    assert terms
    assert not any(isinstance(first, Negative) for first, *_rest in terms)
    sizes = {"emb_dim": 3, "vocab_size": 50, "vocab_multiple": 7}
    assert factored.value(sizes) == formula.value(sizes) == 129
    assert {type(node) for node in factored.walk()} <= {Negative, Number, Product, Sum, Symbol}
