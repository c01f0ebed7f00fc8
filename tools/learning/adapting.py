"""`python -m tools.learning.adapting TASK TYPE…`: hold the adapters of a fine-tuning against PEFT's.

PEFT puts adapters beside all linear modules of the real class, built without memory, and has to train as many numbers
as we derive, for the defaults and for configs with other sizes and switches. Then the description is written to say
`adapts as PEFT`. A network of several parts is left out, since its parts may be others. One that keeps a matrix in a
tensor which is no module's, as experts are, has no adapters that we know: which of those PEFT finds hangs on the type.
Only a type that is `named in files` (`tools.learning.storing`) is held: of others we know no names of modules.
"""

from __future__ import annotations

import sys

import peft
from torch import nn

from symbolic.api import explain
from symbolic.configs.described import read
from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description
from tools.learning.storing import built, configs, write
from tools.learning.subject import Subject, nested, types_of

RANK = 4
MIXED = 2
"""How many configs with other sizes are held beside the defaults."""
ADAPTS = "adapts as PEFT"
LORA = "lora-parameters"


def main() -> None:
    """Hold each type, or all of a task, and say how it went."""
    task, wanted = sys.argv[1], sys.argv[2:]
    for name in types_of(task) if wanted == ["all"] else wanted:
        for description in catalogue.described(name):
            subject = Subject(task, name)
            if subject.class_name == description.model_class and not description.adapts:
                print(name, problem(subject, description) or write(description, ADAPTS), flush=True)


def problem(subject: Subject, description: Description) -> str:
    """What keeps the adapters of a type from being known; "" where nothing does."""
    if description.towers or any("." in key for key in description.keys):
        return "it has parts"
    if not description.named:
        return "we know no names of its modules"
    tried = 0
    for given in configs(subject, description, MIXED):
        network = built(subject, given)
        if network is None:
            continue
        wrong = _compared(description.but(adapts=True), network, nested({**subject.stated, **given}))
        if wrong:
            return f"{wrong}, with {given}"
        tried += 1
    return "" if tried > 1 else "no config could be built"


def _compared(description: Description, network: nn.Module, config: dict[str, object]) -> str:
    """What differs between our adapters and PEFT's; "" where nothing does."""
    try:
        made, _accounts = read(composed(description, config), config, "it")
        model = Model("it", made.family, made.sizes, made.options, made.definitions, config=config)
        ours = explain(model, LORA, inputs={"lora_rank": RANK}).total
    except SymbolicError as refused:
        return f"refused: {refused}"
    how = peft.LoraConfig(r=RANK, target_modules="all-linear", task_type="SEQ_CLS")
    try:
        adapted = peft.get_peft_model(network, how, low_cpu_mem_usage=True)
    except Exception as refused:  # it may know no such network
        return f"PEFT refuses it: {refused}"
    theirs = sum(one.numel() for name, one in adapted.named_parameters() if "lora_" in name)
    return "" if ours == theirs else f"{ours:,} numbers, and by PEFT {theirs:,}"


if __name__ == "__main__":
    main()
