"""Configs by the id of a repository on the Hugging Face Hub: config.json is fetched, and no code is run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from symbolic.errors import ConfigError, shown
from symbolic.extras import command

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
ENDINGS = (".json", ".toml", ".py", ".md", ".txt", ".ipynb")
PATIENCE = 10
"""Seconds in which the Hub must answer."""


def is_repository(given: str) -> bool:
    """Return whether a word is an `org/name` id, and no file."""
    return bool(REPOSITORY.fullmatch(given)) and not given.endswith(ENDINGS) and not Path(given).exists()


def fetch_config(repository: str, beside: Iterable[str] = ()) -> str:
    """Return the path of the repository's config.json, fetched or from the Hub's cache; ConfigError on failure.

    The files `beside` it, which may change what it says, are fetched too, where the repository has them.
    """
    try:
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, list_repo_files
        from huggingface_hub.errors import (
            EntryNotFoundError,
            GatedRepoError,
            HfHubHTTPError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
        )
    except ImportError:
        raise ConfigError(
            f"{repository} is an id on the Hugging Face Hub, and fetching its config.json needs huggingface_hub; "
            f"install it with {command('hub')}, or give the file's path"
        ) from None
    import logging

    # The client tells each of its attempts; what came of them is said once, below.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    answers = True
    try:
        get_hf_file_metadata(hf_hub_url(repository, "config.json"), timeout=PATIENCE)
    except HfHubHTTPError:
        pass  # asked again below, where the client waits as long as the Hub wants it to
    except Exception:  # the client's transports raise their own errors
        # It would try for half a minute more before it looked into its cache.
        answers = False
    try:
        path = str(hf_hub_download(repository, "config.json", local_files_only=not answers))
        there = frozenset(list_repo_files(repository)) if answers else frozenset(beside)
        for name in there.intersection(beside):
            # The cache may lack one that the repository has not.
            with suppress(EntryNotFoundError):
                hf_hub_download(repository, name, local_files_only=not answers)
        return path
    except GatedRepoError:
        raise ConfigError(
            f"{repository} is gated: its config.json is for those who accepted its terms; "
            "log in with `hf auth login`, or give the file's path"
        ) from None
    except RepositoryNotFoundError:
        raise ConfigError(f"the Hugging Face Hub has no {repository}; check the id, or give a file's path") from None
    except LocalEntryNotFoundError:  # it is an EntryNotFoundError, too
        raise ConfigError(
            f"can't reach the Hugging Face Hub, and its cache has no config.json of {repository}; "
            "check the network, or give the file's path"
        ) from None
    except EntryNotFoundError:
        raise ConfigError(f"{repository} has no config.json; give the path of a config file") from None
    except Exception as problem:  # the Hub's client raises its transports' own errors
        raise ConfigError(
            f"can't fetch the config.json of {repository} ({type(problem).__name__}: {shown(str(problem), 80)}); "
            "check the network, or give the file's path"
        ) from None
