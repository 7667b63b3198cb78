"""The project's own PostgreSQL and Redis, and the supervisor that runs the site with them.

`python -m flightmap.services` lists what it can do. Nothing here listens on a TCP port but the web server.
"""
