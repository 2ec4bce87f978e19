"""The p-median: p sites of least weighted distance to all points."""
