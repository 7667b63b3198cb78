"""The site's pages and its API: small functions that read a request and ask `tracks.serving` for the rest."""
