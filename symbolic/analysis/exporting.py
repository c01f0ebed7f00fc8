"""A closed form as code: exact in every language; where a language's numbers end, it refuses instead of rounding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.integer_fraction import IntegerFraction
from symbolic.analysis.languages import C, JavaScript, NumPy, Spreadsheet
from symbolic.errors import UnknownName
from symbolic.formulas.formula import Formula, Quotient, Symbol
from symbolic.measuring.derivation import Derivation
from symbolic.pages.functions import Function
from symbolic.pages.listing import listed
from symbolic.pages.sections.as_function import in_comment


@dataclass(frozen=True, slots=True)
class Exported:
    """What a language's writer needs: the general form as one fraction, and its sizes.

    `arguments` are the sizes that a caller gives. One that need not be an integer (half a byte for a number) stands in
    the fraction as two integers, its numerator and its denominator: `ratios` has the two of each. `symbols` are all
    integers of the fraction.
    """

    name: str
    fraction: IntegerFraction
    arguments: tuple[Symbol, ...]
    ratios: Mapping[Symbol, tuple[Symbol, Symbol]]
    symbols: tuple[Symbol, ...]
    derivation: Derivation

    @property
    def about(self) -> str:
        """One line that says what it is of."""
        derivation = self.derivation
        says = f"{derivation.quantity.title} of {derivation.model.architecture.title} models"
        options = f"options as in {in_comment(derivation.model.name)}"
        model = derivation.model
        same = " and the same parts" if model.architecture.of_one_config else ""
        if model.stored and model.stored.deciding:
            names = listed([name for name in dict.fromkeys(model.stored.deciding) if name in model.sizes])
            same += f", stored as a model of that {names} is"
        return f"{says}, {options}{same}. Convention: {derivation.convention.name}."

    @property
    def values(self) -> dict[str, int]:
        """The value that each integer has in the model at hand."""
        found: dict[str, int] = {}
        for symbol in self.arguments:
            size = Fraction(self.derivation.sizes[symbol.name])
            names = [one.name for one in self.ratios.get(symbol, (symbol,))]
            found |= dict(zip(names, size.as_integer_ratio(), strict=False))
        return found


def export(derivation: Derivation, language: str) -> str:
    """Return the general form as code in a language; UnknownName names the languages."""
    if language not in WRITERS:
        raise UnknownName("language", language, WRITERS)
    form = derivation.general_form
    ratios = {symbol: _ratio(symbol) for symbol in form.symbols if not symbol.is_integer}

    def change(node: Formula) -> Formula | None:
        return Quotient(*ratios[node]) if isinstance(node, Symbol) and node in ratios else None

    name = derivation.quantity.name.replace("-", "_")
    symbols = tuple(part for symbol in form.symbols for part in ratios.get(symbol, (symbol,)))
    fraction = IntegerFraction.of(form.replace(change))
    return WRITERS[language](Exported(name, fraction, form.symbols, ratios, symbols, derivation))


def _ratio(symbol: Symbol) -> tuple[Symbol, Symbol]:
    """Return the numerator and the denominator of a size that need not be an integer."""
    top, bottom = (Symbol(f"{symbol.name}_{end}", symbol.letter, "", "") for end in ("top", "bottom"))
    return top, bottom


def _listed(symbols: tuple[Symbol, ...]) -> str:
    return ", ".join(symbol.name for symbol in symbols)


def _python(made: Exported) -> str:
    from symbolic.pages.rendering.python_notation import python

    return python(Function(made.name, made.about, made.arguments, (), made.derivation.general_form))


def _numpy(made: Exported) -> str:
    write = NumPy()
    names = [symbol.name for symbol in made.symbols]
    bound, divisor = write.bound(made.fraction.numerator), write.bound(made.fraction.denominator)
    lines = [
        *(["from fractions import Fraction", ""] if made.ratios else []),
        "import numpy as np",
        "",
        "",
        f"def {made.name}({_listed(made.arguments)}):",
        f'    """{made.about}',
        "",
        "    Takes whole numbers or arrays of them. The result has 64 bits where a bound says that nothing on the way",
        "    is larger, and Python's integers where it does not.",
        '    """',
    ]
    for symbol, (top, bottom) in made.ratios.items():
        lines += [
            f"    ratios = np.vectorize(Fraction, otypes=[object])({symbol.name})",
            f"    {top.name} = np.vectorize(lambda one: int(one.numerator), otypes=[object])(ratios)",
            f"    {bottom.name} = np.vectorize(lambda one: int(one.denominator), otypes=[object])(ratios)",
        ]
    lines += [
        f"    sizes = [np.asarray(size) for size in ({', '.join(names)},)]",
        "    if any(size.dtype.kind not in 'iuO' for size in sizes):",
        '        raise TypeError("give whole numbers")',
        "    bound = _bound(*(max(1, int(np.max(size))) for size in sizes))",
        "    kind = np.int64 if bound < 2**63 else object",
        f"    {', '.join(names)}{',' if len(names) == 1 else ''} = (size.astype(kind) for size in sizes)",
    ]
    if made.fraction.is_polynomial:
        lines.append(f"    return {write.polynomial(made.fraction.numerator)}")
    else:
        top_of, bottom_of = write.polynomial(made.fraction.numerator), write.polynomial(made.fraction.denominator)
        lines += [
            f"    top, bottom = {top_of}, {bottom_of}",
            "    if np.any(top % bottom):",
            '        raise ValueError("these sizes do not belong together: a total is not a whole number")',
            "    return top // bottom",
        ]
    lines += ["", "", f"def _bound({_listed(made.symbols)}):", f"    return max({bound}, {divisor})"]
    return "\n".join(lines) + "\n"


def _latex(made: Exported) -> str:
    from symbolic.pages.rendering.tex_notation import Latex

    return Latex("letters", compact=True)(made.derivation.general_form) + "\n"


RATIO = """\
  // A number, a BigInt, or a ratio as a string, such as "17/32".
  const ratio = (given) => {
    let [top, bottom] = String(given).includes("/") ? String(given).split("/").map(BigInt) : [given, 1n];
    while (Number.isFinite(top) && !Number.isInteger(top)) [top, bottom] = [top * 2, bottom * 2n];
    return [BigInt(top), bottom];
  };"""


def _javascript(made: Exported) -> str:
    write = JavaScript()
    whole = ", ".join(symbol.name for symbol in made.arguments if symbol not in made.ratios)
    lines = [
        f"// {made.about}",
        "// Takes whole numbers or BigInts, gives a BigInt.",
        f"function {made.name}({_listed(made.arguments)}) {{",
        f"  [{whole}] = [{whole}].map(BigInt);",
    ]
    if made.ratios:
        lines.append(RATIO)
    for symbol, ends in made.ratios.items():
        lines.append(f"  const [{_listed(ends)}] = ratio({symbol.name});")
    top, bottom = write.polynomial(made.fraction.numerator), write.polynomial(made.fraction.denominator)
    if "smaller(" in top + bottom:
        lines.append("  const smaller = (a, b) => (a < b ? a : b);")
    if made.fraction.is_polynomial:
        lines.append(f"  return {top};")
    else:
        lines += [
            f"  const top = {top};",
            f"  const bottom = {bottom};",
            '  if (top % bottom) throw new RangeError("these sizes do not belong together");',
            "  return top / bottom;",
        ]
    return "\n".join((*lines, "}")) + "\n"


CHECKED = """\
typedef __int128 whole;

static whole add(whole a, whole b, int *bad) { whole c; *bad |= __builtin_add_overflow(a, b, &c); return c; }
static whole sub(whole a, whole b, int *bad) { whole c; *bad |= __builtin_sub_overflow(a, b, &c); return c; }
static whole mul(whole a, whole b, int *bad) { whole c; *bad |= __builtin_mul_overflow(a, b, &c); return c; }
static whole smaller(whole a, whole b) { return a < b ? a : b; }
"""


def _c(made: Exported) -> str:
    write = C()
    arguments = ", ".join(f"uint64_t {symbol.name}" for symbol in made.symbols)
    top, bottom = write.polynomial(made.fraction.numerator), write.polynomial(made.fraction.denominator)
    used = top + bottom
    helpers = "\n".join(
        line for line in CHECKED.splitlines()
        if not line.startswith("static") or f"{line.split('(')[0].split()[-1]}(" in used
    )  # fmt: skip
    result = (
        f"  *total = {top};\n  return bad ? 1 : 0;"
        if made.fraction.is_polynomial
        else f"  whole top = {top}, bottom = {bottom};\n"
        "  if (bad || bottom == 0) return 1;\n  if (top % bottom) return 2;\n"
        "  *total = top / bottom;\n  return 0;"
    )
    ratios = "".join(f"/* {symbol.name} is {top.name} / {bottom.name}. */\n"
                     for symbol, (top, bottom) in made.ratios.items())  # fmt: skip
    return (
        f"/* {made.about} Needs GCC or Clang: 128-bit integers. */\n#include <stdint.h>\n\n{helpers}\n\n{ratios}"
        "/* Returns 0; 1 where 128 bits are too few, 2 where the sizes do not belong together. */\n"
        f"int {made.name}(whole *total, {arguments}) {{\n  int bad = 0;\n{result}\n}}\n"
    )


def _spreadsheet(made: Exported) -> str:
    cells = {symbol.name: f"B{row}" for row, symbol in enumerate(made.symbols, start=1)}
    write = Spreadsheet(cells)
    rows = [f"{name}\t{value}" for name, value in made.values.items()]
    bound = write.polynomial(made.fraction.numerator, bounding=True)
    total = rounded = write.polynomial(made.fraction.numerator)
    if not made.fraction.is_polynomial:
        # Each stands in a cell of its own: a cell holds no more than 8,192 characters.
        rows += [f"numerator\t={total}", f"denominator\t={write.polynomial(made.fraction.denominator)}"]
        top, bottom = f"B{len(rows) - 1}", f"B{len(rows)}"
        rounded = f"{top} / {bottom}"
        total = f"IF(QUOTIENT({top}, {bottom}) * {bottom} = {top}, QUOTIENT({top}, {bottom}), NA())"
    # A spreadsheet's numbers are floats: what they can't hold exactly is no total, and says that it is rounded.
    rows.append(f"{made.name}, rounded to about 15 digits\t={rounded}")
    rows.append(f"{made.name}\t=IF({bound} >= 2^53, NA(), {total})")
    return "\n".join(rows) + "\n"


WRITERS: dict[str, Callable[[Exported], str]] = {
    "python": _python,
    "numpy": _numpy,
    "latex": _latex,
    "javascript": _javascript,
    "c": _c,
    "spreadsheet": _spreadsheet,
}
