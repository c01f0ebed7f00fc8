"""Every word that a reader sees is a message of the catalogues, and the German one has a translation for each."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from gettext import NullTranslations
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from sampling import sample

import symbolic
from symbolic import api, language
from symbolic.configs import models
from symbolic.errors import SymbolicError
from symbolic.formulas import figures
from symbolic.formulas.vocabulary import ENTERED, SYMBOLS
from symbolic.language import Inside, Language, Message, One, Sentences, lazy, noun, speaking, translate, unit
from symbolic.measuring.hardware import table
from symbolic.networks import families
from symbolic.networks.blocks import Block
from symbolic.pages.cited import joined
from symbolic.pages.document import explain_page
from symbolic.pages.rendering import render_page
from symbolic.proofread.proofreading import proofread

pytest.importorskip("babel", reason="extracts the messages")

ROOT = Path(__file__).parents[1]
ENGLISH_ONLY = ("symbolic/proofread/",)
"""What --language does not reach yet: the reports of proofread."""


@cache
def words() -> Any:
    """The tool that extracts, tools/words.py."""
    spec = spec_from_file_location("words", ROOT / "tools" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def template() -> Any:
    return words().template()


@cache
def german() -> Any:
    return words().catalogue(words().LOCALES / "de" / "LC_MESSAGES" / "symbolic.po")


def covered() -> Iterator[Any]:
    """The messages that a German reader may see."""
    for message in template():
        if message.id and not all(place.startswith(ENGLISH_ONLY) for place, _ in message.locations):
            yield message


def plain(id: object) -> str:
    return id if isinstance(id, str) else id[0]  # type: ignore[index]


def test_the_german_catalogue_has_every_message_of_explain_and_handout() -> None:
    missing = []
    for message in covered():
        found = german().get(plain(message.id), message.context)
        strings = () if found is None else found.string if isinstance(found.string, tuple) else (found.string,)
        if not strings or not all(strings) or found.fuzzy:
            missing.append(message.id)
    assert not missing, "run `python tools/words.py`, then translate these in symbolic/locale/de"


def test_the_german_catalogue_has_no_message_that_the_code_no_longer_has() -> None:
    known = {(plain(message.id), message.context) for message in template()}
    assert not [message.id for message in german() if (plain(message.id), message.context) not in known]


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    spoken = language.find("de").catalogue
    for message in german():
        if message.id and message.string and isinstance(message.id, str):
            found = spoken.pgettext(message.context, message.id) if message.context else spoken.gettext(message.id)
            assert found == message.string, "run `python tools/words.py`"
        elif message.id and message.string and all(message.string):
            one, several = message.id
            assert [spoken.ngettext(one, several, count) for count in (1, 2)] == list(message.string)


@pytest.mark.parametrize("sign", ["%s", "{}", "`", "**"])
def test_a_translation_keeps_the_places_of_values_and_the_markup(sign: str) -> None:
    marks = {"%s": r"%\(\w+\)s", "{}": r"\{\w+\}", "`": "`[^`]*`", "**": r"\*\*"}[sign]
    for message in german():
        if not message.string or not message.id:
            continue
        ours = message.string if isinstance(message.string, tuple) else (message.string,)
        # Of one and of several: the words of one need not say how many.
        theirs = message.id if isinstance(message.id, tuple) else (message.id,)
        for english, text in zip(theirs, ours, strict=True):
            assert set(re.findall(marks, text)) <= set(re.findall(marks, english)), message.id
            if text and sign not in ("%s", "{}"):
                assert len(re.findall(marks, text)) == len(re.findall(marks, english)), message.id


@cache
def extracted() -> frozenset[str]:
    return frozenset(
        text for message in template() for text in ([message.id] if isinstance(message.id, str) else message.id)
    )


def messages(text: str) -> Iterator[str]:
    """The messages that a text is made of; of a text that is none, itself."""
    if isinstance(text, Sentences):
        for part in text.parts:
            yield from messages(part)
    elif isinstance(text, Inside):
        yield from messages(text.alone)
    elif isinstance(text, language.Noun):
        yield from (text.one, text.several)
    elif isinstance(text, Message):
        yield text.message
        for value in text.values.values():
            if isinstance(value, Message):
                yield from messages(value)
    elif text:
        yield f"not marked: {text}"


def said(block: Block) -> Iterator[str]:
    """Every name and sentence of a tree; the root's name is the model family's, which nobody translates."""
    for part in block.parts:
        yield from (part.name, part.about)
        if isinstance(part, Block):
            yield from said(part)


@pytest.mark.parametrize("name", families.names())
def test_every_word_of_a_family_is_a_message_that_babel_finds(name: str) -> None:
    bundled = [model for model in map(models.find, models.names()) if model.architecture == name]
    words = [option.meaning for option in families.find(name).options]
    for one in bundled:
        model = one.model()
        words += [model.network.about, *said(model.network), *model.harmless.values()]
    found = {message for word in words for message in messages(word)}
    assert not found - extracted(), "mark these words with lazy(), imported as _; see CONTRIBUTING, Words"


def test_every_word_of_the_vocabulary_is_a_message_that_babel_finds() -> None:
    words = [
        word for one in SYMBOLS.values() if one.name not in ENTERED for word in (one.meaning, one.spoken, one.unit)
    ]
    assert not {message for word in words for message in messages(word)} - extracted()


class Marked(NullTranslations):
    """A language in which each message that Babel finds stands between ⟦ and ⟧."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in extracted() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        # Other contexts ask for signs and endings, which are no words.
        return self.gettext(message) if context.startswith("of a") else message


MARKED = Language("marked", Marked())
NAMES = {"SymPy", "GPT", "KV", "FLOP", "FLOPs", "MFU", "TeX", "true", "false", "relu", "Hoffmann", "Besiroglu"}
NAMES |= {"KiB", "MiB", "GiB", "TiB"}
# What an option is given: its name on the command line.
NAMES |= {"adamw"}
# Devices, and the works that their figures are read in.
NAMES |= {
    word
    for one in table("accelerators").values()
    for word in re.findall(r"[A-Za-z]{3,}", f"{one['title']} {one['source']}")
}


def outside(text: str) -> list[str]:
    """The words of a text outside of all messages: what stands in code, in links and in names is none."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    text = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|https?://\S+|\$\$.*?\$\$|```.*?```|\*\w+\*", " ", text, flags=re.DOTALL)
    return [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in NAMES]


PAGES_READ = [
    (name, quantity)
    for name in ("gpt2-124m", "llama-3-8b", "mixtral-8x7b", "deepseek-v3", "t5-small", "mamba-130m")
    for quantity in ("parameters", "kv-cache", "training-memory", "training-cost")
    # What training keeps of Mamba's layers is not known.
    if (name, quantity) != ("mamba-130m", "training-memory")
]


@pytest.mark.parametrize(("name", "quantity"), sample(PAGES_READ, 5))
def test_no_word_of_a_page_is_outside_the_messages(name: str, quantity: str) -> None:
    derivation = symbolic.explain(name, quantity)
    with speaking(MARKED):
        page = render_page(explain_page(derivation), "markdown", "letters")
        source = joined(derivation.model.source)
    _, _, below = page.partition("\n")
    # Names of people and works are printed as they are.
    text, _, _ = below.replace(source, "").rpartition("⟦Sources⟧")
    assert outside(text) == []


# Titles of bundled models are names, also where they say whose configuration it is.
MODELS = r", the book’s configuration|GPT-2|Llama|Mixtral|DeepSeek|gpt2|llama"
SIZES = {part for name in SYMBOLS for part in name.split("_")}
OTHER_PAGES = {
    "compare": lambda: api.compare(["gpt2-124m", "llama-3-8b", "mixtral-8x7b"]),
    "compare-kv-cache": lambda: api.compare(["llama-3-8b", "deepseek-v3"], "kv-cache"),
    "serve": lambda: api.serving("mixtral-8x7b", device="h100", batch=4),
    "serve-fp8": lambda: api.serving("llama-3-8b", device="rtx-4090", dtype="fp8"),
    "mfu": lambda: api.mfu("deepseek-v3", rate=Fraction(10**6), device="h100", devices=64),
    "scale": lambda: api.scale("gpt2-124m"),
    "scale-forward-flops": lambda: api.scale("deepseek-v3", "forward-flops"),
    "solve": lambda: api.solve("gpt2-124m", ["emb_dim"], total="7e9", keep=["aspect", "head_dim"], multiple_of=128),
    "solve-many": lambda: api.solve("llama-2-7b", ["emb_dim", "n_layers"], memory="24GiB", keep=["head_dim"]),
}


@pytest.mark.parametrize("name", sample(list(OTHER_PAGES), 4, 1))
def test_no_word_of_another_page_is_outside_the_messages(name: str) -> None:
    with speaking(MARKED):
        page = render_page(OTHER_PAGES[name](), "markdown", "letters")
    _, _, below = page.partition("\n")
    text, _, _ = below.partition("## ⟦Sources⟧")
    text = re.sub(MODELS, "", text)
    assert [word for word in outside(text) if word not in SIZES] == []


def test_a_page_is_printed_in_the_language_in_which_it_was_made() -> None:
    with speaking("de"):
        page = api.compare(["gpt2-124m", "gpt2-1558m"])
    assert "Der Aufbau" in page.to_text() == page.to_text(language="de")
    with pytest.raises(SymbolicError, match="this page was made in 'de', got 'en'; make it inside"):
        page.to_text(language="en")


SOURCES = [
    ("Gu and Dao 2023, Mamba: Linear-Time Sequence Modeling", "Gu und Dao 2023, Mamba: Linear-Time Sequence Modeling"),
    ("Touvron et al. 2023, Open Foundation and Chat Models", "Touvron et al. 2023, Open Foundation and Chat Models"),
    ("Raschka 2024, Book, chapters 4 and 5; https://a.b", "Raschka 2024, Book, Kapitel 4 und 5; https://a.b"),
    ("Hugging Face, a/b, from config.json; https://a.b", "Hugging Face, a/b, aus der config.json; https://a.b"),
    ("PaLM, appendix B: model FLOPs utilisation", "PaLM, Anhang B: model FLOPs utilisation"),
]


@pytest.mark.parametrize(("source", "german"), SOURCES)
def test_what_joins_the_names_of_a_source_is_translated_and_the_names_are_not(source: str, german: str) -> None:
    assert joined(source) == source
    with speaking("de"):
        assert joined(source) == german


NUMBERS = [
    (lambda: figures.grouped(124_412_160), "124,412,160", "124.412.160"),
    (lambda: figures.grouped(Fraction(9, 16)), "0.5625", "0,5625"),
    (lambda: figures.percent(Fraction(31, 100)), "31.0 %", "31,0 %"),
    (lambda: figures.percent(Fraction(1, 100_000)), "< 0.1 %", "< 0,1 %"),
    (lambda: figures.rounded(124_412_160), "124.4 million", "124,4 Millionen"),
    (lambda: figures.significant(Fraction(12345, 10), 6), "1,234.50", "1.234,50"),
    (lambda: figures.with_unit(1, unit("device", "devices")), "1 device", "1 Gerät"),
    (lambda: figures.with_unit(2, unit("device", "devices")), "2 devices", "2 Geräte"),
    (lambda: translate(One(noun("sequence", "sequences"))), "one sequence", "eine Sequenz"),
    (lambda: translate(One(noun("dense layer", "dense layers"))), "one dense layer", "eine dichte Schicht"),
    (lambda: translate(One(noun("expert", "experts"))), "one expert", "ein Experte"),
    (lambda: translate(One("Foo")), "one Foo", "je Foo"),
    (lambda: translate(Inside(lazy("Parameters"))), "parameters", "Parameter"),
    (lambda: translate(Inside(lazy("KV cache"))), "KV cache", "KV-Cache"),
]


@pytest.mark.parametrize(("say", "english", "german"), NUMBERS)
def test_numbers_and_words_follow_the_language(say: Any, english: str, german: str) -> None:
    assert say() == english
    with speaking("de"):
        assert say() == german
    assert say() == english


def test_a_message_is_its_english_text_and_survives_a_pickle() -> None:
    message = Sentences(One(noun("sequence", "sequences")), "", lazy("Total"))
    assert message == "one sequence Total"
    again = pickle.loads(pickle.dumps(message))
    with speaking("de"):
        assert translate(again) == translate(message) == "eine Sequenz Gesamtsumme"


def test_a_language_that_is_not_there_is_an_error_that_names_those_that_are() -> None:
    with pytest.raises(symbolic.errors.UnknownName, match=r"no language 'tlh'.*de, en"):
        symbolic.explain("gpt2-124m").to("text", language="tlh")


def test_data_is_the_same_in_every_language() -> None:
    derivation = symbolic.explain("gpt2-124m")
    assert derivation.to("json", language="de") == derivation.to("json")


GERMAN_PAGES = [
    ("gpt2-124m", "parameters", "html"),
    ("llama-3-8b", "parameters", "markdown"),
    ("mixtral-8x7b", "parameters", "latex"),
    ("qwen3-30b-a3b", "kv-cache", "html"),
    ("gemma-3-1b", "weight-memory", "markdown"),
    ("t5-small", "forward-flops", "text"),
]


@pytest.mark.parametrize(("name", "quantity", "format"), sample(GERMAN_PAGES, 6))
def test_the_proofreader_reads_a_german_page_as_the_english_one(name: str, quantity: str, format: str) -> None:
    derivation = symbolic.explain(name, quantity)
    german, english = (
        proofread(str(derivation.to(format, language=code)), kind=format, derivation=derivation)
        for code in ("de", "en")
    )
    assert {finding.verdict for finding in german.findings} <= {finding.verdict for finding in english.findings}
    assert not [finding.says for finding in german.findings if finding.verdict in ("wrong", "carried", "unread")]
    # A model card's "rounded to 30.5B" is a claim in English only.
    kinds = [[finding.equation.kind for finding in one.findings] for one in (german, english)]
    for kind in ("chain", "total", "running"):
        assert kinds[0].count(kind) == kinds[1].count(kind)
    assert kinds[0].count("row") >= kinds[1].count("row")


def test_the_singular_of_a_noun_is_found_without_a_number() -> None:
    """Catalogues keep it with its plural, where the first releases of Python 3.11 don't look for it."""
    with speaking("de"):
        assert (translate(lazy("stage")), translate(lazy("expert"))) == ("Stufe", "Experte")
