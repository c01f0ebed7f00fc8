"""What a page about sizing says to remember: the question first, and numbers that the page has elsewhere."""

import re
from itertools import product

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic import api
from symbolic.errors import SymbolicError
from symbolic.pages.document import explain_page
from symbolic.pages.page import Items, Page, Paragraph, Table

SIZING = ("device-memory", "training-memory", "training-cost")


def said(page: Page) -> list[str]:
    """The question and the sentences of the section."""
    [section] = (section for section in page.sections if section.id == "takeaways")
    [question] = [part.text for part in section.parts if isinstance(part, Paragraph)]
    [items] = [part for part in section.parts if isinstance(part, Items)]
    return [question, *(text for _, text in items.items)]


def page_of(model: str, quantity: str) -> Page:
    return explain_page(symbolic.explain(model, quantity))


@pytest.mark.parametrize(("model", "quantity"), sample(list(product(MODELS, SIZING)), 13))
def test_a_page_begins_with_the_question_and_two_or_three_sentences(model: str, quantity: str) -> None:
    try:
        page = page_of(model, quantity)
    except SymbolicError:
        return
    question, *sentences = said(page)
    assert question.startswith("**The question:**")
    assert question.endswith("?")
    assert 2 <= len(sentences) <= 3


def test_the_memory_of_llama_3_8b() -> None:
    """128.48 of 176.84 GB are states; 48.36 are activations, or 6.48 and the 1.31 of a layer at work."""
    _, *sentences = said(page_of("llama-3-8b", "training-memory"))
    assert sentences == [
        "Weights, gradients and optimizer states are 72.7 % of the 176.8 GB, and take as much for any number of "
        "tokens. The rest are activations, which grow with the tokens.",
        "Where the layers are computed again, activations take 7.793 GB, not 48.36 GB (16.1 % of it), for up to a "
        "third more operations. The 7.793 GB include those of the one layer that is being computed again.",
    ]


def test_training_memory_comes_to_devices_in_a_section_of_its_own() -> None:
    page = page_of("llama-3-8b", "training-memory")
    before = [paragraph.text for paragraph in page.lead] + said(page)
    assert not any(re.search(r"\bdevices? of \d|ZeRO", text) for text in before)
    ids = [section.id for section in page.sections]
    assert ids.index("where") < ids.index("layouts")
    layouts = " ".join(part.text for part in page.sections[ids.index("layouts")].parts if isinstance(part, Paragraph))
    assert (
        "Divided evenly, all this would take 3 devices; the smallest layout in the tables below that fits takes 4"
        in layouts
    )


def test_the_memory_begins_with_what_is_kept() -> None:
    """8,030,261,248 parameters × 2, 2 and 12 bytes; 176.84 GB less these."""
    page = page_of("llama-3-8b", "training-memory")
    [table] = (part for part in page.sections[0].parts if isinstance(part, Table))
    [below] = (section for section in page.sections if section.id == "layouts")
    [totals] = (part for part in below.parts if isinstance(part, Table) and part.caption.startswith("The totals of"))
    assert [row[1] for row in totals.rows] == ["176.8", "185.2", "135.0", "143.4"]
    assert "Each of the 8,030,261,248 parameters takes 16 bytes meanwhile: 2 for the weight, which" in page.lead[0].text
    assert "All parameters take 128.5 GB." in page.lead[0].text
    assert table.rows == (
        ("weights", "16.06", "9.1 %"),
        ("gradients", "16.06", "9.1 %"),
        ("optimizer states", "96.36", "54.5 %"),
        ("activations", "48.36", "27.3 %"),
        ("together", "176.8", "100.0 %"),
    )


@pytest.mark.parametrize("model", sample(["llama-3-8b", "deepseek-v3", "gpt2-124m"], 2))
def test_what_the_loss_adds_leads_to_the_first_row_of_the_table(model: str) -> None:
    text = " ".join(str(symbolic.explain(model, "training-memory").to("markdown")).split())
    rows = r"this page’s total \| ([\d.,]+) \| ([\d.,]+) GB for .*?“Whole” in the table of layouts \| ([\d.,]+) \|"
    [(kept, loss, whole)] = re.findall(rows.replace("’", "[’']"), text)
    [first] = re.findall(r"\| \**1\** \| [^|]* \| \**([\d.,]+)\** \|", text.partition("GB on each device")[2])[:1]
    assert whole == first
    sums = [float(one.replace(",", "")) for one in (kept, loss, whole)]
    assert sums[0] + sums[1] == pytest.approx(sums[2], rel=1e-3)


def test_the_cost_of_llama_3_8b() -> None:
    """868.69 × 10²¹ ÷ 15 × 10¹² are 57.91 × 10⁹; 609,660 hours × 2 dollars ÷ 15,000; 609,660 ÷ 720 and ÷ 360."""
    _, *sentences = said(page_of("llama-3-8b", "training-cost"))
    assert sentences[0].startswith("Each token takes 57.91 GFLOPs, 7.21 FLOPs for each parameter")
    assert sentences[1] == "A billion tokens cost about 81.29 dollars."
    assert "it takes 847 devices to be done within 30 days and 1,694 devices within 15" in sentences[2]


def test_no_parameter_works_on_the_tokens_of_both_texts() -> None:
    assert not any("for each parameter" in text for text in said(page_of("t5-small", "training-cost")))


@pytest.mark.parametrize("model", ["llama-3-8b", "deepseek-v3", "gpt2-124m", "mixtral-8x7b"])
def test_serving_says_what_its_table_says(model: str) -> None:
    page = api.serving(model)
    text = " ".join(said(page))
    table = str(page.to("text"))
    [(less, more)] = re.findall(r"a million tokens cost ([\d.]+) dollars, not ([\d.]+)\.", text)
    assert less in table.partition("Decoding, by batch size")[2]
    assert more in table.partition("Decoding, by batch size")[2]
    assert ("With the experts divided" in text) is (model in ("deepseek-v3", "mixtral-8x7b"))


def test_divided_experts_are_said_of_the_fewest_devices_that_write_the_most() -> None:
    """The network is the limit of 32 and of 128 devices alike: 5,011 tokens a second, 12.19 times 411.1."""
    assert "divided among 32 devices" in (text := " ".join(said(api.serving("deepseek-v3"))))
    assert "a device writes up to 12 times as many tokens as where 8 devices split each matrix, if" in text


@pytest.mark.parametrize(("model", "whose"), [("gpt2-124m", True), ("gpt2", False), ("deepseek-v3", False)])
def test_the_first_screen_says_whose_configuration_it_is_where_a_release_has_another(model: str, whose: bool) -> None:
    """Raschka's GPT-2 has no biases of queries, keys and values, which the release that from_pretrained loads has."""
    lead = [" ".join(paragraph.text.split()) for paragraph in page_of(model, "parameters").lead]
    assert lead[0].startswith(
        "A **parameter** is one learned number. A **token** is a word of a text, or a piece of one."
    )
    assert lead[1].startswith("The configuration is that of Raschka 2024") is whose
    assert lead[1].startswith("The configuration is that of") is (model != "deepseek-v3")
    assert not any("124,439,808" in says for says in [lead[0], *lead[2:]]), "it stands at the top once"


@pytest.mark.parametrize(
    ("batch", "rows"),
    # Llama 3 8B on an H100 of 84.93 GB: 16.06 GB of weights, 2^30 bytes of cache a sequence of 8,192 tokens, 8 % kept.
    [
        (1, ("16.06", "1.074", "61.00", "6.795", "84.93")),
        (57, ("16.06", "61.20", "0.8745", "6.795", "84.93")),
        (100, ("16.06", "107.4", "123.4")),
    ],
)
def test_serving_memory_begins_with_what_fills_the_device(batch: int, rows: tuple[str, ...]) -> None:
    weights, cache = 2 * 8_030_261_248, batch * 2**30
    assert (84.93 - 6.795) * 10**9 - weights - cache >= 0 or len(rows) == 3
    page = explain_page(symbolic.explain("llama-3-8b", "serving-memory", device="h100", inputs={"batch_size": batch}))
    [section] = [one for one in page.sections if one.id == "takeaways"]
    [table] = [one for one in section.parts if isinstance(one, Table)]
    assert tuple(row[1] for row in table.rows) == rows
