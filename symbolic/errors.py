"""Errors in a stranger's input: one line that says what is wrong, what was given, and what would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class SymbolicError(Exception):
    """The base of every error that a user can mend. The command prints it as one line and exits with 2.

    >>> issubclass(ConfigError, SymbolicError), issubclass(CheckFailed, SymbolicError)
    (True, False)
    """


class ConfigError(SymbolicError):
    """A config that can't be read, or sizes that can't belong together: where, what was given, and what would do.

    >>> import symbolic
    >>> symbolic.load({"vocab_size": 9, "context_length": 8, "emb_dim": 5, "n_heads": 2, "n_layers": 1})
    Traceback (most recent call last):
    symbolic.errors.ConfigError: the dict: emb_dim 5 is not a multiple of n_heads 2; nearest: 4 or 6

    `rule` is what it breaks, without the numbers of this one config, where two sizes can't belong together.
    """

    def __init__(self, says: str, rule: str = "") -> None:
        super().__init__(says)
        self.rule = rule

    def at(self, source: str) -> ConfigError:
        """Return the same with the place where the config comes from."""
        return ConfigError(f"{source}: {self}", self.rule)


class NothingToMeasure(ConfigError):
    """A network without anything that a quantity measures: an encoder has no cache."""


class UnknownName(SymbolicError):
    """A name that no model, architecture, format, convention or quantity has. It names the nearest ones, and all.

    >>> raise UnknownName("colour", "gren", ["green", "red"])
    Traceback (most recent call last):
    symbolic.errors.UnknownName: no colour 'gren'; nearest: green, red; all: green, red
    """

    def __init__(self, what: str, given: str, known: Iterable[str], where: str = "") -> None:
        """`what` kind of thing, the name `given`, all `known` names, and `where` to list them."""
        from difflib import get_close_matches

        names = sorted(known)
        # Who leaves an ending out means a name that begins so: for a100, a100-80gb is nearer than h100.
        longer = [name for name in names if given and name.startswith(given.lower())][:2]
        close = list(dict.fromkeys([*longer, *get_close_matches(given.lower(), names, n=3, cutoff=0.4)]))[:3]
        nearest = f"; nearest: {', '.join(close)}" if close else ""
        listed = f"; all: {where}" if where else f"; all: {', '.join(names)}"
        super().__init__(f"no {what} {shown(given)}{nearest}{listed}")

    def at(self, source: str) -> UnknownName:
        """Return the same with the place where the name stands."""
        return _unknown(f"{source}: {self}")

    def __reduce__(self) -> tuple[Callable[[str], UnknownName], tuple[str]]:
        """What another process makes it of: its message."""
        return _unknown, (str(self),)


def _unknown(message: str) -> UnknownName:
    made = UnknownName.__new__(UnknownName)
    Exception.__init__(made, message)
    return made


class CheckFailed(AssertionError):
    """A page contradicts itself: a fault of this program, not of the input."""


def listed(names: Iterable[str]) -> str:
    """Return strangers' names with commas between them, each cut and its control characters escaped."""
    return ", ".join(shown(name)[1:-1] for name in names)


def shown(given: object, limit: int = 60) -> str:
    """Return what was given, quoted and cut to fit a line, control characters escaped.

    >>> shown("x" * 9), shown("x" * 9, limit=5)
    ("'xxxxxxxxx'", "'xxx…")
    """
    text = repr(given) if not isinstance(given, int) or isinstance(given, bool) else str(given)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
