/** The theme switch of the header, and the colours of base.css for code that paints on a canvas. */

const KEY = "flightmap-theme";
const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const contrast = globalThis.matchMedia?.("(prefers-contrast: more)"); // tokens.css has other colours for it

/** Announces "change" when the colours on the page have become others. */
export const theme = new EventTarget();

/** Whether the page is dark now. */
export function isDark() {
  const pinned = document.documentElement.dataset.theme; // "auto", the admin's word, pins nothing
  return pinned === "dark" || (pinned !== "light" && Boolean(system?.matches));
}

/**
 * The colour a token of base.css has now, as the browser computes it ("rgb(22, 64, 173)").
 * A custom property's own value would still say `light-dark(…)`, which a canvas cannot read.
 *
 * @param {string} token the token's name without dashes in front, such as "identity-1"
 */
export function colour(token) {
  if (!probe) {
    probe = document.head.appendChild(document.createElement("flightmap-colour-probe"));
    probe.style.setProperty("forced-color-adjust", "none"); // with forced colours every token would be the text's
  }
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}
let probe = null;

/** The colours of several tokens: `{ "identity-1": "rgb(…)", … }`. */
export function colours(...tokens) {
  return Object.fromEntries(tokens.map((token) => [token, colour(token)]));
}

/** Make a button switch between light and dark, and remember the choice. */
export function attachThemeSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    const chosen = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // Without storage the choice holds for this page only.
    }
    show();
    theme.dispatchEvent(new Event("change"));
  });
  system?.addEventListener("change", () => {
    show();
    theme.dispatchEvent(new Event("change"));
  });
  show();
  button.hidden = false;
}

contrast?.addEventListener?.("change", () => theme.dispatchEvent(new Event("change")));

/** What every page does: wire the header's switches, if the page has them. */
const button = globalThis.document?.getElementById("theme-switch");
if (button) attachThemeSwitch(button);
// Another language leads back to the same part of the page, of which the server is not told.
globalThis.document?.getElementById("languages")?.addEventListener("submit", ({ target: { elements } }) => {
  elements.next.value = location.pathname + location.search + location.hash;
});
