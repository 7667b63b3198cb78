"""The offline base map, prepared at build time from Natural Earth. See docs/basemap.md."""
