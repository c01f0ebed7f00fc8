"""What pages say is true of the model at hand."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from math import exp, prod

import pytest
from sampling import sample

import symbolic
from symbolic.errors import NothingToMeasure
from symbolic.formulas.figures import in_bytes
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.language import speaking
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import explain_page
from symbolic.pages.page import Items
from symbolic.pages.pictures import Box, Diagram, every_box
from symbolic.pages.sections.one_head import KEYS, QUERY, SHARES

SAID = [
    ("t5-small", "parameters", "learns a number for each group of distances"),
    ("vit-base-patch16-224", "parameters", "Each place in the image has a row too"),
    ("vit-base-patch16-224", "parameters", "num_labels"),
    ("deepseek-v3", "parameters", "first_k_dense_replace"),
    ("gemma-3-1b", "parameters", "It follows from the pattern of the layers."),
    ("gpt2-124m", "kv-cache", "37,748,736 bytes ≈ 37.75 MB (= 36 MiB)"),
    ("gpt2-124m", "kv-cache", "[KV cache] / 1,048,576 = 37,748,736 / 1,048,576 = 36 MiB"),
    ("gpt2-124m", "parameters", "GPT-2 124M: How many parameters, and why"),
    ("llama-3-8b", "parameters", "how many query heads there are for each key-value head: 32 / 8 = 4."),
    ("t5-small", "parameters", "[RMS norms of one decoder layer] = 4 H d h + 4 H d h + 2 d f + 3 d = 8 H d h"),
    ("t5-small", "forward-flops", "The total is for 1 × 1,024 tokens that are read"),
    (
        "llama-3-8b",
        "training-memory",
        "Divided evenly, all this would take 3 devices; the smallest layout in the tables below that fits takes 4",
    ),
    ("llama-3-8b", "weight-memory", "the weights fit, 16.06 GB on a device of 84.98 GB."),
    ("mixtral-8x7b", "weight-memory", "the weights do not fit, 93.41 GB on a device of 84.98 GB."),
    ("mixtral-8x7b", "kv-cache", "Of the experts, that counts those of one token;"),
    (
        "gpt2-124m",
        "parameters",
        "Each matrix in the layers has a bias (a list of learned numbers, one added to each output), except these: "
        "query, key and value matrices.",
    ),
    (
        "gpt2",
        "parameters",
        "Each matrix in the layers has a bias: a list of learned numbers, one added to each output.",
    ),
    ("llama-3-8b", "parameters", "No matrix has a bias (a list of learned numbers, one added to each output)."),
    (
        "qwen2.5-7b",
        "parameters",
        "In each layer, only these matrices have a bias (a list of learned numbers, one added to each output): "
        "query matrix, key and value matrices.",
    ),
    ("gpt2-124m", "parameters", "Each head has 64 numbers of every query (12 × 64 = 768)"),
    ("llama-3-8b", "parameters", "Of keys and values a layer has 8 heads, one for every 4 heads of queries."),
    ("gpt2-124m", "kv-cache", "All weights are 248,824,320 bytes; a step reads 247,251,456 of them"),
    (
        "gpt2-124m",
        "kv-cache",
        "and 2 bytes for a number, that is 2 × 12 × 768 × 2 = 36,864 bytes for each token. A text of 1,024",
    ),
    (
        "gpt2-124m",
        "kv-cache",
        "a layer makes the key and value of a token 524,800 times without a cache (1 + 2 + 3 and so on up to 1,024)",
    ),
    # What has a plus is made in this step, the rest is kept from before.
    ("gpt2-124m", "kv-cache", "the cat sat + the + cat + sat the cat + sat"),
    (
        "deepseek-v3",
        "parameters",
        "this is the work of one head; a layer has 128 heads. Each head has queries and values of its own, and 128 of",
    ),
    ("llama-3-8b", "kv-cache", "4 query heads share one key-value head. If each of the 32 query heads had its own"),
    ("llama-3-8b", "kv-cache", "524,288 / 131,072 = 4 times as much"),
    ("deepseek-v3", "kv-cache", "4,997,120 / 70,272 = 640/9 ≈ 71.11 times as much"),
    ("gpt-oss-20b", "kv-cache", "24,576 × 8,192 + 24,576 × min(8,192, 128 − 1) = 204,447,744 bytes"),
    # 32 / ((247,251,456 + 32 × 37,748,736) / 2,039 × 10⁹) = 44,836.9, as the equation below the table has it
    ("gpt2-124m", "kv-cache", "32 0.7137 44,837 0.01239 memory: 1,401 0.2473 1.208"),
    ("mamba-130m", "kv-cache", "a text keeps 1,474,560 bytes, however long it is"),
    ("qwen3-next-80b-a3b", "kv-cache", "24,576 × 8,192 + 40,108,032 = 241,434,624 bytes"),
    ("t5-small", "kv-cache", "What one token keeps of the text that was read."),
]
UNSAID = [
    ("vit-base-patch16-224", "parameters", "“sat”"),
    ("t5-small", "parameters", "place in the text"),
    ("mamba-130m", "parameters", "transformer layers"),
    ("vit-base-patch16-224", "parameters", "in the text"),
    ("vit-base-patch16-224", "parameters", "pattern of the layers"),
    ("qwen3-next-80b-a3b", "parameters", "decoder_sparse_step"),
]


@cache
def words(model: str, quantity: str) -> str:
    """The page as text, in one line."""
    return " ".join(symbolic.explain(model, quantity=quantity).to_text().split())


@pytest.mark.parametrize(("model", "quantity", "sentence"), SAID)
def test_a_page_says(model: str, quantity: str, sentence: str) -> None:
    assert sentence in words(model, quantity)


@pytest.mark.parametrize(("model", "quantity", "sentence"), UNSAID)
def test_a_page_does_not_say_what_is_true_of_other_models(model: str, quantity: str, sentence: str) -> None:
    assert sentence not in words(model, quantity)


@pytest.mark.parametrize(
    ("model", "quantity"),
    sample(
        list(
            product(
                ["gemma-3-1b", "qwen3-next-80b-a3b", "deepseek-v3", "t5-small"],
                ["kv-cache", "parameters", "weight-memory", "device-memory", "lora-memory"],
            )
        ),
        6,
    ),
)
def test_the_configuration_defines_every_size_that_a_page_names(model: str, quantity: str) -> None:
    try:
        before, _, after = words(model, quantity).partition("STEP BY STEP")
    except NothingToMeasure:
        return
    # What only other totals take is defined among them, before the ways to each.
    others = re.split("OTHER (?:COUNTS|TOTALS)[A-Z ]*", after)[-1].partition("Each table below")[0]
    # What only the results take is defined above the first of them.
    results = (
        re.split("WHAT FOLLOWS FROM IT|WHAT FITS ON A DEVICE", after)[-1]
        .partition("How it is used")[2]
        .partition("In MiB")[0]
    )
    lead, configuration = before.partition("WHERE THE ")[0], before.partition("THE CONFIGURATION")[2]
    # What only the row of serving takes is defined above its equations.
    serving = after.partition("worked out:")[2].partition("[bytes")[0]
    before = lead + configuration + results + serving + others.partition("How it is used")[2]
    used = {name for name in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", after) if name in SYMBOLS}
    assert used <= set(re.findall(r"\w+", before))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999, ""),
        (1023, "1.023 kB (0.9990 KiB)"),
        (1024, "1.024 kB (1 KiB)"),
        (134_217_728, "134.2 MB (128 MiB)"),
        (16_060_522_496, "16.06 GB (14.96 GiB)"),
        (3 * 1024**4, "3.299 TB (3 TiB)"),
    ],
)
def test_bytes_are_printed_in_the_units_of_programs_and_of_makers(value: int, text: str) -> None:
    assert in_bytes(value) == text


def test_a_block_that_repeats_another_is_not_derived_twice() -> None:
    page = words("deepseek-v3", "parameters")
    assert "3.1 Attention This part is built as in step 2.1, line by line." in page
    assert "3.1.1 " not in page


def test_the_table_of_the_parts_leads_to_their_steps() -> None:
    page = symbolic.explain("gpt2-124m").to_html()
    ids = set(re.findall(r'id="(step-[\d-]+)"', page))
    table, weights = re.findall(
        r"<table.*?</table>", page.partition('id="where"')[2].partition('id="network"')[0], re.DOTALL
    )
    links = r'<a href="#(step-[\d-]+)">'
    assert len(re.findall(links, table)) == 6
    assert len(re.findall(links, weights)) == 13
    assert set(re.findall(links, table + weights)) <= ids


def test_no_link_of_a_page_leads_nowhere() -> None:
    page = symbolic.explain("deepseek-v3").to_html()
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= set(re.findall(r' id="([\w-]+)"', page))


def test_every_weight_stands_in_one_table_with_its_shape_and_its_tensor() -> None:
    page = symbolic.explain("llama-3-8b").to_html().replace("<wbr>", "")
    table = re.findall(r'<details class="folded">.*?</details>', page, re.DOTALL)[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)]
    tensors = "model.layers.{}.self_attn.k_proj.weight , model.layers.{}.self_attn.v_proj.weight"
    shape = "2 of ( emb_dim × ( n_kv_groups × head_dim ))"
    assert f"2.1.2 key and value matrices {shape} 32 268, 435, 456 {tensors}".replace(", ", ",") in [
        row.replace(", ", ",") for row in rows
    ]
    assert len(rows) == 10


# Latent attention is drawn from inside, too: seven boxes, in two frames that are no step, with what is kept, and where
# queries meet keys.
@pytest.mark.parametrize(
    ("model", "boxes", "frames"), [("gpt2-124m", 9, 0), ("deepseek-v3", 15 + 7, 4), ("mamba-130m", 6, 0)]
)
def test_a_diagram_has_a_box_for_each_block(model: str, boxes: int, frames: int) -> None:
    derivation = symbolic.explain(model)
    page = derivation.to_html()
    linked = re.findall(r'<p><a href="#(step-[\d-]+)">', page)
    assert len(linked) == boxes
    assert set(linked) <= set(re.findall(r'id="(step-[\d-]+)"', page))
    assert derivation.to_text().count("┐") == boxes + frames


def test_a_box_shows_shapes_in_letters_and_numbers_and_how_many_layers_there_are() -> None:
    page = words("gpt2-124m", "parameters")
    assert "Transformer layers 12 × 7,085,568 = 85,026,816" in page
    assert "│ │ (d × f): (768 × 3,072), first matrix " in page
    # Lists of one length stand together; a box of one shape needs no name for it.
    assert "d: 768, output projection bias " in page
    assert "(V × d): (50,257 × 768) " in page


WIRED = [
    ("gpt2-124m", ["+(norm, attention)", "+(norm, feed-forward network)"]),
    ("deepseek-v3", ["+(norm, attention)", "+(norm, router, expert, shared experts)"]),
    ("gemma-2-2b", ["+(norm, attention, norm)", "+(norm, feed-forward network, norm)"]),
    ("olmo-2-7b", ["+(attention, norm)", "+(feed-forward network, norm)"]),
    ("bert-base-uncased", ["+(attention)", "norm", "+(feed-forward network)", "norm"]),
    ("mamba-130m", ["+(norm, state-space mixer)"]),
    ("pythia-70m", ["attention", "feed-forward network", "layer norms"]),
]


@pytest.mark.parametrize(("model", "boxes"), WIRED)
def test_a_layer_shows_what_is_added_to_the_stream_and_where_norms_stand(model: str, boxes: list[str]) -> None:
    diagram = diagram_of(symbolic.explain(model))
    layer = [box for box in diagram.boxes if box.boxes][-1]
    assert list(map(drawn, layer.boxes)) == boxes
    assert sum(map(added, layer.boxes)) == layer.count


def diagram_of(derivation: Derivation) -> Diagram:
    parts = (part for section in explain_page(derivation).sections for part in section.parts)
    return next(part for part in parts if isinstance(part, Diagram))


def drawn(box: Box) -> str:
    """A box in words; a plus before what is added to the stream."""
    return box.title.lower() if box.title else f"+({', '.join(map(drawn, box.boxes))})"


def added(box: Box) -> int:
    return int((box.count or 0) * box.times) if box.title else sum(map(added, box.boxes))


def test_a_box_with_many_shapes_says_what_the_others_add() -> None:
    """An attention with an index has more shapes than are printed: with the rest they are its number."""
    derivation = symbolic.explain({"model_type": "deepseek_v4"})
    boxes = [box for box in every_box(diagram_of(derivation).boxes) if "more shapes" in "".join(box.notes)]
    assert boxes
    for box in boxes:
        rest = int(box.notes[0].partition(": ")[2].replace(",", ""))
        assert sum(shape.copies * prod(map(int, shape.axes)) for shape in box.shapes) + rest == box.count


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (
            "gpt2-124m",
            "the key and the value of a head have 64 numbers each, and in each layer this is done by 12 heads",
        ),
        (
            "llama-3-8b",
            "the key and the value of a head have 128 numbers each, and in each layer this is done by 32 heads",
        ),
        ("deepseek-v3", "have 192 numbers each, and its value has 128; in each layer this is done by 128 heads"),
        (
            "bert-base-uncased",
            "the key and the value of a head have 64 numbers each, and in each layer this is done by 12 heads",
        ),
        ("t5-small", ""),
        ("mamba-130m", ""),
    ],
)
def test_what_one_head_does_is_worked_out_for_three_tokens(model: str, says: str) -> None:
    page = words(model, "parameters")
    assert ("One head, worked out." in page) is bool(says)
    assert says in page
    scores = [sum(one * other for one, other in zip(QUERY, key, strict=True)) for key in KEYS]
    whole = sum(map(exp, scores))
    assert [round(exp(score) / whole, 3) for score in scores] == [float(share) for share in SHARES]


EXPLAINED = [
    ("gradient descent", "every number learned in small steps (gradient descent)"),
    ("closed form", "the total is one formula of the sizes, its closed form"),
    ("activation function", "an activation function (a fixed curve that each number is put through)"),
    ("(RoPE)", "the dial is turned a little further for each place in the text (RoPE)"),
]


@pytest.mark.parametrize(("word", "says"), EXPLAINED)
@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3"])
def test_a_word_of_the_field_is_explained_where_it_is_met_first(model: str, word: str, says: str) -> None:
    page = " ".join(symbolic.explain(model).to_text().split())
    first = page.lower().find(word.lower())
    assert first < 0 or abs(page.find(says) - first) < len(says)


WAYS = [
    ("gpt2-124m", ["number", 768, 768, 768, 768, 50257]),
    ("deepseek-v3", ["number", 7168, 7168, 7168, 7168, 129280]),
    ("gemma-3-1b", ["number", 1152, 1152, 1152, 262144]),
    ("vit-base-patch16-224", [768, 768, 768, 768, 768, 1000]),
    ("t5-small", ["number", 512, 512, "number", 512, 512, 512, 32128]),
    ("mamba-130m", ["number", 768, 768, 768, 50280]),
]


@pytest.mark.parametrize(("model", "widths"), WAYS)
def test_the_diagram_says_what_one_token_is_between_the_boxes(model: str, widths: list[int | str]) -> None:
    diagram = diagram_of(symbolic.explain(model))
    flows = [*(box.into for box in diagram.boxes if box.into), diagram.out]
    assert [prod(map(int, flow.shape.axes)) if flow and flow.shape else "number" for flow in flows] == widths


@pytest.mark.parametrize(
    ("model", "tables"),
    [
        ("gpt2-124m", ["Position embedding"]),
        ("bert-base-uncased", ["Position embedding", "Segment embedding"]),
        ("vit-base-patch16-224", ["Position embedding"]),
        ("t5-small", []),
        ("llama-3-8b", []),
    ],
)
def test_a_row_that_is_added_to_the_tokens_row_has_an_arrow_to_a_plus(model: str, tables: list[str]) -> None:
    derivation = symbolic.explain(model)
    assert [box.title for box in diagram_of(derivation).boxes if box.added] == tables
    text = derivation.to_text()
    assert text.count("\n  ⊕◀── └") == len(tables)
    assert ("ends at a plus" in " ".join(text.split())) is bool(tables)
    assert derivation.to_html().count('class="way joined"') == len(tables)


@pytest.mark.parametrize(
    ("model", "sizes", "drawn"),
    [
        ("mixtral-8x7b", {}, [(2, 8)]),
        ("deepseek-v3", {}, [(8, 256)]),
        ("mixtral-8x7b", {"num_local_experts": 1024}, []),
        ("gpt2-124m", {}, []),
    ],
)
def test_a_diagram_draws_a_square_for_each_expert(model: str, sizes: dict[str, int], drawn: list[object]) -> None:
    derivation = symbolic.explain({**symbolic.load(model).config, **sizes})
    choices = [box.choice for box in every_box(diagram_of(derivation).boxes) if box.choice]
    assert choices == drawn
    filled = [len(set(choice.places)) for choice in choices]
    assert filled == [choice.chosen for choice in choices]
    # Each filled square is a stretch of one path.
    assert derivation.to_html().count("h8v8h-8z") == sum(filled)


@pytest.mark.parametrize(
    ("model", "says"), [("deepseek-v3", "8 of 256"), ("mixtral-8x7b", "2 of 8"), ("gpt-oss-20b", "4 of 32")]
)
def test_the_box_of_experts_says_how_many_of_them_work_on_a_token(model: str, says: str) -> None:
    notes = [note for box in every_box(diagram_of(symbolic.explain(model)).boxes) for note in box.notes]
    assert f"{says} are active for any one token." in notes


def test_what_does_not_tell_its_way_has_no_arrows() -> None:
    """Two heads side by side end the way; blocks of a description tell none; a wrong arrow would be worse."""
    sizes = {"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12}
    pretraining = {"model_type": "bert", "architectures": ["BertForPreTraining"], "intermediate_size": 3072}
    diagram = diagram_of(symbolic.explain(pretraining | sizes))
    assert diagram.out is None
    assert [box.title for box in diagram.boxes if not box.into] == [
        "Head transform",
        "Output head",
        "Output head bias",
        "Next-sentence head",
    ]
    assert not any(box.into for box in every_box(diagram_of(symbolic.explain({"model_type": "bart"})).boxes))


@pytest.mark.parametrize("config", ["t5-small", {"model_type": "bart"}, {"model_type": "whisper"}])
def test_a_line_leads_from_the_encoder_to_what_reads_it(config: str | dict[str, object]) -> None:
    derivation = symbolic.explain(config)
    diagram = diagram_of(derivation)
    (reader,) = (box for box in every_box(diagram.boxes) if box.reads)
    assert diagram.source is not None
    assert diagram.boxes[diagram.source].title in ("Final encoder norm", "Encoder")
    assert "keys and values are made from the result of step" in reader.notes[-1]
    text = derivation.to_text()
    line = next(line for line in text.splitlines() if "◀─┼" in line)
    assert reader.title in line
    assert line.endswith("──┘")
    assert text.count("│──┐") == 1


def test_a_router_stands_beside_the_way_and_experts_side_by_side() -> None:
    layer = [box for box in diagram_of(symbolic.explain("deepseek-v3")).boxes if box.boxes][-1]
    norm, router, expert, shared = layer.boxes[-1].boxes
    assert (norm.beside, router.beside, expert.beside, shared.beside) == (False, True, False, False)
    assert "not added to the list" in router.notes[0]
    assert expert.notes[-1].startswith("The results of these experts")
    assert [box.into.words for box in (expert, shared) if box.into] == 2 * ["the same list, as it left the norm"]


@pytest.mark.parametrize(
    ("model", "steps"),
    [
        ("gpt2-124m", "Tokens Rows Positions Query, key, value Heads Feed-forward network Layers Output head"),
        ("llama-3-8b", "Tokens Rows Query, key, value Heads Feed-forward network Layers Output head"),
        ("mixtral-8x7b", "Tokens Rows Query, key, value Heads Experts Layers Output head"),
        ("bert-base-uncased", "Tokens Rows Positions Query, key, value Heads Feed-forward network Layers"),
        ("mamba-130m", ""),
        ("t5-small", ""),
        ("vit-base-patch16-224", ""),
        # Attention and feed-forward network read the same: neither follows the other.
        ("pythia-70m", "Tokens Rows Query, key, value Heads Feed-forward network Layers Output head"),
    ],
)
def test_a_text_is_followed_through_networks_of_attention_and_what_comes_after_it(model: str, steps: str) -> None:
    sections = {section.id: section.parts for section in explain_page(symbolic.explain(model)).sections}
    ways = [part for part in sections["meaning"] if isinstance(part, Items)]
    assert " ".join(term for way in ways for term, _ in way.items) == steps


def test_a_mixture_says_what_works_on_a_token_with_and_without_the_token_table() -> None:
    """DeepSeek-V3's table of 129,280 × 7,168 numbers is not among those that work on a token: it reads one row."""
    words = " ".join(str(symbolic.explain("deepseek-v3").to("text")).split())
    assert "each token goes through 8 of 256, which are chosen for it, and 1 that all tokens share" in words
    assert "So only 37.55 billion (37,552,282,624) are active for any one token." in words
    assert "Without the table, 36,625,603,584 are active." in words


def test_a_time_that_is_the_same_is_said_once() -> None:
    """A batch of one reads the experts of one token."""
    for batch, says in ((1, False), (8, True)):
        made = symbolic.explain("deepseek-v3", "arithmetic-intensity", inputs={"batch_size": batch})
        assert ("ms if all choose the same" in " ".join(str(made.to("text")).split())) is says


@pytest.mark.parametrize(
    ("model", "numbers"), [("gpt2-124m", ("768", "12", "50,257")), ("deepseek-v3", ("7,168", "61", "129,280"))]
)
def test_a_transformer_s_page_says_what_it_does_with_its_own_numbers(model: str, numbers: tuple[str, ...]) -> None:
    page = explain_page(symbolic.explain(model))
    [section] = (section for section in page.sections if section.id == "transformer")
    width, layers, words = numbers
    text = str(section.parts)
    assert page.sections[0] is section
    assert f"5 rows of {width} numbers" in text
    assert f"these rows pass through {layers} layers" in text.replace("\\xa0", " ").replace("\xa0", " ")
    assert f"the output head makes {words} scores" in text
    html = symbolic.explain(model).to_html()
    assert all(f'id="{link}"' in html for link in re.findall(r"#(step-[0-9-]+)", text))


ONE_LAYER = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
    "vocab_size": 99,
    "intermediate_size": 128,
    "max_position_embeddings": 64,
    "rms_norm_eps": 1e-5,
}


@pytest.mark.parametrize(
    ("language", "quantity", "says"),
    [
        ("en", "parameters", ("pass through 1 layer (", "a layer has 1 head.")),
        ("en", "kv-cache", ("In 1 layer, with 64 numbers in a list and 1 byte for a number",)),
        ("de", "parameters", ("durch 1 Schicht (", "hat 1 Kopf.")),
        ("de", "kv-cache", ("In 1 Schicht, mit 64 Zahlen in einer Liste und 1 Byte für eine Zahl",)),
    ],
)
def test_nouns_follow_their_numbers(language: str, quantity: str, says: tuple[str, ...]) -> None:
    with speaking(language):
        inputs = {"cached_bytes": 1} if quantity == "kv-cache" else {}
        text = str(symbolic.explain(ONE_LAYER, quantity, inputs=inputs).to("text", language=language))
    page = " ".join(text.replace("\u00a0", " ").split())
    assert all(sentence in page for sentence in says), page[:3000]


@pytest.mark.parametrize("model", ["bert-base-uncased", "t5-small", "mamba-130m", "vit-base-patch16-224"])
def test_what_is_no_such_transformer_does_not_say_so(model: str) -> None:
    assert "transformer" not in {section.id for section in explain_page(symbolic.explain(model)).sections}


@pytest.mark.parametrize(
    ("model", "quantity", "says", "says_not"),
    [
        ("mamba-130m", "forward-flops", "The rest are products without weights", "Attention also multiplies"),
        ("mamba-130m", "training-flops", "It leaves out products without weights", "leaves out scores and mixing"),
        ("mamba-130m", "serving-memory", "are copied", "key-value heads."),
        ("bert-base-uncased", "serving-memory", "are copied", "its own key-value heads"),
        ("llama-3-8b", "forward-flops", "Attention also multiplies", "The rest are products without weights"),
        ("llama-3-8b", "serving-memory", "its own key-value heads", "GiB are"),
    ],
)
def test_a_network_without_attention_is_said_to_have_none(model: str, quantity: str, says: str, says_not: str) -> None:
    found = " ".join(words(model, quantity).split())
    assert says in found
    assert says_not not in found


@pytest.mark.parametrize("tied", [True, False])
def test_a_head_of_t5_that_a_class_would_tie_says_so(tied: bool) -> None:
    """transformers 5 ties the head of a T5 in spite of its config, unless it loads files that hold both."""
    base = {"model_type": "t5", "d_model": 8, "d_kv": 4, "d_ff": 16, "num_layers": 1, "num_heads": 2, "vocab_size": 32}
    made = {**base, "tie_word_embeddings": tied, "architectures": ["T5ForConditionalGeneration"]}
    says = " ".join(str(symbolic.explain(made).to("text")).split())
    assert ("without files, shares the token table in spite of tie_word_embeddings" in says) is not tied
