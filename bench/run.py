"""Run every measurement and write docs/benchmarks.md: what was measured, with what, when, and what it should reach.

    make bench                 # all of it
    python bench/run.py import animation

Each part is a module that measures beside its peer in one run, so ratios hold on a busy machine.
A measurement left out keeps the section it had.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Row  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Measured figures

Written by `make bench`. Ratios compare both sides in one run on one machine and hold on a busy one; absolute rates
depend on the machine and on what else it does.
"""


# In the order of the page. `bench_<name>` has a TITLE, `run` measures, `rows` says what was measured.
PARTS = (
    *("site", "animation", "trips", "map", "playing"),
    *("import", "memory", "parsing", "processing", "legs", "xml", "statevectors"),
)


def machine() -> str:
    """Cores, architecture, load and versions, in a line."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, load {load:.1f} at the start, "
        f"Python {platform.python_version()}, commit {commit.stdout.strip() or 'unknown'}"
    )


def section(name: str, title: str, rows: list[Row], about: str) -> str:
    """The Markdown of one part."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    table = "\n".join(["| what | measured | to reach | reached |", "|---|---|---|---|", *(row.line() for row in rows)])
    return f"## {title}\n\n{today}, `python bench/run.py {name}`, {about}\n\n{table}\n"


def main(arguments: list[str]) -> int:
    """Measure the parts named (all without names) and rewrite their sections; 1 when a target is missed."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("parts", nargs="*", help=f"of: {', '.join(PARTS)}")
    wanted = asked.parse_args(arguments).parts or PARTS
    if unknown := set(wanted) - set(PARTS):
        asked.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    modules = {name: importlib.import_module(f"bench.bench_{name}") for name in PARTS}
    text = PAGE.read_text() if PAGE.exists() else ""
    kept = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    missed = False
    for name in (name for name in PARTS if name in wanted):
        module = modules[name]
        print(f"{module.TITLE} …", flush=True)
        about = machine()
        rows = module.rows(module.run())
        missed |= any(row.reached is False for row in rows)
        written = section(name, module.TITLE, rows, about)
        kept[module.TITLE] = written.split("\n", 1)[1]
        print(written, flush=True)
        order = [each.TITLE for each in modules.values() if each.TITLE in kept]
        PAGE.write_text(HEAD + "".join(f"\n## {title}\n{kept[title].rstrip()}\n" for title in order))
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
