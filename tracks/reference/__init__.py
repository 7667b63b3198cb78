"""Load the data that comes with the site: airports, runways, aircraft, reported flights. See docs/reference-data.md."""
