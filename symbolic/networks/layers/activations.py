"""The activation functions that have no weights, by the names that transformers gives them."""

from __future__ import annotations

WITHOUT_WEIGHTS = (
    "gelu",
    "relu",
    "silu",
    "tanh",
    *("gelu_10", "gelu_fast", "gelu_new", "gelu_python", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate"),
    *("hardswish", "laplace", "leaky_relu", "linear", "mish", "quick_gelu", "relu2", "relu6", "sigmoid"),
    *("sqrtsoftplus", "swish"),
)
WITH_WEIGHTS = ("prelu", "xielu")
"""Two others learn numbers: only types whose own activation one of them is count those."""

NAMED_OTHERWISE = ("swigluoai",)
"""What published configs call others without weights, whose classes put one of the above in their place."""
