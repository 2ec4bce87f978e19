"""Classic models on two layers, without a study."""
