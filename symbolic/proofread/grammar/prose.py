"""Equations in sentences and on plain lines, found as the longest runs of tokens around a relation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.names import CONNECTIVES, is_name
from symbolic.proofread.grammar.number_words import factor
from symbolic.proofread.grammar.tokens import CLOSING, END_MARK, MOST_TOKENS, OPENING, OPERATORS, Token, continues

DEEPEST = 40
MOST_WORDS, MOST_BEFORE = 8, 2
LONGEST_CALL = 200
FEW = 100
SAYS = re.compile("(?:[为是约达有需共]|仅为|等于|达到|只有)\\Z")
"""Words before a formula that say what is equal to it."""
TWO_DIGITS = 10
"""Smaller numbers than this multiply the name behind them, d_ff = 4 d_model; others hardly ever do."""
GOES_ON = "it goes on with what can't be read"
RUNNING = "a sign at the start of a row: it may go on with the result only, or with the whole formula"
UNREAD_SIGNS = frozenset("!|°′″‖")
SHORT = {"NAME": "n", "OPAQUE": "n", "RELATION": "=", "NUMBER": "1", "DIVIDE": "/", "ANNOTATION": ""}
SETTINGS = re.compile(r"n=1(?:/n=1)+$|1/n=1(?:/n=1)*$")
"""A list of settings with slashes between them, TP=4/PP=24, in the letters of SHORT."""
ARTICLES = frozenset("aAI")
PROGRAM = frozenset({"%", "--"})
"""Signs before a remainder, or before an option of a command."""
APIECE = frozenset({"at", "@", "of", "each", "à", "je", "vs", "versus", "than", "against"})
"""Words before a price or share of one thing, which a total of all may follow: 8 at $50 = $400, 7 vs 70 = 10x."""
OPERATOR_WORDS = frozenset({"plus", "minus", "times", "over", "by"})
PROGRAMS = frozenset({"COMMA", "RELATION"})
APART = frozenset({"ROW", "STOP", "COMMA"})
"""Tokens that stand between formulas."""
STRONG = frozenset({"TIMES", "DIVIDE", "POWER", "PLUS", "RELATION"})


@dataclass
class Run:
    """Tokens that form a chain of sides; `cut` is the reason why it can't be read, or "" where it can."""

    tokens: list[Token]
    cut: str = ""


def runs(tokens: list[Token]) -> Iterator[Run]:
    """Yield each run of tokens in prose that has a relation between two sides."""
    index, deep = 0, False
    while index < len(tokens):
        if (after := _behind_words(tokens, index)) > index:
            index = after
            continue
        scan = _Scan(tokens, index)
        scan.run()
        if scan.deep and not deep:
            # Said once: who nests like that does it again and again.
            deep = True
            yield Run([scan.deep], f"brackets nested more than {DEEPEST} deep")
        if scan.lacks_left and not _starts_chain(tokens, index + 1):
            yield Run(tokens[index - 1 : index + 2], "its left side has a sign that is not read")
        if not scan.has_relation:
            index = scan.resume
            continue
        if not scan.is_no_formula:
            yield Run(scan.kept[: scan.good], scan.strange or (GOES_ON if scan.is_cut else ""))
        index = max(scan.good_index, index + 1)


def _starts_chain(tokens: list[Token], index: int) -> bool:
    """Return whether a chain starts at a token, so that only the side before it is not read."""
    scan = _Scan(tokens, index)
    scan.run()
    return scan.has_relation


def _behind_words(tokens: list[Token], index: int) -> int:
    """Return the index behind words and ends of rows from `index` on with which no formula can start."""
    if tokens[index].type in APART:
        return index + 1
    if tokens[index].type != "WORD":
        return index
    end = index + 1
    while end < len(tokens) and end - index < MOST_WORDS and tokens[end].type in ("WORD", "NAME"):
        end += 1
    behind = tokens[end].type if end < len(tokens) else ""
    if behind == "ROW" and end + 1 < len(tokens):
        behind = tokens[end + 1].type
    return end if behind not in STRONG and behind != "OPEN" else index


@dataclass
class _Scan:
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

    def takes_away(self, after: Token | None) -> bool:
        """Return whether a row that starts with a minus goes on with a sum that has no result yet."""
        types = {token.type for token in self.kept}
        minus = after is not None and after.type == "MINUS" and not self.expects
        return minus and not OPERATORS.isdisjoint(types) and "RELATION" not in types

    @property
    def has_relation(self) -> bool:
        return self.good > 1 and any(token.type == "RELATION" for token in self.kept[: self.good])

    @property
    def has_result(self) -> bool:
        """Return whether the tokens read so far are a calculation with its result: 352 + 48 = 400."""
        types = [token.type for token in self.kept]
        first = types[: types.index("RELATION")] if "RELATION" in types else []
        return types[-2:] == ["RELATION", "NUMBER"] and "NUMBER" in first and not OPERATORS.isdisjoint(first)

    @property
    def lacks_left(self) -> bool:
        """Return whether the chain starts with a relation whose left side ends with an unread sign: 90° = 1.57."""
        if not self.start or self.tokens[self.start].type != "RELATION":
            return False
        around = self.tokens[self.start - 1 : self.start + 2]
        return (
            [token.type for token in around[1:]] == ["RELATION", "NUMBER"]
            and not self.is_list(self.start - 1)
            and (around[0].type == "CLOSE" or str(around[0].value) in UNREAD_SIGNS)
            and around[1].value in ("=", "≈")
        )

    def is_list(self, end: int) -> bool:
        """Return whether the bracket that closes at `end` holds a list: (4096, 1, 1) = 4096 blocks."""
        depth, commas = 0, False
        for token in reversed(self.tokens[max(0, end - LONGEST_CALL) : end + 1]):
            depth += (token.type in CLOSING) - (token.type in OPENING)
            commas = commas or (token.type == "COMMA" and depth == 1)
            if depth <= 0:
                return commas
        return False

    @property
    def is_no_formula(self) -> bool:
        """Return whether the chain only looks like an equation, and is a part of a sentence or of a program.

        "18 links at 50 GB = 900 GB", `heads % 8 = 0`, a drawing with one sign in each line, a setting in a command.
        """
        before = self.tokens[self.start - 1] if self.start else None
        types = [token.type for token in self.kept[: self.good]]
        alone = "RELATION" in types[:5] and OPERATORS.isdisjoint(types[: types.index("RELATION")])
        if before is not None and (str(before.value) in PROGRAM or (alone and str(before.value) in APIECE)):
            return True
        if [str(token.value) for token in self.tokens[self.good_index : self.good_index + 1]] == ["%"]:
            return True
        called = before is not None and before.type == "STOP" and types[:1] == ["OPEN"]
        if called and before is not None and before.end == self.kept[0].start and str(before.value) in "'’′`":
            return True
        if self.rows > 3 and 2 * self.rows >= self.good:
            return True
        if "MINUS" in types and any(self.is_range(index) for index in range(self.good)):
            return True
        if SETTINGS.match("".join(SHORT.get(kind, " ") for kind in types)):
            return True
        if alone and any(token.type == "ANNOTATION" and "each" in str(token.value) for token in self.kept[:4]):
            return True
        named = bool(types) and types[0] in ("NAME", "OPAQUE")
        whole = {token.type for token in self.kept}
        changes = {token.value for token in self.kept if token.type == "RELATION"} == {"→"}
        return self.is_cut and alone and (named or changes) and OPERATORS.isdisjoint(whole)

    def is_range(self, index: int) -> bool:
        """Return whether a whole side is a range, 2-4: a hyphen close to two numbers, the larger one behind it."""
        side = self.kept[index : index + 3]
        if [token.type for token in side] != ["NUMBER", "MINUS", "NUMBER"]:
            return False
        around = [*self.kept[max(0, index - 1) : index], *self.kept[index + 3 : min(index + 4, self.good)]]
        whole = all(token.type in ("RELATION", "ANNOTATION") for token in around)
        low, high = (getattr(token.value, "value", 0) for token in (side[0], side[2]))
        return whole and low < high and side[0].end == side[1].start and side[1].end == side[2].start

    @property
    def is_cut(self) -> bool:
        """Return whether the chain goes on, at one of its ends, with something that can't be read."""
        if len(self.kept) > self.good and self.kept[self.good].type != "RELATION":
            return True
        before = self.tokens[self.start - 1] if self.start else None
        after = self.tokens[self.good_index] if self.good_index < len(self.tokens) else None
        defined = self.kept[1:2] and self.kept[1].type == "RELATION" and self.kept[1].start == self.kept[0].end
        if before is not None and defined and before.end < self.kept[0].start:
            # The second of several definitions in one line: L=32 heads=8.
            before = None
        if any(token is not None and token.type in ("NUMBER", "STRANGE") for token in (before, after)):
            return True
        ahead = self.tokens[max(0, self.start - 2) : self.start]
        if [token.type for token in ahead] == ["NUMBER", "WORD"] and str(ahead[1].value) in MEASURES:
            return True  # 2 hours 30 minutes
        behind = self.tokens[self.good_index : self.good_index + 2]
        if [token.type for token in behind] == ["WORD", "NUMBER"] and behind[0].value == "per":
            return True  # 2.78 per 1M tokens
        if self.comma(self.start - 1) or self.comma(self.good_index):
            return True
        # What is longer than any formula is read in pieces, and none of them is the whole.
        hanging = before is not None and (
            (before.type in OPERATORS and before.type != "MINUS") or str(before.value) in OPERATOR_WORDS
        )
        return hanging or len(self.kept) >= MOST_TOKENS

    def comma(self, index: int) -> bool:
        """Return whether the token at `index` is a comma or colon close between two numbers: a list or a ratio."""
        around = self.tokens[index - 1 : index + 2] if index > 0 else []
        types = [token.type if token.value != ":" else "COMMA" for token in around] == ["NUMBER", "COMMA", "NUMBER"]
        return types and around[0].end == around[1].start and around[1].end == around[2].start

    @property
    def resume(self) -> int:
        """Return the index for the next attempt: behind a bracket that was never closed, else where this one ended."""
        return self.opened[0][1] + 1 if self.opened else max(self.index, self.start + 1)

    def take(self, token: Token, *, expects: bool) -> None:
        self.kept.append(token)
        self.index += 1
        self.expects = expects

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
        if token.type == "NAME" and self.is_of(token):
            self.index += 1
        elif token.type in ("NUMBER", "NAME", "OPAQUE"):
            self.take(token, expects=False)
        elif token.type in OPENING:
            self.open(token)
        elif token.type == "FUNCTION":
            self.take(token, expects=True)
        elif token.type == "PREFIX":
            self.prefix(token)
        elif token.type == "ROOT":
            self.root(token)
        elif token.type == "STRANGE" and " " in str(token.value):
            self.strange = str(token.value)
            self.take(Token("OPAQUE", token.start, token.end, "…"), expects=False)
        elif token.type == "LABEL" and str(token.value).startswith("["):
            self.take(Token("OPAQUE", token.start, token.end, str(token.value).strip("[]")), expects=False)
        elif token.type == "WORD":
            self.words(token)
        elif token.type in OPERATORS:
            self.sign(token)
        else:
            self.ended = True
            self.index += not self.kept

    def is_of(self, name: Token) -> bool:
        """Return whether a name is only the label of the number behind it: 50,257 × d_model 768."""
        behind = self.tokens[self.index + 1 : self.index + 3]
        kinds = [token.type for token in behind]
        long = len(str(name.value)) > 1 and name.end < (behind[0].start if behind else 0)
        factor = bool(self.kept) and self.kept[-1].type in ("PLUS", "TIMES")
        return long and factor and kinds[:1] == ["NUMBER"] and kinds[1:] != [] and kinds[1] in STRONG

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

    def root(self, token: Token) -> None:
        after = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        self.take(token, expects=True)
        if after and after.type in ("NUMBER", "NAME"):
            self.kept += [
                Token("OPEN", after.start, after.start, "("),
                after,
                Token("CLOSE", after.end, after.end, ")"),
            ]
            self.index += 1
            self.expects = False

    def phrase(self, *, listed: bool = False) -> tuple[list[Token], Token | None]:
        """Return the words from here on, MOST_WORDS at most, and the token behind them; `listed` allows commas."""
        kinds = ("WORD", "NAME", "COMMA") if listed else ("WORD", "NAME")
        end = self.index
        while end < len(self.tokens) and self.tokens[end].type in kinds and end - self.index < MOST_WORDS:
            end += 1
        behind = self.tokens[end : end + 2]
        if [token.type for token in behind] == ["ROW", "RELATION"] and behind[1].value in ("=", "≈"):
            # The formula goes on in the next line, with its next side. A > there may be a quotation's.
            del behind[0]
        return self.tokens[self.index : end], behind[0] if behind else None

    def words(self, token: Token) -> None:
        """Read words where an operand must stand; they stand for a number if a sign is beside them."""
        words, after = self.phrase()
        if (
            words[-1].type == "NAME"
            and after is not None
            and after.type in STRONG
            # "The ratio a = 64": no article stands before an equals sign.
            and (str(words[-1].value) not in ARTICLES or after.type == "RELATION")
        ):
            # "For n_layers = 12": the words before a size's name are none of the formula's.
            self.index += len(words) - 1
            self.start = self.start if self.kept else self.index
            self.take(words[-1], expects=False)
            return
        if after is not None and after.type == "OPEN" and (inside := self.amount(words)):
            self.kept.append(inside)
            self.index += len(words) + 3
            self.expects = False
            return
        if after is not None and after.type == "OPEN" and after.start == words[-1].end:
            if not self.kept and SAYS.search(str(words[-1].value)):
                # 利用率为(12+4)/32 = 50%: "is", and no name of a function.
                self.index += len(words)
                self.start = self.index
                return
            self.call(words, after)
            return
        joins = bool(self.kept) and self.kept[-1].type in ("PLUS", "TIMES")
        if joins and len(words) <= MOST_BEFORE and after is not None and after.type == "NUMBER":
            # weights 14 GB + cache 2 GB: words before a number say what it is of.
            self.index += len(words)
            return
        if (number := self.spelled(words, after)) != []:
            self.kept += number
            self.index += len(words)
            self.expects = False
            return
        if len(words) > 1 and after is not None and after.type == "RELATION" and self.defines(words, after):
            self.index += len(words) - 1
            self.start = self.start if self.kept else self.index
            self.take(Token("OPAQUE", words[-1].start, words[-1].end, words[-1].value), expects=False)
            return
        before_sign = after is not None and after.type in STRONG
        behind_sign = bool(self.kept) and self.kept[-1].type in (*OPERATORS, "RELATION", "OPEN", "COMMA")
        if before_sign or behind_sign:
            text = " ".join(str(word.value) for word in words)
            self.kept.append(Token("OPAQUE", token.start, words[-1].end, text))
            self.index += len(words)
            self.expects = False
            # Words behind the last sign end the formula: who knows how far they reach.
            self.ended = not before_sign and not self.opened
            if self.ended:
                self.good, self.good_index = len(self.kept), self.index
            return
        self.ended = True
        self.index += len(words)

    def spelled(self, words: list[Token], after: Token | None) -> list[Token]:
        """Return the tokens of words that start with a spelled number, if they are a factor; else none."""
        before = self.tokens[self.index - 1].type if self.index else ""
        times = before == "TIMES" and after is not None and after.type in STRONG
        starts = before not in ("WORD", "NAME", "NUMBER", "LABEL") and after is not None and after.type == "TIMES"
        return factor(words) if times or starts else []

    def prefix(self, token: Token) -> None:
        """Read a logarithm or the like; with a comma or relation in its brackets it is a call in a program."""
        start = self.index + 1
        inside = self.tokens[start + 1 : self.call_end(start)] if self.tokens[start : start + 1] else []
        if inside and self.tokens[start].type == "OPEN" and any(part.type in PROGRAMS for part in inside):
            self.call([token], self.tokens[start])
        else:
            self.take(token, expects=True)

    def call_end(self, start: int) -> int:
        """Return the index where the bracket at `start` closes, or where the search for it ends."""
        depth, end = 0, start
        for end in range(start, min(len(self.tokens), start + LONGEST_CALL)):
            depth += (self.tokens[end].type in OPENING) - (self.tokens[end].type in CLOSING)
            if depth == 0:
                break
        return end

    def amount(self, words: list[Token]) -> Token | None:
        """Return the number in brackets behind its label, weights (14 GB) + cache (2 GB) = 16 GB, or None."""
        index = self.index + len(words)
        around = self.tokens[index : index + 4]
        if [token.type for token in around[:3]] != ["OPEN", "NUMBER", "CLOSE"]:
            return None
        signs = around[3:] and around[3].type in STRONG
        behind = bool(self.kept) and self.kept[-1].type in OPERATORS
        counted = getattr(around[1].value, "scaled", False) or not str(words[-1].value).isascii()
        return around[1] if counted and (signs or behind) else None

    def call(self, words: list[Token], bracket: Token) -> None:
        """Read an unknown function with its arguments as one operand without a value."""
        start = self.index + len(words)
        end = self.call_end(start)
        kinds = {token.type for token in self.tokens[start:end]}
        noted = "RELATION" in kinds and "COMMA" not in kinds and not OPERATORS.isdisjoint(kinds)
        if self.tokens[end].type not in CLOSING or noted:
            # It never closes, or has an equation of its own: memory(4 × 2 = 8).
            self.ended = True
            self.index = start
            return
        text = f"{words[-1].value}(…)"
        self.kept.append(Token("OPAQUE", words[-1].start, max(self.tokens[end].end, bracket.end), text))
        self.index = end + 1
        self.expects = False

    def behind(self, token: Token) -> None:
        """Read a token behind an operand."""
        if token.type == "RELATION" and self.leads_on(token, self.index + 1):
            self.ended = True
        elif token.type in OPERATORS or (token.type == "RELATION" and not self.opened):
            self.take(token, expects=True)
        elif token.type in CLOSING and self.opened and self.closes(token):
            self.opened.pop()
            self.take(token, expects=False)
        elif token.type == "FACTORIAL":
            self.factorial(token)
        elif token.type == "COMMA" and self.opened and self.opened[-1][0] == "function":
            self.take(token, expects=True)
        elif token.type == "LABEL":
            self.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
        elif token.type in ("NAME", "WORD", "OPEN"):
            self.beside(token)
        else:
            self.ended = True

    def measured(self, token: Token) -> bool:
        """Return whether a letter is a unit of the same quantity as a unit before it: 1 day = 24 h."""
        units = (MEASURES.get(str(kept.value)) for kept in self.kept if kept.type == "ANNOTATION")
        measures = MEASURES[str(token.value)].measures
        return any(unit is not None and unit.measures == measures for unit in units)

    def is_noted(self, token: Token) -> bool:
        """Return whether the token is a note in brackets, with a sign behind it."""
        index = self.tokens.index(token, self.index, self.index + MOST_WORDS + 2) if token.type == "LABEL" else -1
        behind = self.tokens[index + 1 : index + 2] if index >= 0 else []
        return bool(behind) and behind[0].type in STRONG

    def defines(self, words: list[Token], relation: Token) -> bool:
        """Return whether the last of some words is the left side of another equation, and the words are no label.

        "With C = 6 the constants give N = 12"; "94 layers over PP=24".
        """
        if not words:
            return False
        name, index = str(words[-1].value), self.index + len(words) + 1
        behind = self.tokens[index] if index < len(self.tokens) else None
        tight = words[-1].end == relation.start and behind is not None and behind.start == relation.end
        setting = tight and behind is not None and behind.type == "NUMBER" and relation.value == "="
        called = any(letter.isupper() or letter.isdigit() or letter == "_" for letter in name)
        among = [kept.type for kept in self.kept[1:3]] == ["RELATION", "NUMBER"]
        among = among and self.kept[0].end == self.kept[1].start and self.kept[1].end == self.kept[2].start
        return (len(words) > 1 and (words[-1].type == "NAME" or setting)) or (setting and (called or among))

    def next_definition(self, token: Token) -> bool:
        """Return whether a word behind a definition starts another one, with signs close to both: L=32 heads=8."""
        types = [kept.type for kept in self.kept[-2:]]
        after = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        if after is None or after.type != "RELATION":
            return False
        if [kept.type for kept in self.kept] in (["NAME", "RELATION", "NUMBER"], ["OPAQUE", "RELATION", "NUMBER"]):
            # head_dim = 128 seq_len = 512: with spaces around its signs, too.
            behind = self.tokens[self.index + 2] if self.index + 2 < len(self.tokens) else None
            number = getattr(self.kept[2].value, "value", 0)
            two = behind is not None and behind.type == "NUMBER" and {self.kept[1].value, after.value} == {"="}
            if two and number >= TWO_DIGITS and "_" in str(token.value):
                return True
        tight = after.start == token.end
        return tight and types == ["RELATION", "NUMBER"] and self.kept[-2].end == self.kept[-1].start

    def factorial(self, token: Token) -> None:
        """Read an exclamation mark; as an END_MARK it ends the formula."""
        self.take(token, expects=False)
        self.ended = token.value == END_MARK
        if self.ended and not self.opened:
            self.good, self.good_index = len(self.kept), self.index

    def closes(self, token: Token) -> bool:
        wanted = self.opened[-1][0]
        return token.type == ("CLOSE" if wanted == "function" else wanted)

    def is_note(self) -> bool:
        """Return whether the brackets behind a result start with a word, and no sign follows them."""
        end = self.call_end(self.index)
        inside, behind = self.tokens[self.index + 1 : self.index + 2], self.tokens[end + 1 : end + 2]
        words = bool(inside) and inside[0].type == "WORD" and any(token.type == "RELATION" for token in self.kept)
        return words and not (behind and behind[0].type in STRONG)

    def multiplies(self, number: Token) -> bool:
        """Return whether a small number multiplies the sum in the brackets behind it, 2 (a b + 4), which is no note."""
        if number.type != "NUMBER" or getattr(number.value, "value", FEW) >= FEW:
            return False
        inside = self.tokens[self.index + 1 : self.call_end(self.index)]
        kinds = {token.type for token in inside}
        return "NAME" in kinds and "PLUS" in kinds and not kinds & {"WORD", "RELATION", "STOP", "COMMA"}

    def beside(self, token: Token) -> None:
        """Read a token behind an operand without a sign: a factor, a label, or the end of the formula."""
        last = self.kept[-1]
        if token.type == "WORD" and last.end < token.start:
            words, after = self.phrase()
            if after is not None and after.type == "RELATION" and self.defines(words, after):
                self.ended = True
                return
        rate = token.type == "WORD" and "/" in str(token.value)
        if last.type == "NUMBER" and rate:
            self.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
            return
        if last.type == "NUMBER" and token.value in MEASURES and (token.type == "WORD" or self.measured(token)):
            self.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
            return
        close = last.end == token.start
        if not close and self.next_definition(token):
            self.ended = True
            return
        if token.type == "OPEN" and last.type in ("NUMBER", "ANNOTATION") and self.is_note():
            self.ended = True
            return
        letter = last.type == "NAME" and len(str(last.value).partition("_")[0]) == 1
        if token.type == "OPEN" and (close or letter or last.type == "CLOSE" or self.multiplies(last)):
            self.open(token)
            return
        if token.type == "NAME":
            name = str(token.value)
            single = len(name.partition("_")[0]) == 1 and (close or name not in ARTICLES)
            if (single and (letter or last.type in ("NUMBER", "CLOSE"))) or (is_name(name) and last.type == "NUMBER"):
                self.take(token, expects=False)
                return
        # "12 for the query, key and value heads": what a number is for may be a list.
        listed = [str(one.value) for one in self.tokens[self.index : self.index + 2]] == ["for", "the"]
        words, after = self.phrase(listed=listed)
        if after is not None and after.type == "RELATION" and self.defines(words, after):
            self.ended = True
            return
        starts = str(words[0].value).lower() if words else ""
        inside = bool(self.opened) and after is not None and after.type in CLOSING
        goes_on = after is not None and (after.type in STRONG or inside or self.is_noted(after))
        setting = starts == "at" and after is not None and after.type == "RELATION"
        if words and goes_on and not setting and (listed or starts not in CONNECTIVES):
            text = " ".join(str(word.value) for word in words)
            self.kept.append(Token("ANNOTATION", words[0].start, words[-1].end, text))
            self.index += len(words)
            return
        self.ended = True
