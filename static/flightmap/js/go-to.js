/**
 * A moment typed or pasted in, UTC, to which the clock goes. Written as everywhere on these pages: a browser's own field
 * for dates would show them in another order.
 */

import { utc } from "./time-format.js";
import { parseTime } from "./url-state.js";

/**
 * @param {HTMLFormElement} form with one field for date and time
 * @param {HTMLDetailsElement} details what it folds away in; when that opens, the field says where the clock stands
 * @param {import("./clock.js").Clock} clock
 * @param {(time: number) => void} go epoch seconds
 */
export function attachGoTo(form, details, clock, go) {
  const field = form.querySelector("input");
  // What was found wrong keeps the form from being sent until it is taken back.
  const takeBack = () => field.setCustomValidity("");
  field.addEventListener("input", takeBack);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    field.value = utc(clock.time);
    takeBack();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const time = parseTime(field.value.replace(/ UTC\s*$/, ""));
    if (time !== null) {
      go(time);
      return;
    }
    field.select();
    field.setCustomValidity(field.title); // the 31st of February is written as asked; what is said is an example
    field.reportValidity();
  });
}
