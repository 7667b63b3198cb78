/**
 * Every fix of a flight as a table, with its gaps: the map and the chart in words. Some thousand rows would
 * slow the page, so it shows a page of them; the row at the clock's time is marked.
 */

import { FOOT, ROUNDING } from "./chart-data.js";
import { momentOf } from "./path.js";
import { duration, utc } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

export const PAGE = 100; // fixes

export class FixTable {
  /**
   * @param {HTMLElement} root an empty element
   * @param {object} path a decoded flight
   * @param {import("./clock.js").Clock} clock
   * @param {object} words of templates/tracks/flight_words.html
   * @param {{start: number, end: number, gap: object}[]} [unobserved] of `unobservedTimes`
   */
  constructor(root, path, clock, words, unobserved = []) {
    this.path = path;
    this.clock = clock;
    this.words = words;
    this.number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 0 });
    this.starts = startsOf(path.stretches);
    this.gaps = gapsBefore(path, unobserved);
    this.total = this.starts.at(-1);
    this.page = 0;
    this.current = null;
    this.caption = element("caption");
    this.body = element("tbody");
    this.buttons = this.#makeButtons();
    const names = ["time", "lat", "lon", "altitude", "speed", "angle", "rate", "source", "class"];
    const numeric = new Set(["lat", "lon", "altitude", "speed", "angle", "rate"]);
    const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col", class: numeric.has(name) ? "number" : null }, words.table[name])));
    const table = element("table", { class: "fix-table" }, this.caption, element("thead", {}, head), this.body);
    const frame = element("div", { class: "table-frame fix-table-frame", tabindex: "0", role: "region", "aria-label": words.table.time }, table);
    root.replaceChildren(element("div", { class: "fix-table-pages" }, ...Object.values(this.buttons)), frame);
    this.show(this.#pageAt(this.#indexAt(clock.time)));
    clock.addEventListener("time", () => this.#mark());
  }

  /** Show a page, from 0; beyond the ends the nearest there is. */
  show(page) {
    const last = Math.max(0, Math.ceil(this.total / PAGE) - 1);
    this.page = Math.max(0, Math.min(last, page));
    const from = this.page * PAGE;
    const to = Math.min(this.total, from + PAGE);
    const rows = [];
    this.rows = new Map();
    for (let index = from; index < to; index++) {
      const { stretch, fix } = this.#place(index);
      if (fix === 0) rows.push(...this.#boundaryRows(stretch));
      const row = this.#fixRow(this.path.stretches[stretch], fix);
      this.rows.set(index, row);
      rows.push(row);
    }
    if (to === this.total) rows.push(...this.#boundaryRows(this.path.stretches.length));
    this.body.replaceChildren(...rows);
    this.caption.textContent = fill(this.words.table.caption, { from: this.number.format(from + 1), to: this.number.format(to), total: this.number.format(this.total) });
    this.buttons.first.disabled = this.buttons.previous.disabled = this.page === 0;
    this.buttons.last.disabled = this.buttons.next.disabled = this.page === last;
    this.current = null;
    this.#mark();
  }

  #makeButtons() {
    const make = (name, page) => {
      const button = element("button", { type: "button", class: "button" }, this.words.table[name]);
      button.addEventListener("click", () => this.show(page()));
      return button;
    };
    return {
      first: make("first", () => 0),
      previous: make("previous", () => this.page - 1),
      current: make("current", () => this.#pageAt(this.#indexAt(this.clock.time))),
      next: make("next", () => this.page + 1),
      last: make("last", () => Infinity),
    };
  }

  #fixRow(stretch, fix) {
    const { words, number } = this;
    const epoch = this.path.t0 + stretch.time[fix];
    const said = utc(epoch);
    const go = element("button", { type: "button", class: "fix-go", title: fill(words.table.go, { time: said }) }, element("time", { datetime: `${said.replace(" ", "T")}Z` }, said));
    go.addEventListener("click", () => this.clock.seek(epoch));
    const cell = (text) => element("td", { class: "number" }, text);
    const value = (known, text) => cell(Number.isFinite(known) ? text() : "–");
    const estimated = stretch.class !== "observed";
    return element(
      "tr",
      { class: estimated ? "is-estimated" : null },
      element("th", { scope: "row" }, go),
      cell(stretch.lat[fix].toFixed(5)),
      cell(stretch.lon[fix].toFixed(5)),
      stretch.onGround[fix] === 1 && !Number.isFinite(stretch.altitude[fix])
        ? cell(words.reading.ground)
        : value(stretch.altitude[fix], () => altitudeInWords(stretch, fix, words, number)),
      value(stretch.speed[fix], () => fill(words.reading.speed, { knots: number.format(stretch.speed[fix]) })),
      value(stretch.angle[fix], () => fill(words.reading.angle, { angle: number.format(stretch.angle[fix]) })),
      value(stretch.rate[fix], () => fill(words.reading.rate, { rate: number.format(stretch.rate[fix]) })),
      element("td", {}, words.sources[stretch.source[fix]] ?? words.sources[0]),
      element("td", {}, element("span", { class: `badge badge-${stretch.class}` }, estimated ? words.table.estimatedClass : words.table.observed)),
    );
  }

  /** What stands before a stretch: the gap that ends there or goes on there, and a change of evidence class. */
  #boundaryRows(stretch) {
    const { stretches } = this.path;
    const { table } = this.words;
    const whole = (name, said) => element("tr", { class: name }, element("td", { colspan: "9" }, said));
    const rows = (this.gaps.get(stretch) ?? []).map((gap) => whole("gap-row", this.#gapInWords(gap)));
    const [before, after] = [stretches[stretch - 1], stretches[stretch]];
    if (before && after && before.class !== after.class) {
      rows.push(whole("class-row", after.class === "observed" ? table.toObserved : table.toEstimated));
    }
    return rows;
  }

  #gapInWords({ start, end, distance_m: metres }) {
    const { table, durations } = this.words;
    if (start === null) return fill(table.gapBefore, { time: utc(end) });
    if (end === null) return fill(table.gapAfter, { time: utc(start) });
    const said = { duration: duration(end - start, durations) };
    if (metres === null || metres === undefined) return fill(table.gapOf, said);
    return fill(table.gap, { ...said, distance: this.number.format(metres / 1000) });
  }

  #mark() {
    const row = this.rows.get(this.#indexAt(this.clock.time)) ?? null;
    if (row === this.current) return;
    this.current?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "time");
    this.current = row;
  }

  /** The fix at or before a time, counted through all stretches; −1 before the first. */
  #indexAt(epoch) {
    const { state, stretch, fix } = momentOf(this.path, epoch);
    return state === "before" ? -1 : this.starts[stretch] + fix;
  }

  #pageAt(index) {
    return Math.floor(Math.max(0, index) / PAGE);
  }

  #place(index) {
    let stretch = 0;
    while (this.starts[stretch + 1] <= index) stretch += 1;
    return { stretch, fix: index - this.starts[stretch] };
  }
}

/** "33,000 ft · 10,058 m (pressure)" */
export function altitudeInWords(stretch, fix, words, number) {
  const metres = stretch.altitude[fix];
  const said = fill(words.reading.altitude, { feet: number.format(metres / FOOT), metres: number.format(metres) });
  const kind = words.kinds[stretch.altitudeKind[fix]];
  return kind ? `${said} (${kind})` : said;
}

function startsOf(stretches) {
  const starts = [0];
  for (const { n } of stretches) starts.push(starts.at(-1) + n);
  return starts;
}

/** Number of a stretch → the gaps to name before its first fix; the number of stretches: after the last fix. */
export function gapsBefore({ t0, stretches }, unobserved) {
  const found = new Map();
  for (const { start, gap } of unobserved) {
    const next = gap.start === null ? 0 : stretches.findIndex(({ time }) => t0 + time[0] > start + ROUNDING);
    const at = next < 0 ? stretches.length : next;
    found.set(at, [...(found.get(at) ?? []), gap]);
  }
  return found;
}
