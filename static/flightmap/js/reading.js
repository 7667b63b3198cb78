/**
 * What the file says at the moment shown: the values of the fix at or before it, never of a time between
 * fixes, and in a gap that nothing was observed.
 */

import { altitudeInWords } from "./fix-table.js";
import { momentOf } from "./path.js";
import { utc } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

export class Reading {
  /**
   * @param {HTMLElement} root
   * @param {object} path a decoded flight
   * @param {import("./clock.js").Clock} clock
   * @param {object} words of templates/tracks/flight_words.html
   * @param {object} [selection] whose pointed-at time goes before the clock's
   */
  constructor(root, path, clock, words, selection) {
    this.root = root;
    this.path = path;
    this.clock = clock;
    this.words = words;
    this.selection = selection;
    this.estimates = false;
    this.number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 0 });
    clock.addEventListener("time", () => this.#show());
    selection?.addEventListener("time", () => this.#show());
    this.#show();
  }

  setEstimates(shown) {
    this.estimates = shown;
    this.shown = null;
    this.#show();
  }

  #show() {
    const moment = momentOf(this.path, this.selection?.time ?? this.clock.time);
    const key = `${moment.state} ${moment.stretch} ${moment.fix}`;
    if (key === this.shown) return; // the same fix still
    this.shown = key;
    const { words } = this;
    if (moment.state === "before") {
      this.root.replaceChildren(element("span", { class: "reading-when is-gap" }, words.reading.before));
      return;
    }
    const stretch = this.path.stretches[moment.stretch];
    const estimated = stretch.class !== "observed";
    if (moment.state !== "fix" || (estimated && !this.estimates)) {
      const said = fill(words.reading.gap, { time: utc(this.#lastObserved(moment)) });
      this.root.replaceChildren(element("span", { class: "reading-when is-gap" }, said));
      return;
    }
    const { fix } = moment;
    const time = utc(this.path.t0 + stretch.time[fix]);
    this.root.replaceChildren(
      element("span", { class: "reading-when" }, fill(estimated ? words.reading.estimated : words.reading.fix, { time })),
      this.#value(words.chart.altitude, "of-altitude", stretch.altitude[fix], () => altitudeInWords(stretch, fix, words, this.number)),
      this.#value(words.chart.speed, "of-speed", stretch.speed[fix], (knots) => fill(words.reading.speed, { knots: this.number.format(knots) })),
      this.#value(words.table.angle, "", stretch.angle[fix], (angle) => fill(words.reading.angle, { angle: this.number.format(angle) })),
      this.#value(words.table.rate, "", stretch.rate[fix], (rate) => fill(words.reading.rate, { rate: this.number.format(rate) })),
    );
  }

  #value(name, className, value, say) {
    return element("span", { class: className || null }, `${name} `, element("b", {}, Number.isFinite(value) ? say(value) : this.words.reading.unknown));
  }

  /** Epoch seconds of the last observed fix at or before a moment; the path's start where there is none. */
  #lastObserved({ stretch }) {
    for (let s = stretch; s >= 0; s--) {
      const { class: name, time, n } = this.path.stretches[s];
      if (name === "observed") return this.path.t0 + time[n - 1];
    }
    return this.path.start;
  }
}
