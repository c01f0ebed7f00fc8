"""A tree read off a module's own code: sizes go in as numbers that carry formulas, and come out as shapes."""
