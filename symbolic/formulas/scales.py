"""How many there are of a smaller unit in a larger one."""

MILLI = THOUSAND = 1000
"""Milliseconds of a second."""
MILLION, BILLION = 10**6, 10**9
GIGA, TERA, GIB = 10**9, 10**12, 2**30
"""Bytes of a GB and FLOPs of a GFLOP, those of a TB and a TFLOP, and the bytes of a GiB."""
HOUR = 3600
"""Seconds of an hour."""
