"""Tables of convolutions: what a layer sees of the image, how large its output is, and the next one's input.

A layer with a kernel of k sees (k − 1) × jump more of the image than the one before it, where the jump is the product
of the strides before it; its output is ⌊(input + 2 × padding − k) / stride⌋ + 1 on each side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import and_, ne
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, operation
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.forms import added, bracketed, difference, product, quotient
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

COLUMNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE)
    for name, words in {
        "kernel": r"(?:kernel|filter)(?:[ _-]?size)?|k|f|卷积核(?:大小)?|カーネル(?:サイズ)?|커널(?: 크기)?",
        "stride": r"strides?|s|步长|步幅|ストライド|스트라이드",
        "dilation": r"dilation|d|膨胀率",
        "padding": r"padding|pad|p|填充|パディング|패딩",
        "field": r"(?:(?:global|local|output)?[ _-]?receptive[ _-]?field|r\.?f\.?|r)(?:[ _-]?(?:size|out|\(output\)))*"
        r"|感受野|受容野|수용 ?영역",
        "jump": r"jump|j|j(?:ump)?[ _-]?(?:in|out)",
        "input": r"(?:input|n)(?:[ _-]?(?:size|shape|in|channel size))?|输入(?:大小|尺寸)?|入力",
        "output": r"(?:output|n)(?:[ _-]?(?:size|shape|out|channel size))|output|输出(?:大小|尺寸)?|出力",
    }.items()
}
SEVERAL = re.compile(r"[ (]*([kfps])[ ]*[,/ ][ ]*([kfps])(?:[ ]*[,/ ][ ]*([kfps]))?[ )]*", re.IGNORECASE)
"""A column for several of them, as "K,P,S"."""
ONE_OF_SEVERAL = re.compile(r"(?<!\d)(?P<side>\d{1,3})(?:[ ]?[x×][ ]?(?P=side))?(?!\d)")
LETTERS = {"k": "kernel", "f": "kernel", "p": "padding", "s": "stride"}
SIDE = re.compile(
    r"[\s*`$(\[]*(?P<side>\d{1,4})(?:[ ]?(?:[x×*,]|\\times)[ ]?(?P=side)(?!\d))?(?:[ ]?[x×*@][ ]?\d{1,5})?[\s*`$)\]]*"
)
"""One side of a square, 7 or 7x7, and perhaps the channels behind it."""
IN_NAME: Mapping[str, re.Pattern[str]] = {
    "kernel": re.compile(
        r"(?<![A-Za-z])k(?:ernel(?:[ _]size)?)?[ ]?[=:][ ]?(?P<side>\d{1,2})(?!\d)"
        r"|(?<![\d.x×])(?P<square>\d{1,2})[ ]?(?:[x×*]|\\times)[ ]?(?P=square)(?![\dx×])",
        re.IGNORECASE,
    ),
    "stride": re.compile(
        r"(?<![A-Za-z])s(?:trides?)?[ ]?[=:]?[ ]?(?P<side>\d)(?!\d)|/(?P<square>2)(?!\d)", re.IGNORECASE
    ),
    "padding": re.compile(r"(?<![A-Za-z])p(?:ad(?:ding)?)?[ ]?[=:][ ]?(?P<side>\d)(?!\d)", re.IGNORECASE),
}
POOLING = re.compile(r"pool", re.IGNORECASE)
LEAST, SHARE = 3, 2
"""So many rows hold at least, and so many times as many as don't: other tables mean something else."""
ONE = figure("1", "")
ABOVE = "The output in the row above"
Claim: TypeAlias = tuple[bool, WrittenEquation]


@dataclass(frozen=True, slots=True)
class _Layer:
    """The numbers of a row, by what they are; one without a kernel changes nothing."""

    numbers: Mapping[str, NumberNode]
    pools: bool

    def __getitem__(self, name: str) -> int:
        return int(self.numbers[name].figure.value)

    def has(self, *names: str) -> bool:
        return all(name in self.numbers for name in names)


def layer_tables(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what the rows of tables of convolutions say of receptive fields, outputs and inputs."""
    for table in reader.document.tables:
        layers = _layers(reader, table)
        for claims in (_fields(layers), _outputs(layers), _inputs(layers)):
            several = list(claims)
            right = sum(holds for holds, _ in several)
            if right >= LEAST and right >= SHARE * (len(several) - right):
                yield from (equation for _, equation in several)


def _layers(reader: FormulaReader, table: DocumentTable) -> list[_Layer]:
    text = reader.document.text
    heads = [re.sub(r"[$*`]", "", " ".join(text[start:end] for start, end in cell)) for cell in table.rows[0]]
    named: dict[str, int] = {}
    for index, head in enumerate(heads):
        for name in (name for name, words in COLUMNS.items() if words.fullmatch(head)):
            named.setdefault(name, index)
    several = {
        index: [LETTERS[letter.lower()] for letter in found.groups() if letter]
        for index, head in enumerate(heads)
        if (found := SEVERAL.fullmatch(head))
    }
    known = {"kernel" for letters in several.values() if "kernel" in letters} | named.keys()
    if not ("field" in named or {"input", "output"} <= named.keys()):
        return []
    layers = []
    for row in table.rows[1:]:
        numbers: dict[str, NumberNode] = {}
        places = {index: cell[0] for index, cell in enumerate(row) if len(cell) == 1}
        for name, index in named.items():
            if index in places and (match := SIDE.fullmatch(text, *places[index])):
                numbers[name] = _number(match, "side")
        for index, letters in several.items():
            sides = list(ONE_OF_SEVERAL.finditer(text, *places[index])) if index in places else []
            if len(sides) == len(letters):
                numbers |= {name: _number(match, "side") for name, match in zip(letters, sides, strict=True)}
        # The name of a layer says its sizes where no column does.
        for name, pattern in IN_NAME.items():
            found = pattern.search(text, *places[0]) if 0 in places and not {"kernel", name} & known else None
            if found:
                numbers[name] = _number(found, "side" if found["side"] else "square")
        said = " ".join(text[start:end] for start, end in places.values())
        layers.append(_Layer(numbers, bool(POOLING.search(said))))
    return layers


def _number(match: re.Match[str], group: str | int) -> NumberNode:
    return NumberNode(*match.span(group), figure(match[group], ""))


def _fields(layers: Sequence[_Layer]) -> Iterator[Claim]:
    """Yield what each layer sees: (k − 1) × jump more than the one before it; a column of jumps has two readings."""
    written = [layer["jump"] if layer.has("jump") else None for layer in layers]
    before = [1, *written[:-1]]
    # Where a column of jumps changes with a stride, it says those behind the layers, or else those before them.
    changes = [layer.has("stride") and layer["stride"] > 1 for layer in layers]
    behind = sum(map(and_, changes, map(ne, written, before)))
    ahead = sum(map(and_, changes, map(ne, written[1:], written)))
    if any(written) and behind != ahead:
        yield from _seen(layers, before if behind > ahead else written)
        return
    readings = [written, before] if any(written) else []
    claims = [list(_seen(layers, jumps)) for jumps in (*readings, list(_jumps(layers)))]
    yield from max(claims, key=lambda several: sum(1 if holds else -1 for holds, _ in several))


def _jumps(layers: Sequence[_Layer]) -> Iterator[int | None]:
    """Yield the product of the strides before each layer; None from a layer on that may have any."""
    jump: int | None = 1
    for layer in layers:
        yield jump
        if layer.has("kernel") and not layer.has("stride") and layer.pools:
            jump = None
        elif jump and layer.has("stride"):
            jump *= max(layer["stride"], 1)


def _seen(layers: Sequence[_Layer], jumps: Sequence[int | None]) -> Iterator[Claim]:
    before, right = NumberNode(0, 0, ONE), 1
    for layer, jump in zip(layers, jumps, strict=True):
        if not layer.has("field"):
            continue
        field = layer.numbers["field"]
        if layer.has("kernel") and jump:
            kernel = layer.numbers["kernel"]
            spread = layer["dilation"] if layer.has("dilation") else 1
            more = (layer["kernel"] - 1) * spread * jump
            steps = [spread, jump] if spread > 1 else [jump]
            nodes = [NumberNode(field.start, field.start, figure(str(step), "")) for step in steps]
            made = added((before, product((bracketed(difference(kernel, _behind(kernel, "1"))), *nodes))))
            holds = layer["field"] == before.figure.value + more
            # A number that is wrong alone is no reason to look at the next one, which goes on from the right one.
            if holds or layer["field"] != right + more:
                yield holds, WrittenEquation("compared", field.start, field.end, (made, field), ("=",))
            right = int(before.figure.value if holds else right) + more
        elif field.figure.value != before.figure.value:
            right = layer["field"]
        before = field


def _outputs(layers: Sequence[_Layer]) -> Iterator[Claim]:
    """Yield the output of each layer whose padding is said: ⌊(input + 2 × padding − k) / stride⌋ + 1."""
    for layer in layers:
        if not layer.has("input", "output", "kernel", "stride", "padding") or not layer["stride"]:
            continue
        kernel, output = layer.numbers["kernel"], layer.numbers["output"]
        room = layer["input"] + 2 * layer["padding"] - layer["kernel"]
        rounded = [room // layer["stride"] + 1, *([-(-room // layer["stride"]) + 1] if layer.pools else [])]
        padded = product((_behind(kernel, "2"), layer.numbers["padding"]))
        above = bracketed(difference(added((layer.numbers["input"], padded)), kernel))
        whole = operation("floor", (quotient(above, layer.numbers["stride"]),), kernel.start, kernel.end)
        holds = layer["output"] in rounded
        if not holds or layer["output"] == rounded[0]:
            made = added((whole, _behind(kernel, "1")))
            yield holds, WrittenEquation("compared", output.start, output.end, (made, output), ("=",))


def _inputs(layers: Sequence[_Layer]) -> Iterator[Claim]:
    """Yield that a layer's input is the output of the one before it."""
    for before, layer in pairwise(layers):
        if before.has("input", "output") and layer.has("input", "output"):
            output, entered = before.numbers["output"], layer.numbers["input"]
            holds = output.figure.value == entered.figure.value
            above = replace(output, figure=output.figure._replace(shown=ABOVE))
            yield holds, WrittenEquation("compared", entered.start, entered.end, (above, entered), ("=",))


def _behind(node: ExpressionNode, value: str) -> NumberNode:
    """Return a number that is not written, behind a part of the formula."""
    return NumberNode(node.end, node.end, figure(value, ""))
