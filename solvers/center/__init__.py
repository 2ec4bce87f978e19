"""The p-center: p sites of least farthest distance to any point; and covers of all points by few sites."""
