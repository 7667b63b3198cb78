/** The smaller things around the corridor map: the sheet of filters on a phone, help, copying the address, dates. */

import { zoned } from "./time-format.js";
import { parseTime } from "./url-state.js";

/** On a phone the side column is a sheet over the page, opened by a button. On a desktop it simply is there. */
export class Sheet {
  constructor(side, opener, closer) {
    Object.assign(this, { side, opener });
    opener.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    closer.addEventListener("click", () => this.close());
  }

  get isOpen() {
    return this.side.classList.contains("is-open");
  }

  open() {
    this.side.classList.add("is-open");
    this.opener.setAttribute("aria-expanded", "true");
    this.side.focus({ preventScroll: true });
  }

  /** @returns {boolean} whether it was open */
  close() {
    if (!this.isOpen) return false;
    const hadFocus = this.side.contains(document.activeElement);
    this.side.classList.remove("is-open");
    this.opener.setAttribute("aria-expanded", "false");
    if (hadFocus) this.opener.focus({ preventScroll: true });
    return true;
  }
}

/** Copy the address of what is shown; where the browser does not let us, show it to be copied by hand. */
export function attachShare(button, field, prepare, say, words) {
  button.addEventListener("click", async () => {
    prepare();
    const address = location.href;
    try {
      await navigator.clipboard.writeText(address);
      say(words.linkCopied);
    } catch {
      field.hidden = false;
      field.value = address;
      field.select();
      say(words.linkShown);
    }
  });
  field.addEventListener("blur", () => {
    field.hidden = true;
  });
}

/** The window as two dates; both days are included. */
export function attachDates(from, to, choose) {
  const onChange = () => {
    const start = parseTime(from.value);
    const end = parseTime(to.value, { end: true });
    const wrong = start !== null && end !== null && end <= start;
    to.setAttribute("aria-invalid", String(wrong));
    if (start !== null && end !== null && !wrong) choose({ start, end });
  };
  for (const field of [from, to]) field.addEventListener("change", onChange);
  return {
    show({ start, end }) {
      if ([from, to].includes(document.activeElement)) return;
      from.value = zoned(start).date;
      to.value = zoned(end - 1).date;
    },
  };
}
