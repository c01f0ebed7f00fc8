"""What figures of sentences count, in the form that their numbers want."""

from symbolic.language import unit

BYTES = unit("byte", "bytes")
HEADS = unit("head", "heads")
LAYERS = unit("layer", "layers")
