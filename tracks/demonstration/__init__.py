"""Simulated flights for a new installation: fictional aircraft on dates of which no recording exists.

`write_demonstration` in `generate.py` is the way in. Nothing here knows of Django, of the importer or
of the parsers: the files are written as trackers write them and go the way of every other file.
"""
