/**
 * The form of an edit beside the flight's map: a click on the path writes a fix's time, the times typed are underlaid
 * on the path. Without this script the times are typed.
 */

/**
 * A time as the form takes it, in epoch seconds; null for what is none.
 *
 * @param {string} text "2024-03-21 06:14:05", in UTC, seconds and a final Z as one likes
 */
export function epochOf(text) {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?$/.exec(text.trim());
  const epoch = match ? Date.parse(`${match[1]}T${match[2]}Z`) / 1000 : Number.NaN;
  return Number.isNaN(epoch) ? null : epoch;
}

/** Epoch seconds as the form takes them, to the second. */
export function timeText(epoch) {
  return new Date(Math.round(epoch) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

class EditForm {
  constructor(form, map) {
    [this.form, this.map] = [form, map];
    this.times = [...form.querySelectorAll("input[data-time]")];
    this.next = this.times.find((input) => input.value === "") ?? this.times[0];
    for (const input of this.times) {
      input.addEventListener("focus", () => this.choose(input));
      input.addEventListener("input", () => this.show());
    }
    map.addEventListener("fixchosen", ({ detail }) => this.take(detail.time));
    map.addEventListener("mapready", () => this.show());
    form.querySelector("[data-pick]")?.removeAttribute("hidden");
    this.choose(this.next);
    this.show();
  }

  choose(input) {
    this.next = input;
    for (const one of this.times) one.classList.toggle("picking", one === input);
  }

  /** Write the time of a fix, and go on to the field that is still empty. */
  take(time) {
    this.next.value = timeText(time);
    this.choose(this.times.find((input) => input.value === "") ?? this.next);
    this.show();
  }

  show() {
    const [from, to] = this.times.map((input) => epochOf(input.value));
    const detail = this.times.length === 1 ? { from, to: from } : { from, to };
    this.map.dispatchEvent(new CustomEvent("interval", { detail }));
  }
}

const form = globalThis.document?.querySelector("form[data-edit]");
const map = globalThis.document?.querySelector("[data-path-map]");
if (form && map && form.querySelector("input[data-time]")) new EditForm(form, map);
