/** Which events of the corridor map are meant for what comes at first use (corridor-reader.js). */

const LANES = ".timeline-main, .overview";
const ON_LANES = ["pointermove", "pointerdown", "pointerup", "pointercancel", "wheel"];
/** Everything one presses, but for playing and the map's own controls. Links are followed as ever. */
const PRESSED = "[data-corridor] :is(button:not([data-transport-play]), summary), [data-corridor-reports]";
const FILLED_IN = ["input", "change", "submit"];
const WRITTEN = "[data-corridor-side] :is(input, form), [data-playback-more] select";
/** Fields that have every key for themselves. */
const WRITING = "input:not([type='checkbox'], [type='range']), select, textarea";
const LANE_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];

/**
 * @param {Event} event any of the page, as it is captured
 * @returns {boolean}
 */
export function isForReader(event) {
  const { type, target } = event;
  if (!target.closest || target.closest(".leaflet-container")) return type === "keydown" && isKey(event) && !"+-".includes(event.key);
  if (ON_LANES.includes(type)) return Boolean(target.closest(LANES));
  if (type === "click") return Boolean(target.closest(PRESSED));
  if (type === "keydown") return isKey(event);
  return FILLED_IN.includes(type) && Boolean(target.closest(WRITTEN));
}

/** Keys of the page and of the lanes. Tab, Enter and the space bar do what the browser, or the transport, makes of them. */
function isKey({ key, target, ctrlKey, altKey, metaKey }) {
  if (altKey || metaKey || key === " " || target.closest?.(WRITING)) return false;
  if (target.closest?.(LANES) && LANE_KEYS.includes(key)) return true;
  return !ctrlKey && (key.length === 1 || key === "Escape");
}
