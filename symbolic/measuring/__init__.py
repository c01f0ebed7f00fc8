"""Measuring a network: quantities, conventions, and the derivation that keeps every step."""
