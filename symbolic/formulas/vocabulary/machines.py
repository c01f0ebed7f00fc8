"""The devices of a run: among how many its work is divided, and what one of them can do, hold and cost."""

from symbolic.formulas.vocabulary.entering import run_symbol
from symbolic.language import lazy as _
from symbolic.language import unit

data_parallel = run_symbol(
    "data_parallel",
    letter="p_{d}",
    meaning=_("how many groups of devices work on different sequences"),
    spoken=_("data parallel size"),
    unit=unit("group", "groups"),
)
tensor_parallel = run_symbol(
    "tensor_parallel",
    letter="p_{t}",
    meaning=_("among how many devices the matrices of a layer are split"),
    spoken=_("tensor parallel size"),
    unit=unit("device", "devices"),
)
pipeline_parallel = run_symbol(
    "pipeline_parallel",
    letter="p_{p}",
    meaning=_("into how many stages, each on devices of its own, the layers are divided"),
    spoken=_("pipeline parallel size"),
    unit=unit("stage", "stages"),
)
stage_layers = run_symbol(
    "stage_layers",
    letter="L_{p}",
    meaning=_("how many layers lie on the first stage of the pipeline"),
    spoken=_("layers on the first stage"),
)
middle_stage_layers = run_symbol(
    "middle_stage_layers",
    letter="L_{m}",
    meaning=_("how many layers lie on the second of more than two stages"),
    spoken=_("layers on a middle stage"),
)
last_stage_layers = run_symbol(
    "last_stage_layers",
    letter="L_{l}",
    meaning=_("how many layers lie on the last stage of the pipeline"),
    spoken=_("layers on the last stage"),
)
expert_parallel = run_symbol(
    "expert_parallel",
    letter="p_{e}",
    meaning=_("among how many devices the experts of a layer are divided"),
    spoken=_("expert parallel size"),
    unit=unit("device", "devices"),
)
expert_data_parallel = run_symbol(
    "expert_data_parallel",
    letter="p_{ed}",
    meaning=_("how many groups of devices hold the same experts and work on different tokens"),
    spoken=_("data parallel size of the experts"),
    unit=unit("group", "groups"),
)
context_parallel = run_symbol(
    "context_parallel",
    letter="p_{c}",
    meaning=_("among how many devices the tokens of a sequence are divided"),
    spoken=_("context parallel size"),
    unit=unit("device", "devices"),
)
in_flight = run_symbol(
    "in_flight",
    letter="n_{f}",
    meaning=_("how many batches are on their way through the pipeline behind a stage, which keeps what they need"),
    spoken=_("batches in flight"),
)
device_flops = run_symbol(
    "device_flops",
    letter="F",
    meaning=_("how many operations a device can do in a second: what its maker prints for dense matrices"),
    spoken=_("peak operations per second"),
    unit=_("FLOP/s"),
)
device_flops_16 = run_symbol(
    "device_flops_16",
    letter="F_{16}",
    meaning=_(
        "how many operations a device can do in a second at 16 bits: attention's products without weights, and those "
        "with weights that stay at 16 bits"
    ),
    spoken=_("peak operations per second at 16 bits"),
    unit=_("FLOP/s"),
)
device_memory = run_symbol(
    "device_memory",
    letter="M",
    meaning=_("how many bytes a device can hold"),
    spoken=_("memory of a device"),
    unit=unit("byte", "bytes"),
)
reserved_memory = run_symbol(
    "reserved_memory",
    letter="M_{r}",
    meaning=_("how many bytes of a device's memory a program keeps for itself: its kernels, its buffers, fragments"),
    spoken=_("reserved memory of a device"),
    unit=unit("byte", "bytes"),
    minimum=0,
)
device_bandwidth = run_symbol(
    "device_bandwidth",
    letter="R",
    meaning=_("how many bytes a device can read from its memory in a second"),
    spoken=_("memory bandwidth"),
    unit=_("bytes/s"),
)
device_power = run_symbol(
    "device_power",
    letter="P_{w}",
    meaning=_("how many watts a device may take"),
    spoken=_("power of a device"),
    unit=unit("watt", "watts"),
)
n_devices = run_symbol(
    "n_devices",
    letter="n_{dev}",
    meaning=_("how many devices work side by side"),
    spoken=_("number of devices"),
    unit=unit("device", "devices"),
)
utilisation = run_symbol(
    "utilisation",
    letter="U",
    meaning=_("what share of the devices' peak the model's operations use (MFU)"),
    spoken=_("utilisation"),
    minimum=0,
    maximum=1,
    is_integer=False,
)
hour_price = run_symbol(
    "hour_price",
    letter="y",
    meaning=_("what an hour of one device costs"),
    spoken=_("price per device and hour"),
    unit=unit("dollar", "dollars"),
    minimum=0,
    is_integer=False,
)
