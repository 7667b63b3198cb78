/**
 * A part of a page that only who does something needs: it is fetched at the first sign of a reader, so that who only
 * watches does not wait for it.
 *
 * What is done before the part is there is not lost: an event meant for it is stopped on its way, where nothing else
 * has seen it yet, and told again when the part listens, in the same order and to the same element. So nothing that
 * was there all the time hears it twice.
 */

/** Signs of a reader, and what can be meant for a part. Of a touch the first that comes is "pointerdown". */
const SIGNS = ["pointermove", "pointerdown", "wheel", "keydown", "focusin", "click"];
const TOLD = ["pointerup", "pointercancel", "input", "change", "submit"];
/** Of these the browser would do something of its own before the part could keep it from that. */
const PREVENTED = ["wheel", "keydown", "click", "submit"];
/** Elements whose value is part of what an event tells. */
const FIELDS = ["input", "change"];

export class FirstUse {
  #held = [];
  #loading = null;
  #listening = new AbortController();

  /**
   * @param {() => Promise<void>} load fetches the part and lets it listen
   * @param {object} options
   * @param {(event: Event) => boolean} options.holds whether an event is meant for the part
   * @param {(error: Error) => void} options.failed told when it did not arrive; the next sign tries again
   * @param {EventTarget} [options.target] hears all events of the page before anything else does
   */
  constructor(load, { holds, failed, target = globalThis }) {
    Object.assign(this, { load, holds, failed });
    const options = { capture: true, passive: false, signal: this.#listening.signal };
    for (const name of [...SIGNS, ...TOLD]) target.addEventListener(name, (event) => this.#hear(event), options);
  }

  /** Fetch the part now: the page itself needs it. */
  begin() {
    return (this.#loading ??= this.load().then(() => this.#tellAgain(), (error) => {
      this.#loading = null;
      this.#held = [];
      this.failed(error);
    }));
  }

  #hear(event) {
    if (this.holds(event)) {
      event.stopImmediatePropagation();
      if (PREVENTED.includes(event.type)) event.preventDefault();
      const { target, type } = event;
      this.#held.push({ target, again: new event.constructor(type, event), value: FIELDS.includes(type) ? target.value : null });
    }
    this.begin();
  }

  #tellAgain() {
    this.#listening.abort();
    for (const { target, again, value } of this.#held) {
      // Wiring a field shows what the page knows; what the reader wrote meanwhile is newer.
      if (value !== null) target.value = value;
      target.dispatchEvent(again);
    }
    this.#held = [];
  }
}

/** Ask at once for all modules of a part (names as the page lists them), so that none waits for another that imports it. */
export function askFor(names) {
  for (const name of names) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href: import.meta.resolve(`./${name}`) });
    document.head.append(link);
  }
}
