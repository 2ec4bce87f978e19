"""The commands of `siting`, by what they work on."""
