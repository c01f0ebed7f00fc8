"""One attempt to read a chain from tokens of prose, as operands and signs in turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from symbolic.proofread.grammar.prose_calls import named_amount, read_prefix, read_root
from symbolic.proofread.grammar.prose_words import indexed_name, read_beside, read_words
from symbolic.proofread.grammar.tokens import (
    CLOSING,
    END_MARK,
    MOST_TOKENS,
    OPENING,
    OPERATORS,
    STRONG,
    Token,
    continues,
)

DEEPEST = 40
DANGLING = "a sign without what it is between"
RUNNING = "a sign at the start of a row: it may go on with the result only, or with the whole formula"

MOST_ADDED = 6
LONGEST_ROW = 80
FEWEST_WORDS = 2
"""So many words behind a spaced minus make it a dash, unless they start with one of ARTICLES."""
ARTICLES = frozenset({"the", "its", "all", "these", "those", "der", "die", "das", "le", "la", "les"})


@dataclass
class Scan:
    """One attempt to read a chain from `index` on, as operands and signs in turn."""

    tokens: list[Token]
    index: int
    kept: list[Token] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    expects: bool = True
    good: int = 0
    good_index: int = 0
    ended: bool = False
    rows: int = 0
    strange: str = ""
    deep: Token | None = None

    def __post_init__(self) -> None:
        self.start = self.index

    def run(self) -> None:
        while self.index < len(self.tokens) and not self.ended and len(self.kept) < MOST_TOKENS:
            token = self.tokens[self.index]
            if token.type == "ROW":
                after = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
                if after is not None and self.leads_on(after, self.index + 2):
                    break
                labelled = after is not None and after.type == "LABEL" and not self.expects and after.value[:1] == "["  # type: ignore[index]
                if not (
                    self.kept and (continues(self.kept[-1], after) or self.opened or labelled or self.takes_away(after))
                ):
                    break
                if after is not None and after.type in ("TIMES", "DIVIDE") and self.has_result:
                    self.strange = RUNNING
                self.index += 1
                self.rows += 1
                continue
            if self.expects:
                self.operand(token)
            else:
                self.behind(token)
            if not self.expects and not self.opened and not self.ended:
                self.good, self.good_index = len(self.kept), self.index

    def leads_on(self, arrow: Token, index: int) -> bool:
        """Return whether words stand behind an arrow and a relation before it, so that the arrow ends the formula."""
        words = index < len(self.tokens) and self.tokens[index].type == "WORD"
        return arrow.value == "→" and words and any(token.type == "RELATION" for token in self.kept)

    def is_dash(self, sign: Token) -> bool:
        """Return whether a minus behind a result is a dash before some words: 2 × 8 = 16 GB - more than it has."""
        if sign.type != "MINUS" or self.opened:
            return False
        words = self.tokens[self.index + 1 : self.index + 1 + FEWEST_WORDS]
        if [word.type for word in words] != ["WORD"] * FEWEST_WORDS:
            return False
        if words[0].value in ARTICLES:
            # 2 × 8 = 20 - the four that are lost.
            return False
        types = [token.type for token in self.kept if token.type != "ANNOTATION"]
        return types[-2:] == ["RELATION", "NUMBER"] and self.kept[-1].end < sign.start and sign.end < words[0].start

    def adds_words(self, sign: Token) -> bool:
        """Return whether only words are added to a result: 28 + 14 = 42 GB + activations."""
        if sign.type != "PLUS" or self.opened:
            return False
        types = [token.type for token in self.tokens[self.index + 1 : self.index + 1 + MOST_ADDED]]
        ends = next((index for index, kind in enumerate(types) if kind not in ("WORD", "LABEL")), len(types))
        return types[:1] == ["WORD"] and types[ends : ends + 1] in ([], ["ROW"], ["STOP"]) and self.has_result

    def takes_away(self, after: Token | None) -> bool:
        """Return whether a row that starts with a minus goes on with a sum that has no result yet."""
        if after is None or after.type != "MINUS" or self.expects:
            return False
        types = [token.type for token in self.kept]
        if "RELATION" not in types:
            return not OPERATORS.isdisjoint(types)
        # Behind a relation, it does where the row below begins with the result.
        side = takewhile(lambda one: one != "RELATION", reversed(types))
        ahead = [token.type for token in self.tokens[self.index + 1 : self.index + LONGEST_ROW]]
        ends = ahead.index("ROW") if "ROW" in ahead else len(ahead)
        return not OPERATORS.isdisjoint(side) and ahead[ends : ends + 2] == ["ROW", "RELATION"]

    @property
    def has_relation(self) -> bool:
        return self.good > 1 and any(token.type == "RELATION" for token in self.kept[: self.good])

    @property
    def has_result(self) -> bool:
        """Return whether the tokens read so far are a calculation with its result: 352 + 48 = 400."""
        types = [token.type for token in self.kept if token.type != "ANNOTATION"]
        first = types[: types.index("RELATION")] if "RELATION" in types else []
        return types[-2:] == ["RELATION", "NUMBER"] and "NUMBER" in first and not OPERATORS.isdisjoint(first)

    @property
    def resume(self) -> int:
        """Return the index for the next attempt: behind a bracket that was never closed, else where this one ended."""
        return self.opened[0][1] + 1 if self.opened else max(self.index, self.start + 1)

    def take(self, token: Token, *, expects: bool) -> None:
        self.kept.append(token)
        self.index += 1
        self.expects = expects

    def put(self, token: Token, width: int) -> None:
        """Take an operand in the place of so many tokens."""
        self.kept.append(token)
        self.index += width
        self.expects = False

    def open(self, token: Token) -> None:
        if len(self.opened) >= DEEPEST:
            # Nobody writes that: what stands in these brackets is not looked at again.
            self.ended = True
            self.deep = token
            self.opened.clear()
            self.kept.clear()
            self.good = 0
            return
        function = bool(self.kept) and self.kept[-1].type == "FUNCTION"
        self.opened.append(("function" if function else OPENING[token.type], self.index))
        self.take(token, expects=True)

    def operand(self, token: Token) -> None:
        """Read a token where a number, a name or an opening bracket must stand."""
        if token.type in ("NUMBER", "NAME", "OPAQUE"):
            self.value(token)
        elif token.type in OPENING:
            self.open(token)
        elif token.type == "FUNCTION":
            self.take(token, expects=True)
        elif token.type == "PREFIX":
            read_prefix(self, token)
        elif token.type == "ROOT":
            read_root(self, token)
        elif token.type == "STRANGE" and " " in str(token.value):
            self.strange = str(token.value)
            self.take(Token("OPAQUE", token.start, token.end, "…"), expects=False)
        elif token.type == "LABEL" and str(token.value).startswith("["):
            self.take(Token("OPAQUE", token.start, token.end, str(token.value).strip("[]")), expects=False)
        elif token.type == "WORD":
            read_words(self, token)
        elif token.type in OPERATORS:
            self.sign(token)
        elif token.type == "RELATION" and self.kept and self.kept[-1].type == "TIMES" and not self.opened:
            # 500 × 12 * = 6,000: a factor was taken out, and its sign is left.
            self.kept.pop()
            self.strange = DANGLING
            self.take(token, expects=True)
        else:
            self.ended = True
            self.index += not self.kept

    def value(self, token: Token) -> None:
        """Read a number or a name where an operand must stand."""
        if token.type == "NAME" and (counted := named_amount(self, token)):
            self.put(counted, 4)
        elif token.type == "NUMBER" and (indexed := indexed_name(self, token)):
            self.take(indexed, expects=False)
        elif token.type == "NAME" and (of := self.is_of(token)):
            self.index += of
            if {one.type for one in self.kept} == {"NAME", "PLUS"} and not self.opened:
                # K + V: 2 × 32 × 128: the sum itself is the label.
                self.kept, self.start = [], self.index
        else:
            self.take(token, expects=False)

    def is_of(self, name: Token) -> int:
        """Return how many tokens of a name only label the number behind it, 50,257 × d_model 768, A: 6 + B: 8; or 0."""
        behind = self.tokens[self.index + 1 : self.index + 3]
        kinds = [token.type for token in behind]
        long = len(str(name.value)) > 1 and name.end < (behind[0].start if behind else 0)
        factor = bool(self.kept) and self.kept[-1].type in ("PLUS", "TIMES")
        if factor and behind and behind[0].value == ":" and kinds[1:] == ["NUMBER"] and behind[0].start == name.end:
            return 2
        return int(long and factor and kinds[:1] == ["NUMBER"] and kinds[1:] != [] and kinds[1] in STRONG)

    def sign(self, token: Token) -> None:
        """Read a sign without a left operand: the minus or plus of a number, or a sign whose left side is not read."""
        before = self.tokens[self.index - 1] if self.index else None
        after = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        if not self.kept and token.type == "MINUS" and after is not None and after.start > token.end:
            # A dash between words; a minus of its own stands close to its number.
            self.ended = True
            self.index += 1
            return
        unread = (
            before is not None and before.type in (*CLOSING, "NUMBER", "ANNOTATION", "LABEL", "STOP") and not self.kept
        )
        if not self.kept and after is not None and after.type == "NUMBER":
            # What it goes on from stands further up, in words or in another row: so × 32 = 12,800; (+47 = 0.09 %).
            more = (before is not None and before.type == "COMMA") or after.start == token.end
            unread = unread or (token.type == "PLUS" and more) or token.type in ("TIMES", "DIVIDE")
        if token.type in ("PLUS", "MINUS") and not (unread and before is not None and before.type != "STOP"):
            self.take(token, expects=True)
        elif (not self.kept and before is not None and before.end == token.start) or unread:
            self.kept.append(Token("OPAQUE", token.start, token.start, "…"))
            self.take(token, expects=True)
        else:
            self.ended = True
            self.index += not self.kept

    def behind(self, token: Token) -> None:
        """Read a token behind an operand."""
        leads_on = token.type == "RELATION" and self.leads_on(token, self.index + 1)
        if leads_on or self.is_dash(token) or self.adds_words(token):
            self.ended = True
        elif token.type in OPERATORS or (token.type == "RELATION" and not self.opened):
            self.take(token, expects=True)
        elif token.type in CLOSING and self.opened and self.closes(token):
            self.opened.pop()
            self.take(token, expects=False)
        elif token.type == "FACTORIAL":
            self.factorial(token)
        elif token.type == "ROOT" and self.kept[-1].end == token.start:
            # 3√5: a product.
            read_root(self, token)
        elif token.type == "COMMA" and self.opened and self.opened[-1][0] == "function":
            self.take(token, expects=True)
        elif token.type == "LABEL":
            self.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
        elif token.type in ("NAME", "WORD", "OPEN"):
            read_beside(self, token)
        else:
            self.ended = True

    def factorial(self, token: Token) -> None:
        """Read an exclamation mark; as an END_MARK it ends the formula."""
        self.take(token, expects=False)
        self.ended = token.value == END_MARK
        if self.ended and not self.opened:
            self.good, self.good_index = len(self.kept), self.index

    def closes(self, token: Token) -> bool:
        wanted = self.opened[-1][0]
        return token.type == ("CLOSE" if wanted == "function" else wanted)
