/** The help of a page with a map: how it is used, and all its keys. */

import { characterKeys } from "./keys.js";

/** @returns {() => void} opens the help */
export function attachHelp(dialog, openers) {
  const open = () => {
    if (!dialog.open) dialog.showModal();
  };
  for (const opener of openers) opener.addEventListener("click", open);
  dialog.addEventListener("click", (event) => {
    // A click on the backdrop is one on the dialog itself; its content fills it.
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  const box = dialog.querySelector("[data-character-keys]");
  box.checked = characterKeys.on;
  box.addEventListener("change", () => characterKeys.switch(box.checked));
  return open;
}
