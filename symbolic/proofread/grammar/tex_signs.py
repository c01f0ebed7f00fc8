"""Commands of TeX's mathematics by kind: signs, commands that are passed over, commands that hold words."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.proofread.grammar.tokens import BLANK, FUNCTIONS, UNKNOWN_FUNCTIONS


def _commands(names: str) -> tuple[str, ...]:
    return tuple(f"\\{name}" for name in names.split())


def _signs(signs: str, kind: str, value: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(signs.split(), (kind, value))


SIGNS: Mapping[str, tuple[str, str]] = {
    **_signs(r"\times \cdot \ast \cross \timesin \bullet × · ⋅", "TIMES", "×"),
    **_signs("*", "STAR", "×"),
    **_signs(r"\div / ÷", "DIVIDE", "/"),
    **_signs("+", "PLUS", "+"),
    **_signs("- − –", "MINUS", "-"),
    **_signs("^", "POWER", "^"),
    **_signs(r"= \equiv \coloneqq \triangleq", "RELATION", "="),
    **_signs(r"\approx \simeq \sim \cong \doteq \approxeq \almost ≈ ≃", "RELATION", "≈"),
    **_signs(r"\le \leq \leqslant ≤", "RELATION", "≤"),
    **_signs(r"\ge \geq \geqslant ≥", "RELATION", "≥"),
    **_signs(r"\lt <", "RELATION", "<"),
    **_signs(r"\gt >", "RELATION", ">"),
    **_signs(r"\ne \neq ≠", "RELATION", "≠"),
    **_signs(r"( [ \( \{ \lbrace \lbrack \lparen", "OPEN", "("),
    **_signs(r") ] \) \} \rbrace \rbrack \rparen", "CLOSE", ")"),
    **_signs(r"\lceil ⌈", "CEIL", "⌈"),
    **_signs(r"\rceil ⌉", "ENDCEIL", "⌉"),
    **_signs(r"\lfloor ⌊", "FLOOR", "⌊"),
    **_signs(r"\rfloor ⌋", "ENDFLOOR", "⌋"),
    **_signs(r"\frac \dfrac \tfrac \cfrac", "FRACTION", ""),
    **_signs(r"\sqrt √", "ROOT", "√"),
    **_signs(r"\partial ∂", "PARTIAL", "∂"),
    **_signs("?", "NAME", BLANK),
    **_signs("∛", "ROOT", "∛"),
    **_signs("∜", "ROOT", "∜"),
    **_signs(r"\sum ∑", "REPEATED", "∑"),
    **_signs(r"\prod ∏", "REPEATED", "∏"),
    **_signs("!", "FACTORIAL", "!"),
    **_signs(":", "COLON", ":"),
    **_signs("° \\degree", "DEGREE", "°"),
    **_signs(r"\binom \dbinom \tbinom", "BINOMIAL", ""),
    **_signs(r"| \vert", "BAR", "|"),
    **_signs(r"\lvert", "ABS", "|"),
    **_signs(r"\rvert", "ENDABS", "|"),
    **_signs(r"\log", "LOG", "log"),
    **{f"\\{name}": ("PREFIX", name) for name in (*FUNCTIONS, *UNKNOWN_FUNCTIONS) if name != "log"},
    **_signs(r"\min", "FUNCTION", "min"),
    **_signs(r"\max", "FUNCTION", "max"),
    **_signs(r"\\ \cr \newline \and ;", "ROW", ""),
    **_signs(r"\quad \qquad", "ROW", ""),
    **_signs(
        r"\iff \implies \impliedby \Rightarrow \Longrightarrow \Leftrightarrow \Longleftrightarrow \rightarrow "
        r"\longrightarrow \to \Leftarrow \leftarrow \gets \propto \therefore \because \land \lor → ⇒ ⟹ ⟺",
        "NEXT",
        "",
    ),
}
PASSED = frozenset(
    _commands(
        "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm limits nolimits mathrel "
        "displaystyle textstyle scriptstyle thinspace medspace thickspace enspace space nobreakspace negthinspace "
        "allowbreak nobreak nopagebreak nonumber notag mathstrut hfill hline boldmath mathop mathord mathopen "
        "mathclose strut unboldmath bfseries ensuremath small footnotesize relax checkmark , ; : ! / > - & $"
    )
) | {"\\ ", "\\\n", "\\\t"}
"""Commands for spacing, sizes and layout, which are passed over."""

BEYOND = frozenset(
    _commands(
        "in notin int iint oint infty mathbb mathcal mathbf top hat bar tilde vec lim mapsto forall exists ldots "
        "widehat widetilde dots cdots vdots mid nabla odot otimes oplus gg ll subset cup cap setminus argmax argmin "
        "mod bmod pmod perp parallel not circ langle rangle star dagger prime"
    )
)
"""Commands beyond arithmetic: a formula with one of them can't be worked out."""

DROPPED = frozenset(
    _commands(
        "tag label hspace vspace phantom hphantom vphantom color textcolor kern rule mspace href ref eqref begin end"
    )
)
"""Commands whose argument is no formula."""

WORDS = frozenset(
    _commands(
        "text textsf textrm textbf textit texttt textnormal mbox hbox operatorname operatorname* mathrm mathsf mathtt "
        "mathit mathbf boldsymbol bm intertext"
    )
)
BRACES = frozenset(_commands("underbrace underset overline mathbin"))
GREEK: Mapping[str, str] = dict(
    zip(
        _commands(
            "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi "
            "varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell hbar pi"
        ),
        "αβγδεεζηθικλμνξρστφφχψωΓΔΘΛΞΣΦΨΩℓħπ",
        strict=True,
    )
)
"""Greek letters by their commands; MathML and plain text have the letters themselves."""
