"""Reusable blocks: each a function from symbols to a Block, with the sentence that explains it."""
