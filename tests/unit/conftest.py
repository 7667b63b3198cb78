"""Settings of the unit tests."""

from hypothesis import settings

# No test may fail for the machine being busy.
settings.register_profile("flightmap", deadline=None)
settings.load_profile("flightmap")
