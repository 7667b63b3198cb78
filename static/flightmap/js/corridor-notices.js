/** What the map says in passing: what was skipped, that nothing moves here, that something did not arrive. */

import { duration } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

/** Milliseconds a passing remark stays. */
const PASSING = 4000;

export class Notices {
  #timer = null;
  #passing = "";
  #still = false;
  #retry = null;
  #elsewhere = null;

  /** @param {HTMLElement} host a live region over the map */
  constructor(host, describer, words) {
    Object.assign(this, { host, describer, words });
    addEventListener("online", () => this.#retry?.());
  }

  /** Say something for a moment. */
  say(text) {
    this.#passing = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#passing = "";
      this.#show();
    }, PASSING);
    this.#show();
  }

  skipped({ from, to }) {
    this.say(fill(this.words.skipped, { duration: duration(Math.abs(to - from), this.words.map.durations) }));
  }

  /** Whether the window holds reports only, of which nothing can move. */
  stillness(still) {
    if (still === this.#still) return;
    this.#still = still;
    this.#show();
  }

  /** Paths did not arrive; `retry` tries again. Null when they have. */
  failed(retry) {
    this.#retry = retry;
    this.#show();
  }

  /** The flight asked for is not among those of this map; `address` is its page. Null when it no longer matters. */
  missing(address) {
    if (address === this.#elsewhere) return;
    this.#elsewhere = address;
    this.#show();
  }

  #show() {
    const parts = [];
    if (this.#retry) {
      const again = element("button", { type: "button", class: "button" }, this.words.tryAgain);
      again.addEventListener("click", this.#retry);
      parts.push(element("p", { class: "corridor-notice corridor-notice-bad" }, this.words.pathsFailed, " ", again));
    }
    if (this.#elsewhere) {
      parts.push(element("p", { class: "corridor-notice" }, this.words.notOnMap, " ", element("a", { href: this.#elsewhere }, this.words.toItsPage)));
    }
    if (this.#passing) parts.push(element("p", { class: "corridor-notice" }, this.#passing));
    else if (this.#still) parts.push(element("p", { class: "corridor-notice" }, this.words.nothingMoves));
    this.host.replaceChildren(...parts);
  }
}
