"""Modules reach the browser under hashed names, and the import map leads every import there."""

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory

from flightmap import static_files
from flightmap.minified import minify


@pytest.fixture
def collected(hashed_static_files: None) -> Path:
    return Path(settings.STATIC_ROOT)


def test_every_import_in_our_modules_leads_to_a_hashed_file(collected: Path) -> None:
    imports = static_files.import_map()["imports"]
    modules = sorted((Path(__file__).parents[2] / "static/flightmap/js").glob("*.js"))
    assert modules
    seen = 0
    for module in modules:
        for name in re.findall(r"""^\s*(?:import|export)\b[^'"]*?from\s+["']([^"']+)["']""", module.read_text(), re.M):
            address = imports[f"/static/flightmap/js/{name[2:]}" if name.startswith("./") else name]
            assert re.search(r"\.[0-9a-f]{12}\.js$", address), (module.name, name, address)
            assert (collected / address.removeprefix("/static/")).is_file()
            seen += 1
    assert seen > 5


def test_the_import_map_carries_the_nonce_and_no_open_bracket(collected: Path) -> None:
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    html = Template("{% import_map %}{% module_script 'clock.js' %}").render(Context({"request": request}))
    text = re.search(r'<script type="importmap" nonce="n0nce">(.*?)</script>', html)
    assert text is not None
    assert "<" not in text[1]
    assert json.loads(text[1])["imports"]["uplot"].startswith("/static/uplot/uPlot.esm.")
    assert re.search(r'<script type="module" src="/static/flightmap/js/clock\.[0-9a-f]{12}\.js" nonce="n0nce">', html)


def test_what_is_served_compressed_is_the_file_itself_under_both_of_its_names(collected: Path) -> None:
    unpacked = {".br": brotli.decompress, ".gz": gzip.decompress}
    seen = set()
    for packed in collected.rglob("*"):
        if packed.suffix in unpacked and packed.with_suffix("").is_file():
            assert unpacked[packed.suffix](packed.read_bytes()) == packed.with_suffix("").read_bytes(), packed
            seen.add(str(packed.relative_to(collected)))
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    text = {name for name in names if name.endswith((".js", ".css")) and (collected / name).stat().st_size > 1000}
    assert {f"{name}{suffix}" for name in text | {names[name] for name in text} for suffix in unpacked} <= seen


def test_our_scripts_and_styles_reach_the_browser_small_and_stay_readable_under_their_own_names(
    collected: Path,
) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    sources = Path(settings.BASE_DIR) / "static"
    for name in ("flightmap/js/clock.js", "flightmap/css/map.css"):
        written, served = (sources / name).read_text(), (collected / names[name]).read_text()
        assert "/*" in written
        assert "/*" not in served
        assert len(served) < 0.85 * len(written)
        assert (collected / name).read_text() == written
    exported = re.compile(r"\bexport (?:async )?(?:class|function|const) (\w+)")
    for name in ("flightmap/js/clock.js", "flightmap/js/path.js"):
        kept, all_there = ((path / place).read_text() for path, place in ((collected, names[name]), (sources, name)))
        assert exported.findall(all_there)
        assert set(exported.findall(all_there)) <= set(re.findall(r"\w+", kept.split("export", 1)[1]))


def test_a_module_that_cannot_be_read_stops_the_collecting_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.js").write_text("export const a = ;\n")
    with pytest.raises(ValueError, match=r"broken\.js:1:17"):
        minify({"flightmap/js/broken.js": tmp_path / "broken.js"}, tmp_path / "out")


def test_without_esbuild_nothing_else_is_served_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    (tmp_path / "fine.js").write_text("export const a = 1;\n")
    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        minify({"flightmap/js/fine.js": tmp_path / "fine.js"}, tmp_path / "out")


def test_a_page_asks_at_once_for_every_module_it_will_run_and_for_none_besides(collected: Path) -> None:
    html = Template("{% module_preload 'flight-page.js' %}").render(Context())
    asked = set(re.findall(r'href="/static/(?:flightmap/js|uplot)/([\w.-]+?)\.[0-9a-f]{12}\.js"', html))
    assert {"flight-page", "clock", "path", "pen", "uPlot.esm"} <= asked  # imported straight, by others, a library
    assert not asked & {"evidence", "corridor-page", "admin-map"}  # imported when first used; other pages'


def test_what_a_module_imports_is_found_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.js").write_text(
        'import { a,\n  b } from "./first.js";\nimport * as all from "./second.js";\nimport "./third.js";\n'
        'export { c } from "./fourth.js";\nexport const word = "not.js";\n// import x from "./said.js"\n'
        'const later = () => import("./later.js");\n/** @type {import("./typed.js").T} */\n'
    )
    for name in ("first", "second", "third", "fourth"):
        (tmp_path / f"{name}.js").write_text('import { x } from "./page.js";\n')  # in a circle
    monkeypatch.setattr(static_files.finders, "find", lambda name: str(tmp_path / Path(name).name))
    static_files._modules_once.cache_clear()
    try:
        assert static_files.modules_of("page.js") == ["page.js", "first.js", "second.js", "third.js", "fourth.js"]
    finally:
        static_files._modules_once.cache_clear()
