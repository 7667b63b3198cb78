"""What axe finds on a page, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
# Beyond the guidelines: every part of a page in a landmark, no two landmarks of one name.
LANDMARKS = {name: {"enabled": True} for name in ("region", "landmark-one-main", "landmark-unique")}
# All that can differ between two themes of one page.
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Colours that are on their way to another theme's have arrived first.
RUN = """async ([exclude, runOnly, rules]) => {
  const changing = () => document.getAnimations().some((animation) => animation instanceof CSSTransition);
  for (let n = 0; n < 2 || changing(); n += 1) await new Promise(requestAnimationFrame);
  const { violations } = await axe.run({ exclude }, { runOnly, rules });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 140)}`));
}"""


def barriers(page: Page, *exclude: str) -> list[str]:
    """Violations of WCAG 2.2 A and AA, and parts outside landmarks: rule, element. Leaves the page in the light theme.

    Axe measures by inline styles of its own, which the policy of the pages refuses: the page's context needs
    `bypass_csp`.

    Args:
        exclude: selectors of what is not judged.
    """
    page.evaluate(AXE.read_text())
    found: list[str] = []
    themes: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [("dark", OF_COLOUR, {}), ("light", WCAG, LANDMARKS)]
    for scheme, run_only, more in themes:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {barrier}" for barrier in page.evaluate(RUN, [list(exclude), run_only, more])]
    return found
