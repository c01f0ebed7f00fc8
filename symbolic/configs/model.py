"""A model: a family, with every size known and every option set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from symbolic.configs.accounting import Account, account, account_around
from symbolic.configs.deployment import Deployment
from symbolic.configs.dialects import in_our_keys, is_dialect, is_guess
from symbolic.configs.given import Given
from symbolic.configs.labels import count_labels
from symbolic.configs.parts import Parts, split
from symbolic.configs.prediction import PREDICTS
from symbolic.configs.recognition import check_guess, family_called, recognised
from symbolic.configs.sizes import check_pairs, default_sizes, definitions, given_sizes, value_of
from symbolic.configs.switches import given_options, set_by_config
from symbolic.configs.training import Training
from symbolic.display import Displayed
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.networks.blocks import Block
from symbolic.networks.families import names
from symbolic.networks.family import MODEL_CLASS, Family, Need, Option, Options
from symbolic.terminal import one_line

if TYPE_CHECKING:
    from symbolic.networks.learned.description import Description

T = TypeVar("T")
WRITES = ("ForCausalLM", "LMHeadModel")
NUMBER_FORMATS = ("dtype", "torch_dtype", "quantization_config")
OTHER_FORMATS = ("quantization", "compression_config")


@dataclass(frozen=True, slots=True)
class Stored:
    """How a model's numbers are stored: `network` makes a tree whose weights say their bytes.

    `says` are sentences for a page, `keys` the config's keys that said so. `decided` is what the format decides by the
    sizes `deciding`: a model of which it decides otherwise has another formula.
    """

    says: tuple[str, ...]
    network: Callable[[Block], Block] = field(compare=False, repr=False)
    keys: frozenset[str] = frozenset()
    decided: Callable[[Mapping[str, int]], object] | None = field(default=None, compare=False, repr=False)
    deciding: tuple[str, ...] = ()

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
    `class_taken` is the class of a config that names none, where its type has several that differ in more than a head
    that scores tokens; "" elsewhere.
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


def is_config(values: Mapping[str, object]) -> bool:
    """Return whether a dict has at least two sizes under names that we know."""
    return sum(key in SIZE_KEYS for key in values) >= 2 or is_dialect(values)


def make_model(name: str, values: Mapping[str, object], source: str, architecture: str | None = None) -> Model:
    """Return the model that a config describes.

    `source` says where the config is from, for errors and the page; `architecture` names the family, where the config
    doesn't. ConfigError where the config describes no model, contradicts itself, or has a key that may make another
    network than the family's.

    >>> config = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 3, "colour": "red"}
    >>> model = make_model("tiny", config, "an example")
    >>> model.architecture.name, model.sizes["hidden_dim"], model.unknown
    ('gpt2', 16, ('colour',))
    """
    _check_keys(values, source)
    given_values = values = _storage_named(values)
    if architecture is None or architecture in names():
        # What a traced class calls its sizes is its own: `dim` and `multiple_of` there are no config of Meta's.
        values = in_our_keys(values, source)
    if (description := _description(values, source, architecture)) is not None:
        return _described(name, values, source, description, changed=architecture is not None)
    parts = split(values, source)
    given = Given(parts.text, source, changed=architecture is not None)
    if parts.prefix and not architecture and (description := _description(parts.text, source, None)) is not None:
        return _text_of(parts, given, _described(name, parts.text, source, description))
    family = family_called(architecture) if architecture else recognised(parts.text, source, values)
    options = given_options(given, family)
    sizes, defined, assumed = _sizes(given, family, options)
    accounts = account(given, family, sizes, options)
    if not architecture:
        said = given_values if is_guess(given_values) else values
        check_guess(family, family.tree(options), said, sizes, accounts.unknown, source)
    around = account_around(parts, given)
    return Model(
        name=name,
        architecture=family,
        sizes={symbol.name: sizes[symbol.name] for symbol in family.sizes if symbol.name in sizes},
        options=options,
        definitions=defined,
        assumed=assumed | ({option.name for option in family.options} - set_by_config(given, family)),
        harmless={**around.harmless, **_within(parts, accounts)},
        unknown=(*around.unknown, *(parts.prefix + key for key in accounts.unknown)),
        left_out={**parts.left_out, **{parts.prefix + key: what for key, what in accounts.left_out.items()}},
        source=source,
        # How numbers are stored is said once for all parts.
        config={**parts.text, **{key: values[key] for key in NUMBER_FORMATS if values.get(key) is not None}},
        used=frozenset(given.used),
        class_taken="" if parts.prefix else _class_taken(values, str(options.get(MODEL_CLASS, ""))),
    )


def _storage_named(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return a config that says how its numbers are stored under transformers' name for it.

    MLX says it under `quantization`, too, compressed-tensors once did under `compression_config`.
    """
    others = {key for key in OTHER_FORMATS if isinstance(values.get(key), Mapping)}
    if not others:
        return values
    said = next(values[key] for key in (NUMBER_FORMATS[-1], *sorted(others)) if values.get(key) is not None)
    return {**{key: value for key, value in values.items() if key not in others}, NUMBER_FORMATS[-1]: said}


def _class_taken(values: Mapping[str, object], name: str) -> str:
    """Return the class taken for a config that names none; "" for one that writes, which everybody means."""
    unsaid = values.get("model_type") is not None and not values.get("architectures")
    return name if unsaid and not name.endswith(WRITES) else ""


def _description(values: Mapping[str, object], source: str, architecture: str | None) -> Description | None:
    """Return the description that a config asks for; None where a family is written by hand, or none is known."""
    asked = architecture or values.get("model_type")
    classes = values.get("architectures") if asked is None else None
    classes = classes if isinstance(classes, list | tuple) else ()
    if not (isinstance(asked, str) or classes) or asked in names():
        return None
    # Reading descriptions costs as much as a count of a family that is written by hand.
    from symbolic.configs import described

    return described.description_of(values, source, architecture or described.type_of_classes(classes))


def _described(
    name: str, values: Mapping[str, object], source: str, description: Description, *, changed: bool = False
) -> Model:
    """Return the model of a type that is described, not written by hand; one that is `changed` may have our names."""
    from symbolic.configs import described, described_checks

    if not changed:
        described_checks.check_said_once(description, values, source)
        described_checks.check_names_of_class(description, values, source)
    made, accounts = described.read(description, values, source)
    try:
        check_pairs(made.family, made.sizes)
    except ConfigError as problem:
        raise problem.at(source) from None
    return Model(
        name=name,
        architecture=made.family,
        sizes=made.sizes,
        options=made.options,
        definitions=made.definitions,
        assumed=made.assumed,
        harmless=accounts.harmless,
        unknown=accounts.unknown,
        left_out=accounts.left_out,
        source=source,
        config=values,
        used=frozenset(values),
        class_taken=_class_taken(values, description.model_class) if described.has_several(description) else "",
    )


def _text_of(parts: Parts, given: Given, text: Model) -> Model:
    """Return the language model of a whole whose other parts are not derived, with the keys around it."""
    given.use(*parts.text)
    around = account_around(parts, given)
    return replace(
        text,
        harmless={**around.harmless, **{parts.prefix + key: reason for key, reason in text.harmless.items()}},
        unknown=(*around.unknown, *(parts.prefix + key for key in text.unknown)),
        left_out={**parts.left_out, **{parts.prefix + key: what for key, what in text.left_out.items()}},
    )


def checked_keys(model: Model) -> Model:
    """Return the model itself; ConfigError where its config has a key that we don't know."""
    if model.unknown:
        raise ConfigError(
            f"{model.source or model.name}: unknown keys, which may change the network: "
            f"{listed(model.unknown)}; leave them out, or read it without strict"
        )
    return model


def _check_keys(values: Mapping[str, object], source: str) -> None:
    for key in values:
        if not isinstance(key, str):
            raise ConfigError(f"{source}: the key {shown(key)} is not a string; write it in quotes")


def _within(parts: Parts, accounts: Account) -> dict[str, str]:
    return {parts.prefix + key: reason for key, reason in accounts.harmless.items()}


def _sizes(
    given: Given, family: Family, options: Options
) -> tuple[dict[str, int], dict[Symbol, Formula], frozenset[str]]:
    """Every size of the model, those among them that follow from others, and the names of those left to defaults."""
    here = _present(family, options)
    found = given_sizes(given, family, here)
    _check_switched_on(given, family, options, found)
    open_sizes = [symbol for symbol in here if symbol not in found]
    defaults = default_sizes(given, family, open_sizes)
    sizes = {symbol.name: size for symbol, size in (found | defaults).items()}
    sizes |= _counted(given, family, sizes, here)
    defined = definitions(given, family, open_sizes)
    for symbol, formula in defined.items():
        sizes[symbol.name] = _from(given, partial(value_of, symbol, formula, sizes))
    _from(given, partial(check_pairs, family, sizes))
    return sizes, defined, frozenset(symbol.name for symbol in defaults)


def _present(family: Family, options: Options) -> list[Symbol]:
    """Return the sizes that there are with these options."""
    off = {option.needs for option in family.options if option.needs and not options[option.name]}
    of_head = family.head_sizes | {symbol for symbol, need in family.sizes.items() if need is Need.LABELS}
    used = family.used(options) if of_head else frozenset()
    return [symbol for symbol in family.sizes if symbol not in off and (symbol not in of_head or symbol in used)]


def _check_switched_on(given: Given, family: Family, options: Options, found: Mapping[Symbol, int]) -> None:
    for option in family.options:
        size = option.needs
        if size and options[option.name] and size not in found and family.sizes[size] is Need.OPTIONAL:
            raise given.error(f"{option.name} is true and {size.name} is not there; give it a number")


def _counted(given: Given, family: Family, sizes: Mapping[str, int], here: list[Symbol]) -> dict[str, int]:
    """Return the sizes that the config doesn't give as numbers: layers of each kind, classes that it names."""
    counted: dict[str, int] = {}
    for symbol in here:
        if family.sizes[symbol] is Need.LABELS:
            counted[symbol.name] = count_labels(given, sizes.get(symbol.name))
    if family.pattern:
        given.use(*family.pattern.keys)
        layers = _from(given, partial(family.pattern.count, given.values, sizes))
        counted |= {symbol.name: number for symbol, number in layers.items()}
    return counted


def _from(given: Given, make: Callable[[], T]) -> T:
    """Return what is made; an error says where the config comes from."""
    try:
        return make()
    except ConfigError as problem:
        raise problem.at(given.source) from None
