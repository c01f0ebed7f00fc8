"""Documents of each kind as stretches of mathematics, sentences and tables."""
