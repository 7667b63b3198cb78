"""Settings of the unit tests."""

import os

from hypothesis import settings

# No test may fail for the machine being busy. `make test` tries the same examples every time, so that a commit that
# passed goes on passing; pytest by itself tries new ones.
settings.register_profile("flightmap", deadline=None, derandomize="FLIGHTMAP_SAME_EXAMPLES" in os.environ)
settings.load_profile("flightmap")
