/**
 * What the file says at the moment shown: the values of the fix at or before it, never of a time between
 * fixes, and in a gap that nothing was observed.
 */

import { altitudeInWords } from "./fix-table.js";
import { momentOf } from "./path-moment.js";
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
    this.said = element("span", { class: "reading-said", "data-said": "" });
    root.replaceChildren(...this.#room(), this.said);
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
    this.said.replaceChildren(...this.#say(moment));
  }

  #say(moment) {
    const { words } = this;
    if (moment.state === "before") return [gap(words.reading.before)];
    const stretch = this.path.stretches[moment.stretch];
    const estimated = stretch.class !== "observed";
    if (moment.state !== "fix" || (estimated && !this.estimates)) {
      return [gap(fill(words.reading.gap, { time: utc(this.#lastObserved(moment)) }))];
    }
    return this.#sayFix(stretch, this.path.t0 + stretch.time[moment.fix], this.#values(stretch, moment.fix));
  }

  #sayFix(stretch, time, [altitude, speed, angle, rate]) {
    const { words } = this;
    const when = fill(stretch.class === "observed" ? words.reading.fix : words.reading.estimated, { time: utc(time) });
    return [
      element("span", { class: "reading-when" }, when),
      value(words.chart.altitude, "of-altitude", altitude),
      value(words.chart.speed, "of-speed", speed),
      value(words.table.angle, "", angle),
      value(words.table.rate, "", rate),
    ];
  }

  /** Altitude, ground speed, track angle and vertical rate of a fix, in words. */
  #values(stretch, fix) {
    const { words, number } = this;
    const { speed, angle, rate, unknown } = words.reading;
    const known = (column, say) => (Number.isFinite(column[fix]) ? say(number.format(column[fix])) : unknown);
    return [
      known(stretch.altitude, () => altitudeInWords(stretch, fix, words, number)),
      known(stretch.speed, (knots) => fill(speed, { knots })),
      known(stretch.angle, (degrees) => fill(angle, { angle: degrees })),
      known(stretch.rate, (feet) => fill(rate, { rate: feet })),
    ];
  }

  /**
   * The longest readings of the flight, unseen behind the one that is said: the line takes the room of the tallest at
   * once. If it grew and shrank, what lies below would move away from the pointer that asked for it.
   */
  #room() {
    const rooms = new Map(); // class → a stretch of it and the longest words of all
    for (const stretch of this.path.stretches) {
      const room = rooms.get(stretch.class) ?? { stretch, longest: ["", "", "", ""] };
      rooms.set(stretch.class, room);
      for (const fix of longestFixes(stretch)) {
        room.longest = this.#values(stretch, fix).map((said, i) => (said.length > room.longest[i].length ? said : room.longest[i]));
      }
    }
    const gaps = [this.words.reading.before, fill(this.words.reading.gap, { time: utc(this.path.t0) })].map((said) => [gap(said)]);
    const fixes = [...rooms.values()].map(({ stretch, longest }) => this.#sayFix(stretch, this.path.t0, longest));
    return [...gaps, ...fixes].map((said) => element("span", { class: "reading-said reading-room", "aria-hidden": "true" }, ...said));
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

function gap(said) {
  return element("span", { class: "reading-when is-gap" }, said);
}

function value(name, className, said) {
  return element("span", { class: className || null }, `${name} `, element("b", {}, said));
}

/** The fixes of a stretch with the lowest, the highest and a missing value of each column, and of each kind of altitude. */
function longestFixes(stretch) {
  const found = new Set([...new Set(stretch.altitudeKind)].map((kind) => stretch.altitudeKind.lastIndexOf(kind)));
  for (const column of [stretch.altitude, stretch.speed, stretch.angle, stretch.rate]) {
    let [least, most, missing] = [-1, -1, -1];
    for (let i = 0; i < stretch.n; i++) {
      if (!Number.isFinite(column[i])) missing = i;
      else {
        if (least < 0 || column[i] < column[least]) least = i;
        if (most < 0 || column[i] > column[most]) most = i;
      }
    }
    for (const fix of [least, most, missing]) if (fix >= 0) found.add(fix);
  }
  return found;
}
