"""Whether this machine's web server answers: `python -m flightmap.services.health` is a container's health check.

It asks by the name in SITE_URL, the one that the site accepts, and as the proxy before a site under https does.
"""

from __future__ import annotations

import http.client
import os
import sys
from urllib.parse import urlsplit

# Who listens everywhere is asked on the loopback.
_NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def is_healthy(host: str, port: int, site_url: str, path: str = "/healthz") -> bool:
    """Whether `/healthz` answers well; so does a redirect, as a site under https without BEHIND_PROXY gives."""
    site = urlsplit(site_url)
    connection = http.client.HTTPConnection(_NEAR.get(host, host), port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Ask the web server that the environment describes; returns 0 when it is healthy."""
    host = os.environ.get("HOST", "").strip() or "127.0.0.1"
    port = int(os.environ.get("PORT", "").strip() or 8000)
    site_url = os.environ.get("SITE_URL", "").strip() or f"http://localhost:{port}"
    return 0 if is_healthy(host, port, site_url) else 1


if __name__ == "__main__":
    sys.exit(main())
