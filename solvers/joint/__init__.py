"""The joint decomposition: prices on demand prove a bound, a search over open options finds an answer."""
