"""The import graph of the design, drawn from the sources: bytes flow one way, and so do imports."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("flightmap", "tracks")

# Each room of the house and what it may import from the others; from itself it may always. A name lets in all that is
# below it: "tracks.importing.tasks" lets in that module and none of importing's insides.
ARROWS: dict[str, set[str]] = {
    # bytes → formats → processing → importing → models → serving
    "tracks.formats": {"tracks.processing.fixes"},
    "tracks.processing": set(),
    "tracks.models": {"tracks.processing"},
    "tracks.importing": {
        "tracks.formats",
        "tracks.processing",
        "tracks.models",
        "tracks.originals",
        "tracks.visibility",  # what a draft's file says may not show on an aircraft that readers see
    },
    "tracks.visibility": {"tracks.models"},
    "tracks.serving": {"tracks.models", "tracks.visibility", "tracks.processing"},
    # how bytes come in: stored, then left to the workers
    "tracks.originals": {"tracks.models"},
    "tracks.receiving": {
        "tracks.models",
        "tracks.originals",
        "tracks.importing.tasks",
        "tracks.formats.table_mapping",  # what may be said of a table's columns
    },
    # what people see
    "tracks.forms": {"tracks.models", "tracks.visibility", "tracks.serving"},
    "tracks.views": {
        "tracks.models",
        "tracks.visibility",
        "tracks.serving",
        "tracks.forms",
        "tracks.receiving",
        "tracks.importing.tasks",
    },
    "tracks.admin": {
        "tracks.models",
        "tracks.visibility",
        "tracks.serving",
        "tracks.formats",  # which formats there are, and whether a file looks like one
        "tracks.originals",
        "tracks.receiving",
        "tracks.importing.tasks",
        "tracks.importing.curating",  # flights split and joined at once, by the rules imports go by
    },
    "tracks.templatetags": {"tracks.models", "tracks.visibility", "tracks.serving", "tracks.admin"},
    "tracks.converters": set(),
    "tracks.urls": {"tracks.views", "tracks.converters"},
    # what is made beforehand
    "tracks.basemap": set(),
    "tracks.demonstration": {"tracks.processing"},
    "tracks.reference": {"tracks.models"},
    "tracks.migrations": {"tracks.models"},
    "tracks.management": {
        "tracks.basemap",
        "tracks.demonstration",
        "tracks.formats",
        "tracks.importing",
        "tracks.models",
        "tracks.originals",
        "tracks.processing",
        "tracks.receiving",
        "tracks.reference",
        "tracks.serving",
        "tracks.visibility",
    },
    "tracks.apps": {"tracks.models", "flightmap.celery"},
    # the site around it
    "flightmap.environment": {"tracks.processing"},
    "flightmap.settings": {"flightmap.environment", "flightmap.services.paths"},
    "flightmap.celery": set(),
    "flightmap.context": set(),
    "flightmap.headers": set(),
    "flightmap.nul": set(),
    "flightmap.minified": set(),
    "flightmap.static_files": {"flightmap.minified"},
    "flightmap.templatetags": {"flightmap.static_files"},
    "flightmap.apps": set(),
    "flightmap.admin": {"tracks.admin"},
    "flightmap.urls": {"tracks.urls"},
    "flightmap.wsgi": set(),
    "flightmap.gunicorn": set(),
    # the machine under it
    "flightmap.services": set(),
    "flightmap.bootstrap": {"flightmap.services"},
    "flightmap.checks": {"flightmap.services", "flightmap.bootstrap"},
}
WITHOUT_DJANGO = ("tracks.formats", "tracks.processing", "tracks.basemap", "flightmap.bootstrap")


def room_of(module: str) -> str:
    """The room a dotted name belongs to: its first two parts."""
    return ".".join(module.split(".")[:2])


def modules(project: Path) -> Iterator[tuple[str, Path]]:
    """Every module of ours by its dotted name."""
    for package in OURS:
        for path in sorted((project / package).rglob("*.py")):
            parts = path.relative_to(project).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if name not in OURS:
                yield name, path


def imports(name: str, path: Path) -> Iterator[tuple[str, int]]:
    """What a module imports, wherever in it, as dotted names with the line."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)


def violations(project: Path) -> list[str]:
    """Every import that the graph has no arrow for, and every module in no room, as sentences."""
    found = []
    for name, path in modules(project):
        room = room_of(name)
        if room not in ARROWS:
            found.append(f"{path.relative_to(project)}: {room} is no room of the design")
            continue
        for target, line in imports(name, path):
            place = f"{path.relative_to(project)}:{line}: {room}"
            if target.split(".")[0] == "django" and room in WITHOUT_DJANGO:
                found.append(f"{place} imports Django")
            if target.split(".")[0] not in OURS or target in OURS or room_of(target) == room:
                continue
            if not any(target == allowed or target.startswith(f"{allowed}.") for allowed in ARROWS[room]):
                found.append(f"{place} imports {target}")
    return found


def test_no_import_goes_against_the_flow_of_the_design() -> None:
    assert violations(PROJECT) == []


def test_the_allowed_arrows_themselves_lead_round_no_circle() -> None:
    graph = {room: {room_of(target) for target in targets} for room, targets in ARROWS.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("tracks.processing") < order.index("tracks.models") < order.index("tracks.serving")


def write(project: Path, name: str, text: str) -> None:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_arrow_back_is_found_in_every_way_of_writing_it(tmp_path: Path) -> None:
    write(tmp_path, "tracks/formats/a.py", "from django.conf import settings")
    write(tmp_path, "tracks/models/b.py", "def f():\n    from tracks.serving import encoding")
    write(tmp_path, "tracks/views/c.py", "import tracks.importing.leases")
    write(tmp_path, "tracks/processing/d.py", "from ..formats import readsb")
    write(tmp_path, "tracks/formats/e.py", "from tracks.processing import cleaning")
    assert violations(tmp_path) == [
        "tracks/formats/a.py:1: tracks.formats imports Django",
        "tracks/formats/e.py:1: tracks.formats imports tracks.processing.cleaning",
        "tracks/models/b.py:2: tracks.models imports tracks.serving.encoding",
        "tracks/processing/d.py:1: tracks.processing imports tracks.formats.readsb",
        "tracks/views/c.py:1: tracks.views imports tracks.importing.leases",
    ]


def test_the_flow_itself_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, "tracks/formats/a.py", "from tracks.processing.fixes import Fixes")
    write(tmp_path, "tracks/views/b.py", "from tracks.importing import tasks\nfrom tracks.importing.tasks import sweep")
    write(tmp_path, "tracks/serving/c.py", "from . import encoding")
    assert violations(tmp_path) == []


def test_a_package_outside_the_graph_is_found(tmp_path: Path) -> None:
    write(tmp_path, "tracks/utils/things.py", "")
    assert violations(tmp_path) == ["tracks/utils/things.py: tracks.utils is no room of the design"]


def test_no_process_of_the_site_loads_polars_before_it_reads_a_table():
    script = """
import sys, django
django.setup()
import flightmap.urls, flightmap.celery, tracks.importing.tasks, tracks.formats.registry
assert "tracks.formats.opensky_csv" in sys.modules
sys.exit("polars" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
