/** Keys of a page: one table from key to action, silent where a key has work of its own. */

const STORED = "flightmap-keys";
const OWN = "input:not([type='checkbox'], [type='range'], [type='radio']), select, textarea, dialog[open], [contenteditable]";

/** Whether keys of one character act. Who speaks to the machine, or rests a hand on it, can switch them off. */
export const characterKeys = {
  on: stored() !== "off",
  switch(on) {
    this.on = on;
    try {
      localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // Without storage the choice holds for this page only.
    }
  },
};

function stored() {
  try {
    return globalThis.localStorage?.getItem(STORED);
  } catch {
    return null;
  }
}

/**
 * @param {Record<string, () => void>} actions by key, letters small; "Escape" acts everywhere
 * @param {EventTarget} [target]
 */
export function listenToKeys(actions, target = document) {
  target.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const action = Object.hasOwn(actions, key) ? actions[key] : actions[key.toLowerCase()];
    if (!action) return;
    if (key !== "Escape") {
      if (!characterKeys.on || event.target.closest?.(OWN)) return;
      if ("+-".includes(key) && event.target.closest?.(".leaflet-container")) return; // they zoom the map
      event.preventDefault();
    }
    action();
  });
}
