"""How a page says what a number takes, and the scales beside it."""

from __future__ import annotations

from symbolic.language import lazy as _


def for_groups(bits: int, group: int, zero: int) -> str:
    """Return what a number takes, and what each group of inputs has: a scale, and a zero point where it has bits."""
    if not zero:
        return _(
            "Each number takes {bits} bits. Each group of {group} inputs has, for each output, a scale of 16 bits.",
            bits=bits,
            group=group,
        )
    return _(
        "Each number takes {bits} bits. Each group of {group} inputs has, for each output, a scale of 16 bits and a "
        "zero point of {bits} bits.",
        bits=bits,
        group=group,
    )


def for_small_groups(group: int) -> str:
    """Return what a number of 4 bits takes whose groups have a scale of 8 bits."""
    return _(
        "Each number takes 4 bits. Each group of {group} inputs has, for each output, a scale of 8 bits.", group=group
    )


def for_outputs(bits: int, zero: int) -> tuple[str, ...]:
    """Return what a number takes where each output has a scale, and a zero point where it has bits."""
    rule = _("Each number takes {bits} bits, and each output a scale of 16 bits.", bits=bits)
    return (rule, _("Each output also has a zero point of {bits} bits.", bits=zero)) if zero else (rule,)


def for_output(size: int) -> str:
    """Return what a number of 8 bits takes where each output has a scale of so many bytes."""
    return _("Each number takes 1 byte, and each output a scale of {size} bytes.", size=size)


def for_matrix(size: int) -> str:
    """Return what a number of 8 bits takes where each matrix has a scale of so many bytes."""
    return _("Each number takes 1 byte, and each matrix a scale of {size} bytes.", size=size)


def for_blocks(rows: int, columns: int, size: int) -> str:
    """Return what a number of 8 bits takes where each block has a scale of so many bytes."""
    return _(
        "Each number takes 1 byte, and each block of {rows} × {columns} numbers a scale of {size} "
        "bytes. A block at the edge that is not full has one too.",
        rows=rows,
        columns=columns,
        size=size,
    )


def static_scale(static: bool, size: int) -> tuple[str, ...]:
    """Return that each matrix has a scale for its inputs, which are rounded too; nothing where that is made anew."""
    also = _("Each matrix also has a scale of {size} bytes for what it is multiplied by.", size=size)
    return (also,) if static else ()


def ordered() -> str:
    """Return that each input says which group it is of."""
    return _("For each input, 4 bytes name its group.")


def without_zero_biases() -> str:
    """Return that early files of AutoGPTQ hold biases of zeros: 0.6 asked for them whatever the matrix had."""
    return _(
        "Files made by AutoGPTQ 0.6 or earlier also hold a bias of zeros for each matrix that has none, 2 bytes an "
        "output; these are not counted."
    )
