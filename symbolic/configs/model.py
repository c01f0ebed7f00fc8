"""A model: a family, with every size known and every option set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from symbolic.configs.deployment import Deployment
from symbolic.configs.prediction import PREDICTS
from symbolic.configs.training import Training
from symbolic.display import Displayed
from symbolic.errors import ConfigError, listed
from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option
from symbolic.terminal import one_line


@dataclass(frozen=True, slots=True)
class Stored:
    """How a model's numbers are stored: `network` makes a tree whose weights say their bytes.

    `says` are sentences for a page, `keys` the config's keys that said so. `decided` is what the format decides by the
    sizes `deciding`: a model of which it decides otherwise has another formula. `unknown` says why the bytes of the
    weights are not known; then `network` leaves the tree as it is.
    """

    says: tuple[str, ...]
    network: Callable[[Block], Block] = field(compare=False, repr=False)
    keys: frozenset[str] = frozenset()
    decided: Callable[[Mapping[str, int]], object] | None = field(default=None, compare=False, repr=False)
    deciding: tuple[str, ...] = ()
    unknown: str = ""

    def fits(self, sizes: Mapping[str, int], like: Mapping[str, int]) -> bool:
        """Return whether the format stores a model of these sizes as one of those."""
        return self.decided is None or self.decided(sizes) == self.decided(like)


@dataclass(frozen=True, slots=True)
class Model(Displayed):
    """A family with its sizes (all whole numbers, definitions included) and options.

    `definitions` are the sizes that follow from others, `assumed` the names that the config left to the family's
    defaults. `harmless` are the config's keys that change nothing here, with the reason, `unknown` those that we don't
    know, and `left_out` what is not derived, such as the part that sees images, with what each is.
    `config` is what was given, `used` its keys that say what the network is, under all names that they may have.
    `by_keys` says that a config names no type, and that its keys look like those of the family. `class_taken` is the
    class of a config that names none, where its type has several that differ in more than a head that scores tokens;
    "" elsewhere.
    `title` is what people call a published model: GPT-2 124M.
    `stored` says how the numbers are stored, for the quantities in bytes, `training` what was published of how this
    very model was trained, `deployment` of how it is served.

    >>> from symbolic.configs import models
    >>> model = models.find("gpt2-124m").model()
    >>> model.architecture.name, model.sizes["emb_dim"], model.display_name, model.unknown
    ('gpt2', 768, 'GPT-2 124M', ())
    """

    name: str
    architecture: Family
    sizes: Mapping[str, int]
    options: Mapping[str, bool | str]
    definitions: Mapping[Symbol, Formula]
    assumed: frozenset[str] = frozenset()
    harmless: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    config: Mapping[str, object] = field(default_factory=dict, repr=False)
    used: frozenset[str] = field(default=frozenset(), repr=False)
    stored: Stored | None = field(default=None, repr=False)
    class_taken: str = ""
    by_keys: bool = False
    title: str = ""
    training: Training | None = field(default=None, repr=False)
    deployment: Deployment | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        """Return its name, its family and its sizes."""
        sizes = ", ".join(f"{name}={value}" for name, value in self.sizes.items())
        return f"<Model {one_line(self.display_name)}, {self.architecture.title}: {sizes}>"

    @property
    def display_name(self) -> str:
        """Its title without what the title adds behind a comma, or the name that its file or dict gives it."""
        return self.title.partition(", ")[0] or self.name

    @property
    def taken_for(self) -> tuple[str, ...]:
        """What the config does not say and it was taken for, a line each: its class, its type."""
        name = f"names no class, so taken for {self.class_taken}; the key architectures says which"
        like = f"names no type; its keys look like those of {self.architecture.title}; the key model_type says which"
        return tuple(line for line, holds in ((name, self.class_taken), (like, self.by_keys)) if holds)

    @property
    def parts_left_out(self) -> Mapping[str, str]:
        """What is not derived beside layers that predict further tokens: with any, this is a language model alone."""
        return {key: what for key, what in self.left_out.items() if what != PREDICTS}

    @property
    def predicting(self) -> tuple[str, ...]:
        """The keys that announce layers that predict further tokens, which are not derived."""
        return tuple(key for key, what in self.left_out.items() if what == PREDICTS)

    @property
    def absent(self) -> frozenset[Symbol]:
        """The kinds of layer that the family knows and this model has none of."""
        kinds = (symbol for symbol, need in self.architecture.sizes.items() if need is Need.PATTERN or need == 0)
        return frozenset(symbol for symbol in kinds if self.sizes.get(symbol.name) == 0)

    @property
    def shown_options(self) -> tuple[Option, ...]:
        """The options that a page names: all but those that are quiet and have their defaults."""
        return tuple(
            option
            for option in self.architecture.options
            if not option.quiet or self.options[option.name] != option.default
        )

    @property
    def network(self) -> Block:
        """The tree that the options make; it does not depend on the sizes."""
        return self.seen()

    def seen(self, view: Callable[[Block], Block] | None = None) -> Block:
        """The same as a quantity looks at it: a part of it, say, which is then stored as the whole is."""
        views = (view, self.stored.network if self.stored else None)
        return self.architecture.tree(self.options, *(one for one in views if one is not None))

    def with_options(self, options: Mapping[str, bool | str]) -> Model:
        """Return the same sizes with some switches set otherwise."""
        changed = {**self.options, **options}
        return self if changed == self.options else replace(self, options=changed)


def checked_keys(model: Model) -> Model:
    """Return the model itself; ConfigError where its config has a key that we don't know."""
    if model.unknown:
        raise ConfigError(
            f"{model.source or model.name}: unknown keys, which may change the network: "
            f"{listed(model.unknown)}; leave them out, or read it without strict"
        )
    return model
