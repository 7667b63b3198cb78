"""The site that carries the tracks application."""
