"""The first Falcons: configs of the code that came with them, before transformers had Falcon.

Falcon 40B called its type RefinedWeb, Falcon 7B and Falcon-RW RefinedWebModel.
https://huggingface.co/tiiuae/falcon-40b, configuration_RW.py and modelling_RW.py of 2023
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, renamed
from symbolic.errors import ConfigError, listed, shown

NAMES = {"n_layer": "num_hidden_layers", "n_head": "num_attention_heads", "n_head_kv": "num_kv_heads"}
OF_LARGEST = "RefinedWeb"
"""Its code has keys and values for groups of heads, and two norms side by side in each layer."""
STATED = ("multi_query", "parallel_attn", "bias")
"""What the published configs of the other type say, and the defaults of their code differ in."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of Falcon as transformers has it."""
    largest = values["model_type"] == OF_LARGEST
    if largest and values.get("parallel_attn", True) is not True:
        raise ConfigError(
            f"the code of {OF_LARGEST} knows parallel_attn true only, got {shown(values['parallel_attn'])}"
        )
    if missing := [key for key in STATED if key not in values and not largest]:
        raise ConfigError(f"say what {listed(missing)} is")
    classes = values.get("architectures")
    if isinstance(classes, list | tuple):
        classes = [str(name).replace("RW", "Falcon", 1) if str(name).startswith("RW") else name for name in classes]
    return {
        **renamed(values, NAMES),
        **({"parallel_attn": True} if largest else {}),
        **({"architectures": classes} if classes is not None else {}),
        "new_decoder_architecture": largest,
        "model_type": "falcon",
    }


DIALECT = Dialect(
    title="the first Falcons",
    types=frozenset({OF_LARGEST, "RefinedWebModel"}),
    needed=frozenset({"hidden_size", "n_layer", "n_head"}),
    translate=translate,
)
