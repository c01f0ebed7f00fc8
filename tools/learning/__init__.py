"""Learns descriptions of the types of the installed transformers: run `python -m tools.learning --help`."""
