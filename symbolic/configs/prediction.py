"""Keys of layers that predict further tokens, which published files hold and the classes that we count do not build."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symbolic.language import lazy as _

OF_PREDICTION = re.compile(r"(^|_)(mtp|nextn)(_|$)")
NUMBER = re.compile(r"(num|layers|modules)(_|$)")
PREDICTS = _("layers that predict further tokens")
DESCRIBES = _("describes layers that predict further tokens, which are not counted")


def is_of_prediction(key: str) -> bool:
    """Return whether a key of a config is about layers that predict further tokens (multi-token prediction).

    >>> is_of_prediction("num_nextn_predict_layers"), is_of_prediction("text_config.mtp_num_hidden_layers")
    (True, True)
    """
    return OF_PREDICTION.search(key.rpartition(".")[2]) is not None


def predicting(values: Mapping[str, object]) -> dict[str, str]:
    """Return the keys that say how many such layers there are, if any, and what those are.

    >>> list(predicting({"num_nextn_predict_layers": 1, "num_mtp_modules": 0, "mtp_layers_block_type": ["moe"]}))
    ['num_nextn_predict_layers']
    """
    return {key: PREDICTS for key, value in values.items() if _says_how_many(key, value)}


def _says_how_many(key: str, value: object) -> bool:
    counts = type(value) is int and value > 0
    return counts and is_of_prediction(key) and NUMBER.search(key.rpartition(".")[2]) is not None
