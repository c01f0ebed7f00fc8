"""What Python code and the command ask of a model: a quantity's derivation, and the pages and code made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symbolic.arguments import reads_arguments
from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.explaining import explain
from symbolic.formulas.amounts import Hears
from symbolic.formulas.formula import Exact
from symbolic.loading import load
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import derive_each

if TYPE_CHECKING:
    from symbolic.analysis.sweeping import Sweep
    from symbolic.pages.page import Page

__all__ = ["compare", "count", "explain", "formula", "mfu", "scale", "serving", "solve", "sweep"]


@reads_arguments
def count(model: object) -> dict[str, int]:
    """Return the number of parameters under each convention, of a model or of what `load` takes."""
    loaded = model if isinstance(model, Model) else load(model)
    quantity = quantities.find("parameters")
    return {derivation.convention.name: derivation.total for derivation in derive_each(loaded, quantity)}


@reads_arguments
def scale(
    model: object,
    quantity: str = "parameters",
    *,
    vary: Sequence[str] = (),
    compute: str | Fraction | None = None,
    **how: Any,
) -> Page:
    """Return the page that says how a quantity scales; `vary` are the sizes to look at, `compute` a training budget.

    `how` is what `explain` takes: `convention`, `inputs`, `dtype`, `device`, `choices`.
    """
    from symbolic.analysis.goals import compute_budget
    from symbolic.analysis.scale_page import scale_page

    budget = None if compute is None else compute_budget(str(compute))
    return scale_page(explain(model, quantity, **how), vary, budget)


@reads_arguments
def solve(
    model: object,
    unknowns: Sequence[str],
    quantity: str = "parameters",
    *,
    total: str | int | None = None,
    memory: str | int | None = None,
    keep: Sequence[str] = (),
    multiple_of: int = 1,
    **how: Any,
) -> Page:
    """Return the page that solves for sizes: of a `total`, or of a `memory` to fill, such as "24GiB".

    A memory is filled by the weights, unless `quantity` is another one in bytes; where that is compared with a device's
    memory, a program keeps its part, `reserved_memory`. `how` is what `explain` takes.
    """
    from symbolic.analysis.goals import goal, left_by_program
    from symbolic.analysis.solve_page import solve_page

    if not unknowns:
        raise ConfigError("nothing to solve for; name a size, such as emb_dim")
    target, measured, budget = goal(total, None if memory is None else str(memory), quantity)
    derivation = explain(model, measured, **how)
    if budget is not None:
        target, budget = left_by_program(target, budget, derivation.inputs)
    return solve_page(derivation, unknowns, target, keep, multiple_of, budget)


@reads_arguments
def formula(
    model: object,
    language: str = "python",
    quantity: str = "parameters",
    **how: Any,
) -> str:
    """Return the closed form as code: python, numpy, latex, javascript, c or spreadsheet; `how` is for `explain`."""
    from symbolic.analysis.exporting import export

    return export(explain(model, quantity, **how), language)


@reads_arguments
def sweep(
    model: object,
    vary: Sequence[str] | Mapping[str, Iterable[Exact]],
    quantity: str = "parameters",
    *,
    results: Sequence[str] = (),
    hears: Hears | None = None,
    **how: Any,
) -> Sweep:
    """Return a sweep over combinations of sizes: iterate over its `chunks()`.

    `vary` says which: `["n_layers=12:96:12", "emb_dim=768,1536"]`, or `{"n_layers": range(12, 97, 12)}`.

    `results` are further columns, of what follows from the total: `["device-hours", "price"]` of training-cost.

    `hears` is told how a number was understood that could be read in two ways, such as a context of 128k.
    """
    from symbolic.analysis.grids import grids
    from symbolic.analysis.sweeping import Sweep

    derivation = explain(model, quantity, **how)
    if isinstance(vary, Mapping):
        vary = [f"{name}={','.join(map(str, values))}" for name, values in vary.items()]
    return Sweep(derivation, grids(vary, derivation, hears), results=tuple(results))


@reads_arguments
def compare(models: Sequence[object], quantity: str = "parameters", **how: Any) -> Page:
    """Return the page that compares each model with the next; the contributions sum exactly to the difference."""
    from symbolic.analysis.compare_page import compare_page
    from symbolic.measuring.idle import refuse_idle

    made = [explain(model, quantity, idle_inputs=True, **how) for model in models]
    refuse_idle(made, how.get("inputs") or {})
    return compare_page(made)


@reads_arguments
def mfu(
    model: object,
    *,
    rate: Exact | None = None,
    seconds: Exact | None = None,
    batch: int = 1,
    length: Exact | None = None,
    device: str = "",
    devices: int = 1,
    dtype: str = "bf16",
    peak: Exact | None = None,
) -> Page:
    """Return the page that says which utilisation a run has, by each convention of training FLOPs.

    The run is `rate` tokens a second on all `devices`, or a step of `batch` sequences of `length` tokens in `seconds`;
    `peak` is what one device can do in a second, unless `device` names it.
    """
    from symbolic.analysis.mfu_page import mfu_page
    from symbolic.analysis.utilisation import peak_of, run_of

    if bool(device) == (peak is not None):
        raise ConfigError("the peak is said once: give a device, such as h100, or a peak in operations per second")
    title, most = (peak_of(device, dtype)) if peak is None else ("", peak)
    inputs: dict[str, Exact] = {"batch_size": batch}
    inputs |= {} if length is None else {"tokens": length}
    derivation = explain(model, "training-flops", inputs=inputs)
    return mfu_page(
        derivation, run_of(derivation, rate=rate, seconds=seconds, devices=devices, peak=most, device=title)
    )


@reads_arguments
def serving(
    model: object,
    *,
    device: str = "",
    devices: int = 0,
    prompt: int = 0,
    context: int = 0,
    answer: int = 0,
    batch: int | None = None,
    dtype: str = "",
    cache_dtype: str = "",
    drafted: int = 4,
    accepted: Fraction = Fraction(7, 10),
    draft_cost: Fraction = Fraction(1, 10),
    memory_share: Fraction = usual.MEMORY_SHARE,
    hour_price: Fraction = Fraction(usual.HOUR_PRICE),
    mfu: Fraction = Fraction(1),
    mbu: Fraction = Fraction(1),
    ep: int = 0,
) -> Page:
    """Return the page that says how long a prompt and each further token take at least, and what binds.

    Where no `device` is named, it is one that has arithmetic for the format in which the model is published.
    `devices` share the matrices (tensor parallelism); the times count what they send to each other where the maker of
    the device prints the speed of its links. Where they are not given, they are the fewest that hold `batch` sequences,
    or, where that is not given either, a useful batch, as on other pages; then the times are those of one sequence.
    Tokens choose experts evenly.
    Where `prompt` and `answer` are not given, they are the usual ones, or as long as the model's positions allow;
    ConfigError where both are more than it has learned positions.
    `context` is how many tokens stand before the next one: where it is not given, as many as on other pages of
    serving, and those of the prompt at least. `drafted`, `accepted` and `draft_cost` are those of speculative
    decoding. `memory_share` is what an engine takes of a device's
    memory: vLLM's `gpu_memory_utilization`; `hour_price` are dollars for an hour of a device. `answer` is how many
    tokens an answer has whose price the page says; each of its steps has the prompt and what is written before it.
    `mfu` and `mbu` are the shares of the operations and of the bandwidth of a device that are really used: with them
    the times are no bounds, but what a program takes that reaches so much. `ep` is among how many devices the experts
    are divided that have sequences of their own, for the table of such layouts; some usual numbers where it is 0.

    The page's `values` are its results by name, and its `records` those of the rows of its tables, `batches` and
    `experts_divided`: exact, in seconds, dollars and bytes.
    """
    from symbolic.serving_request import ServingRequest, page_of

    asked = ServingRequest(
        device,
        devices,
        prompt,
        context,
        answer,
        1 if batch is None else batch,
        dtype,
        cache_dtype,
        drafted,
        accepted,
        draft_cost,
        memory_share,
        hour_price,
        mfu,
        mbu,
        ep,
        usual.SEQUENCES if batch is None else 0,
    )
    return page_of(model if isinstance(model, Model) else load(model), asked)
