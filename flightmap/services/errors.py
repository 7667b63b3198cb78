"""What goes wrong in a way that a person can mend."""

from __future__ import annotations


class ServiceError(Exception):
    """Something the person at the keyboard has to know: one sentence on what is wrong, one on what to do."""
