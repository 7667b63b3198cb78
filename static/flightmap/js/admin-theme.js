/** The admin has a theme switch of its own; maps and charts hear of it through theme.js. */

import { theme } from "./theme.js";

let following = false;

/** Announce "change" on `theme` when the admin's switch, or the system, changes the colours. */
export function followAdminTheme() {
  if (following) return;
  following = true;
  const tell = () => theme.dispatchEvent(new Event("change"));
  new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
}
