"""What a page says, in order, for every format, and the formats that print it."""
