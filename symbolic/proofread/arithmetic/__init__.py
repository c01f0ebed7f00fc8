"""Exact values, ranges and units of what a document writes."""
