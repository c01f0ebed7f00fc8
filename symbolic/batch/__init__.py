"""Many configs at once: where they come from, a row of figures for each, and a table that can be gone on with."""
