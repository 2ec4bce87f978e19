"""Sources as layers: every row kept or rejected for a reason, every repair said."""
