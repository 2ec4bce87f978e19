"""The file formats of a run folder, each written so that the same result gives the same bytes."""
