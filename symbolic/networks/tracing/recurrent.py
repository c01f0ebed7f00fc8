"""Recurrent layers in a pass: their products with all tokens at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from symbolic.networks.tracing.questions import HangsOnValues


@contextmanager
def recurrent(module: Any) -> Iterator[None]:
    """Let recurrent layers multiply all tokens at once: torch's own loop over them would fix their number.

    A cell, which takes one token, multiplies as torch's does, which would fix its sizes.
    """
    found = [one for one in module.modules() if isinstance(one, (nn.LSTM, nn.GRU, nn.RNN, nn.RNNCellBase))]
    for one in found:
        run = _step if isinstance(one, nn.RNNCellBase) else _run
        one.forward = lambda given, hx=None, one=one, run=run: run(one, given, hx)
    try:
        yield
    finally:
        for one in found:
            del one.forward


def _run(layer: Any, given: Any, before: Any = None) -> tuple[Any, Any]:
    """Return what the layer shows of all tokens, and its last states, through which a backward pass goes, too."""
    if isinstance(given, nn.utils.rnn.PackedSequence):
        raise HangsOnValues("a packed sequence has as many tokens as its lengths say; not packed, all are counted")
    flat = given.reshape(-1, given.shape[-1])
    ways = 2 if layer.bidirectional else 1
    shown, kept = [], []
    for number in range(layer.num_layers):
        outs = []
        for way in range(ways):
            tail = f"l{number}" + ("_reverse" if way else "")
            shifts = [getattr(layer, f"bias_{which}_{tail}", None) for which in ("ih", "hh")]
            gates = functional.linear(flat, getattr(layer, f"weight_ih_{tail}"), shifts[0])
            hidden = gates.narrow(-1, 0, layer.hidden_size)
            state = hidden @ getattr(layer, f"weight_hr_{tail}").t() if layer.proj_size else hidden
            again = functional.linear(state, getattr(layer, f"weight_hh_{tail}"), shifts[1])
            outs.append(state + again.narrow(-1, 0, state.shape[-1]))
            shown.append(outs[-1])
            kept.append(hidden)
        flat = torch.cat(outs, -1)
    out = flat.reshape(*given.shape[:-1], flat.shape[-1])
    for one in before if isinstance(before, tuple) else (before,):
        out = out if one is None else out + one.sum()
    last = _last(layer, given, shown)
    return out, (last, _last(layer, given, kept)) if isinstance(layer, nn.LSTM) else last


def _step(cell: Any, given: Any, before: Any = None) -> Any:
    """Return the next state of a cell, or both states, by products of the same axes as torch's own."""
    rows = given if given.dim() > 1 else given[None]
    states = [one for one in (before if isinstance(before, tuple) else (before,)) if one is not None]
    own = [one if one.dim() > 1 else one[None] for one in states] or [rows.new_zeros((rows.shape[0], cell.hidden_size))]
    gates = functional.linear(rows, cell.weight_ih, cell.bias_ih)
    gates = gates + functional.linear(own[0], cell.weight_hh, cell.bias_hh)
    state = sum(own[1:], gates.narrow(-1, 0, cell.hidden_size))
    made = state if given.dim() > 1 else state[0]
    return (made, made) if isinstance(cell, nn.LSTMCell) else made


def _last(layer: Any, given: Any, rows: list[Any]) -> Any:
    """Return one row for each layer and way, where a sequence is a row of `given`: of no single token, but of all."""
    if given.dim() < 3:
        return torch.stack([one.sum(0) for one in rows])
    return torch.stack([one.reshape(*given.shape[:-1], -1).sum(1 if layer.batch_first else 0) for one in rows])
