"""What has to be there before the site can start: system packages, a virtual environment, npm packages.

Standard library only: this runs with the system's Python on a machine that has nothing else yet.
"""
