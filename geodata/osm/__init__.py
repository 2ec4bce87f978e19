"""Features of OpenStreetMap as layers, from a file, from answers of Overpass, or online."""
