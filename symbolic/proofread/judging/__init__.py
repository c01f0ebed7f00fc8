"""Whether what is written holds: links of chains, names, tables, totals."""
