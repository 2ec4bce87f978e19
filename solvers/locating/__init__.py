"""What choosing few sites comes back to: dominance, covers by p sites, exchanges of an open for a closed site."""
