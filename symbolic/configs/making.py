"""A model made from a config: by a family that is written by hand, or by the description of a type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from symbolic.configs.accounting import Account, account, account_around
from symbolic.configs.dialects import in_our_keys, is_dialect, is_guess
from symbolic.configs.every_size import every_size
from symbolic.configs.extended import check_whole
from symbolic.configs.given import Given
from symbolic.configs.layers_apart import said_by_kind
from symbolic.configs.model import Model
from symbolic.configs.parts import Parts, split
from symbolic.configs.recognition import family_called, recognised
from symbolic.configs.sizes import check_pairs
from symbolic.configs.switches import given_options, set_by_config
from symbolic.errors import ConfigError, shown
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.networks.families import names
from symbolic.networks.family import MODEL_CLASS

if TYPE_CHECKING:
    from symbolic.networks.learned.description import Description

WRITES = ("ForCausalLM", "LMHeadModel")
NUMBER_FORMATS = ("dtype", "torch_dtype", "quantization_config")
OTHER_FORMATS = ("quantization", "compression_config")


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
    model = _made(name, values, source, architecture)
    check_whole(values, model.assumed & model.sizes.keys(), source)
    return model


def _made(name: str, values: Mapping[str, object], source: str, architecture: str | None) -> Model:
    _check_keys(values, source)
    given_values = values = said_by_kind(_storage_named(values))
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
    said = given_values if is_guess(given_values) else values
    options = given_options(given, family)
    sizes, defined, assumed = every_size(given, family, options)
    accounts = account(given, family, sizes, options)
    if by_keys := not (architecture or said.get("model_type") is not None or said.get("architectures")):
        # Imported where it is used: most configs name their type.
        from symbolic.configs.guesses import check_guess, is_named_by

        check_guess(family, family.tree(options), said, sizes, assumed, accounts.unknown, source)
        by_keys = not is_named_by(family, said)
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
        by_keys=by_keys,
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
    from symbolic.configs.described_keys import in_parts

    if not changed:
        described_checks.check_said_once(description, values, source)
        described_checks.check_names_of_class(description, values, source)
    made, accounts = described.read(description, values, source, changed=changed)
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
        config=in_parts(description, values),
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


def _check_keys(values: Mapping[str, object], source: str) -> None:
    for key in values:
        if not isinstance(key, str):
            raise ConfigError(f"{source}: the key {shown(key)} is not a string; write it in quotes")


def _within(parts: Parts, accounts: Account) -> dict[str, str]:
    return {parts.prefix + key: reason for key, reason in accounts.harmless.items()}
