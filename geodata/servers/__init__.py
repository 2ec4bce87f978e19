"""Servers that hold layers: PostGIS and WFS, reached without telling their keys."""
