"""Fuzz a parser for as long as you like.

    python -m tests.fuzz.run readsb-trace --seconds 600       mutations of the seeds, from random numbers
    python -m tests.fuzz.run all --seconds 3600 --seed 7

Each execution reads the same bytes twice (tests/fuzz/target.py). Bytes that break a rule are written to
var/fuzz/<parser>-<number>.bin, and the number repeats them: `--seed N --first NUMBER --seconds 1`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import seeds_of, settings_of
from tests.fuzz.target import check
from tracks.formats.contract import Parser
from tracks.formats.registry import PARSERS

FOUND = Path(__file__).resolve().parents[2] / "var" / "fuzz"


def case(seeds: list[bytes], seed: int, number: int) -> tuple[bytes, random.Random]:
    """The bytes of one execution, always the same for the same numbers; and what decides how they are read."""
    chance = random.Random(f"{seed}:{number}")
    return mutated(chance.choice(seeds), chance, chance.choice(seeds)), chance


def fuzz(parser: Parser, seconds: float, seed: int, first: int = 0, most: int | None = None) -> tuple[int, int, int]:
    """Run until the time is over or `most` executions are done: how many ran, gave fixes, broke a rule."""
    seeds, settings = seeds_of(parser.name), settings_of(parser.name)
    ends = time.monotonic() + seconds
    ran = read = broke = 0
    while time.monotonic() < ends and (most is None or ran < most):
        number = first + ran
        data, chance = case(seeds, seed, number)
        ran += 1
        try:
            read += bool(check(parser, data, chance, settings).fixes)
        except Exception:
            broke += 1
            FOUND.mkdir(parents=True, exist_ok=True)
            file = FOUND / f"{parser.name}-{seed}-{number}.bin"
            file.write_bytes(data)
            sys.stdout.write(
                f"{parser.name}: --seed {seed} --first {number}: {file}\n{traceback.format_exc(limit=-2)}\n"
            )
    return ran, read, broke


def main() -> int:
    """Fuzz the parsers named; returns 1 if a rule was broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parser", choices=["all", *(parser.name for parser in PARSERS)])
    options.add_argument("--seconds", type=float, default=60.0, help="for each parser")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--first", type=int, default=0, help="number of the first execution")
    chosen = options.parse_args()
    broken = 0
    for parser in PARSERS:
        if chosen.parser in {"all", parser.name}:
            ran, read, broke = fuzz(parser, chosen.seconds, chosen.seed, chosen.first)
            sys.stdout.write(f"{parser.name}: {ran:,} executions, {read:,} gave fixes, {broke} broke a rule\n")
            sys.stdout.flush()
            broken += broke
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
