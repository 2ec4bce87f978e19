"""Classic objectives of a study: which question it asks, what that rules out, and what the answer came to."""
