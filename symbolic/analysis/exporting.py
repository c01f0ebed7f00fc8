"""A closed form as code: exact in every language; where a language's numbers end, it refuses instead of rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbolic.analysis.languages import C, JavaScript, NumPy, Python, Spreadsheet
from symbolic.analysis.whole import Whole, with_numbers
from symbolic.errors import UnknownName
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Symbol
from symbolic.measuring.derivation import Derivation


@dataclass(frozen=True, slots=True)
class Exported:
    """What a language's writer needs: the formula as one fraction, the sizes, words for a comment."""

    name: str
    whole: Whole
    symbols: tuple[Symbol, ...]
    derivation: Derivation

    @property
    def about(self) -> str:
        """One line that says what it is of."""
        derivation = self.derivation
        says = f"{derivation.quantity.title} of {derivation.model.architecture.title} models"
        fixed = [s.name for s in derivation.closed.symbols if not s.whole]
        fixed_says = "".join(f", {name} {grouped(derivation.sizes[name])}" for name in fixed)
        options = f"options as in {_plain(derivation.model.name)}"
        return f"{says}, {options}{fixed_says}. Convention: {derivation.convention.name}."


def export(derivation: Derivation, language: str) -> str:
    """The closed form in a language; UnknownName names the languages."""
    if language not in WRITERS:
        raise UnknownName("language", language, WRITERS)
    closed = with_numbers(derivation.closed, derivation.sizes)
    name = derivation.quantity.name.replace("-", "_")
    return WRITERS[language](Exported(name, Whole.of(closed), closed.symbols, derivation))


def _plain(name: str) -> str:
    """A stranger's model name in a comment: nothing that could end it."""
    return "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in name)


def _arguments(made: Exported) -> str:
    return ", ".join(symbol.name for symbol in made.symbols)


def _python(made: Exported) -> str:
    write = Python()
    lines = [f"def {made.name}({_arguments(made)}):", f'    """{made.about}"""']
    if made.whole.is_polynomial:
        lines.append(f"    return {write.whole(made.whole.numerator)}")
    else:
        lines += [
            f"    total, rest = divmod({write.whole(made.whole.numerator)}, {write.whole(made.whole.denominator)})",
            "    if rest:",
            '        raise ValueError("these sizes do not belong together: the total is not a whole number")',
            "    return total",
        ]
    return "\n".join(lines) + "\n"


def _numpy(made: Exported) -> str:
    write = NumPy()
    names = [symbol.name for symbol in made.symbols]
    bound = write.whole(made.whole.numerator, bounding=True).replace("np.minimum(", "max(")
    divisor = write.whole(made.whole.denominator, bounding=True).replace("np.minimum(", "max(")
    lines = [
        "import numpy as np",
        "",
        "",
        f"def {made.name}({_arguments(made)}):",
        f'    """{made.about}',
        "",
        "    Takes whole numbers or arrays of them. The result has 64 bits where a bound says that nothing on the way",
        "    is larger, and Python's integers where it does not.",
        '    """',
        f"    sizes = [np.asarray(size) for size in ({', '.join(names)},)]",
        "    if any(size.dtype.kind not in 'iuO' for size in sizes):",
        '        raise TypeError("give whole numbers")',
        "    bound = _bound(*(max(1, int(np.max(size))) for size in sizes))",
        "    kind = np.int64 if bound < 2**63 else object",
        f"    {', '.join(names)}{',' if len(names) == 1 else ''} = (size.astype(kind) for size in sizes)",
    ]
    if made.whole.is_polynomial:
        lines.append(f"    return {write.whole(made.whole.numerator)}")
    else:
        lines += [
            f"    top, bottom = {write.whole(made.whole.numerator)}, {write.whole(made.whole.denominator)}",
            "    if np.any(top % bottom):",
            '        raise ValueError("these sizes do not belong together: a total is not a whole number")',
            "    return top // bottom",
        ]
    lines += ["", "", f"def _bound({_arguments(made)}):", f"    return max({bound}, {divisor})"]
    return "\n".join(lines) + "\n"


def _latex(made: Exported) -> str:
    from symbolic.pages.rendering.notation import Latex

    return Latex("letters", compact=True)(made.derivation.closed) + "\n"


def _javascript(made: Exported) -> str:
    write = JavaScript()
    names = [symbol.name for symbol in made.symbols]
    lines = [
        f"// {made.about}",
        "// Takes whole numbers or BigInts, gives a BigInt.",
        f"function {made.name}({_arguments(made)}) {{",
        f"  [{', '.join(names)}] = [{', '.join(names)}].map(BigInt);",
    ]
    if "smaller(" in write.whole(made.whole.numerator):
        lines.append("  const smaller = (a, b) => (a < b ? a : b);")
    if made.whole.is_polynomial:
        lines.append(f"  return {write.whole(made.whole.numerator)};")
    else:
        lines += [
            f"  const top = {write.whole(made.whole.numerator)};",
            f"  const bottom = {write.whole(made.whole.denominator)};",
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
    top, bottom = write.whole(made.whole.numerator), write.whole(made.whole.denominator)
    used = top + bottom
    helpers = "\n".join(
        line for line in CHECKED.splitlines()
        if not line.startswith("static") or f"{line.split('(')[0].split()[-1]}(" in used
    )  # fmt: skip
    result = (
        f"  *total = {top};\n  return bad ? 1 : 0;"
        if made.whole.is_polynomial
        else f"  whole top = {top}, bottom = {bottom};\n"
        "  if (bad || bottom == 0) return 1;\n  if (top % bottom) return 2;\n"
        "  *total = top / bottom;\n  return 0;"
    )
    return (
        f"/* {made.about} Needs GCC or Clang: 128-bit integers. */\n#include <stdint.h>\n\n{helpers}\n\n"
        "/* Returns 0; 1 where 128 bits are too few, 2 where the sizes do not belong together. */\n"
        f"int {made.name}(whole *total, {arguments}) {{\n  int bad = 0;\n{result}\n}}\n"
    )


def _spreadsheet(made: Exported) -> str:
    cells = {symbol.name: f"B{row}" for row, symbol in enumerate(made.symbols, start=1)}
    write = Spreadsheet(cells)
    total = write.whole(made.whole.numerator)
    if not made.whole.is_polynomial:
        bottom = write.whole(made.whole.denominator)
        total = f"IF(MOD({total}, {bottom}) = 0, QUOTIENT({total}, {bottom}), NA())"
    bound = write.whole(made.whole.numerator, bounding=True)
    rows = [f"{symbol.name}\t{made.derivation.sizes[symbol.name]}" for symbol in made.symbols]
    # A spreadsheet's numbers are floats: what they can't hold exactly is no total.
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
