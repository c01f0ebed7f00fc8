"""What the command's options call the inputs that they set, where people know these by shorter names."""

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import inputs, machines

BY_OPTION: Mapping[str, Symbol] = {
    "tokens": inputs.tokens,
    "context": inputs.context,
    "batch": inputs.batch_size,
    "training-tokens": inputs.training_tokens,
    "tp": machines.tensor_parallel,
    "pp": machines.pipeline_parallel,
    "ep": machines.expert_parallel,
    "devices": machines.n_devices,
    "cp": machines.context_parallel,
    "dp": machines.data_parallel,
    "rank": inputs.lora_rank,
    "reserved": machines.reserved_memory,
    "mfu": machines.utilisation,
}
