"""The p-dispersion: p sites as far from each other as can be."""
