"""Fuzzing of the parsers: seeds, mutations, what must hold for any bytes, and two ways to run them."""
