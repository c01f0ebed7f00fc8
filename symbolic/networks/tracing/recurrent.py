"""Recurrent layers in a pass: their products with all tokens at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


@contextmanager
def recurrent(module: Any) -> Iterator[None]:
    """Let recurrent layers multiply all tokens at once: torch's own loop over them would fix their number."""
    found = [one for one in module.modules() if isinstance(one, (nn.LSTM, nn.GRU, nn.RNN))]
    for one in found:
        one.forward = lambda given, hx=None, one=one: _run(one, given, hx)
    try:
        yield
    finally:
        for one in found:
            del one.forward


def _run(layer: Any, given: Any, _state: Any) -> tuple[Any, Any]:
    flat = given.reshape(-1, given.shape[-1])
    ways = 2 if layer.bidirectional else 1
    for number in range(layer.num_layers):
        outs = []
        for way in range(ways):
            tail = f"l{number}" + ("_reverse" if way else "")
            gates = flat @ getattr(layer, f"weight_ih_{tail}").t()
            hidden = gates.narrow(-1, 0, layer.hidden_size)
            state = hidden @ getattr(layer, f"weight_hr_{tail}").t() if layer.proj_size else hidden
            again = state @ getattr(layer, f"weight_hh_{tail}").t()
            # What comes of it reaches the result, so that a backward pass goes through it, too.
            outs.append(state + again.narrow(-1, 0, state.shape[-1]))
        flat = torch.cat(outs, -1)
    out = flat.reshape(*given.shape[:-1], flat.shape[-1])
    batch = given.shape[0 if layer.batch_first else 1] if given.dim() == 3 else 1
    last = out.new_empty((layer.num_layers * ways, batch, layer.proj_size or layer.hidden_size))
    return out, (last, out.new_empty((*last.shape[:-1], layer.hidden_size))) if isinstance(layer, nn.LSTM) else last
