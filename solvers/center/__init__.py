"""The p-center: p sites of least farthest distance to any point."""
