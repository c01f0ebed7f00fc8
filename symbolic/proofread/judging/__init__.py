"""Judging of equations: links of chains, names, tables and totals."""
