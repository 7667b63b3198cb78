"""`python3 -m flightmap.bootstrap run|test|lint|packages`: set up what is missing, then go on in the environment.

The first lines keep to what any Python 3 understands, so that an old one is told so in words.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Flightmap needs Python 3.11 or newer; this is {}.{}. Name another one: make run PYTHON=python3.12".format(
            *sys.version_info
        )
    )

from flightmap.bootstrap.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
