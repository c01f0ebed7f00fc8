"""What commands that take models share: the option --architecture, and the models that were named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from symbolic import api
from symbolic.configs.model import Model


def given_architecture(command: Any) -> Any:
    """The option --architecture."""
    return click.option(
        "--architecture", metavar="NAME", help="The family, where the config doesn't say (`symbolic architectures`)."
    )(command)


def loaded_models(given: Iterable[str], architecture: str | None) -> list[Model]:
    """Every model that the arguments describe."""
    return [model for one in given for model in api.load_all(one, architecture=architecture)]
