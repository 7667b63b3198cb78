/**
 * Every fix of a flight as a table, with its gaps: the map and the chart in words. Only the rows in sight are in the
 * page, so that a hundred thousand fixes scroll like a hundred. Columns sort; the whole table can be copied; the row of
 * the clock's time is marked, and so is the one of the moment pointed at anywhere. Tab leads to one row and past the
 * table again; arrows lead from row to row.
 */

import { FOOT } from "./chart-data.js";
import { COLUMNS, FixRows, asText, fixFrom } from "./fix-rows.js";
import { duration, utc } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

const BEYOND = 20; // rows kept above and below those in sight
const NUMERIC = new Set(["lat", "lon", "altitude", "speed", "angle", "rate"]);

export class FixTable {
  /**
   * @param {HTMLElement} root an empty element
   * @param {object} path a decoded flight
   * @param {import("./clock.js").Clock} clock
   * @param {object} words of templates/tracks/flight_words.html
   * @param {{unobserved?: {start: number, end: number, gap: object}[], selection?: import("./selection.js").Selection}} [options]
   */
  constructor(root, path, clock, words, { unobserved = [], selection } = {}) {
    this.path = path;
    this.clock = clock;
    this.words = words;
    this.selection = selection;
    this.number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 0 });
    this.rows = new FixRows(path, unobserved);
    this.shown = new Map(); // row → its element
    this.#make(root);
    this.sort("time", false);
    this.#measure();
    this.#goTo(clock.time);
    clock.addEventListener("time", () => this.#mark());
    selection?.addEventListener("time", () => this.#mark());
  }

  /** Put the rows into the order of a column. */
  sort(column, descending) {
    this.sorted = { column, descending };
    this.order = this.rows.order(column, descending);
    for (const [name, head] of this.heads) head.setAttribute("aria-sort", name === column ? (descending ? "descending" : "ascending") : "none");
    this.table.setAttribute("aria-rowcount", this.order.length + 1);
    this.frame.scrollTop = 0;
    this.#render(true);
  }

  #make(root) {
    const { table: said } = this.words;
    this.heads = new Map(COLUMNS.map((name) => {
      const button = element("button", { type: "button", class: "fix-sort" }, said[name]);
      button.addEventListener("click", () => this.sort(name, this.sorted.column === name && !this.sorted.descending));
      return [name, element("th", { scope: "col", class: NUMERIC.has(name) ? "number" : null }, button)];
    }));
    this.body = element("tbody");
    this.above = element("tbody", { class: "fix-space" });
    this.below = element("tbody", { class: "fix-space" });
    const caption = element("caption", { class: "visually-hidden" }, said.label);
    const hint = element("p", { class: "fix-table-hint" }, fill(said.caption, { total: this.number.format(this.rows.total) }));
    const head = element("thead", {}, element("tr", { "aria-rowindex": 1 }, ...this.heads.values()));
    this.table = element("table", { class: "fix-table" }, caption, head, this.above, this.body, this.below);
    this.frame = element("div", { class: "table-frame fix-table-frame", tabindex: "0", role: "region", "aria-label": said.label }, this.table);
    this.frame.addEventListener("scroll", () => this.#render());
    new ResizeObserver(() => this.#measure()).observe(this.frame);
    this.#listenToPointer();
    this.body.addEventListener("keydown", (event) => this.#onKey(event));
    const current = element("button", { type: "button", class: "button" }, said.current);
    current.addEventListener("click", () => this.#goTo(this.clock.time));
    const copy = element("button", { type: "button", class: "button" }, said.copy);
    copy.addEventListener("click", () => this.#copy());
    this.answer = element("output", { class: "fix-table-said" });
    root.replaceChildren(element("div", { class: "fix-table-tools" }, current, copy, hint, this.answer), this.frame);
  }

  /** Pointing at a row points at its moment everywhere; so does moving the keyboard's focus there. */
  #listenToPointer() {
    const timeOf = (event) => {
      const row = event.target.closest("tr[data-row]");
      if (!row) return null;
      const number = Number(row.dataset.row);
      return number < 0 ? this.rows.notes[-1 - number].from : this.rows.timeOf(number);
    };
    this.body.addEventListener("focusin", (event) => {
      this.reached = Number(event.target.closest("tr[data-row]")?.dataset.row);
      this.#holdTab(this.from);
    });
    for (const name of ["pointerover", "focusin"]) this.body.addEventListener(name, (event) => this.selection?.hoverTime(timeOf(event), "table"));
    for (const name of ["pointerleave", "focusout"]) this.body.addEventListener(name, () => this.selection?.hoverTime(null, "table"));
  }

  #onKey(event) {
    const row = event.target.closest("tr[data-row]");
    if (!row || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor((this.frame.clientHeight || 512) / this.height) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = fixFrom(this.order, this.order.indexOf(Number(row.dataset.row)), by);
    this.#reach(to);
    this.shown.get(this.order[to]).querySelector("button").focus();
  }

  /** Scroll as far as a row needs to be seen, below the head that stays. */
  #reach(at) {
    const room = this.frame.clientHeight - this.table.tHead.offsetHeight;
    this.frame.scrollTop = Math.min(at * this.height, Math.max(this.frame.scrollTop, (at + 1) * this.height - room));
    this.#render();
  }

  /** Of the rows in the page one is in the order of Tab: the one last there, or the first in sight. */
  #holdTab(first) {
    const rows = [...this.shown.keys()].filter((row) => row >= 0);
    const kept = this.shown.has(this.reached) ? this.reached : (this.order.subarray(first).find((row) => row >= 0 && this.shown.has(row)) ?? rows.at(-1));
    for (const row of rows) this.shown.get(row).querySelector("button").tabIndex = row === kept ? 0 : -1;
  }

  /** How high a row is by now: it differs with the reader's font, and under a finger. */
  #measure() {
    if (!this.body.rows.length) return;
    const height = this.body.getBoundingClientRect().height / this.body.rows.length;
    if (!height || Math.abs(height - this.height) < 0.01) return;
    this.height = height;
    this.#render(true);
  }

  /** Bring the rows in sight into the page; `anew`: also those that are there already. */
  #render(anew = false) {
    const height = this.height || 30;
    const first = Math.floor(this.frame.scrollTop / height);
    const fit = Math.ceil((this.frame.clientHeight || 512) / height);
    if (!anew && this.from <= Math.max(0, first - BEYOND / 2) && this.to >= Math.min(this.order.length, first + fit + BEYOND / 2)) return;
    this.from = Math.max(0, first - BEYOND);
    this.to = Math.min(this.order.length, first + fit + BEYOND);
    const focused = this.body.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.row : undefined;
    const before = anew ? new Map() : this.shown;
    this.shown = new Map();
    for (let at = this.from; at < this.to; at++) {
      const row = this.order[at];
      const made = before.get(row) ?? (row < 0 ? this.#noteRow(row) : this.#fixRow(row));
      made.setAttribute("aria-rowindex", at + 2);
      this.shown.set(row, made);
    }
    this.body.replaceChildren(...this.shown.values());
    space(this.above, this.from * height);
    space(this.below, (this.order.length - this.to) * height);
    this.#holdTab(first);
    if (focused !== undefined) (this.shown.get(Number(focused))?.querySelector("button") ?? this.frame).focus({ preventScroll: true });
    this.#mark();
  }

  #fixRow(row) {
    const { words, number } = this;
    const { stretch: at, fix } = this.rows.place(row);
    const stretch = this.path.stretches[at];
    const epoch = this.path.t0 + stretch.time[fix];
    const said = utc(epoch);
    const go = element("button", { type: "button", class: "fix-go", title: fill(words.table.go, { time: said }) }, element("time", { datetime: `${said.replace(" ", "T")}Z` }, said));
    go.addEventListener("click", () => this.clock.seek(epoch));
    const cell = (text) => element("td", { class: "number" }, text);
    const value = (known, text) => cell(Number.isFinite(known) ? text() : "–");
    const estimated = stretch.class !== "observed";
    return element(
      "tr",
      { class: estimated ? "is-estimated" : null, "data-row": row },
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

  #noteRow(row) {
    const note = this.rows.notes[-1 - row];
    return element("tr", { class: note.kind === "gap" ? "gap-row" : "class-row", "data-row": row }, element("td", { colspan: COLUMNS.length }, this.#noteInWords(note)));
  }

  #noteInWords({ kind, gap }) {
    const { table, durations } = this.words;
    if (kind !== "gap") return kind === "observed" ? table.toObserved : table.toEstimated;
    const { start, end, distance_m: metres } = gap;
    if (start === null) return fill(table.gapBefore, { time: utc(end) });
    if (end === null) return fill(table.gapAfter, { time: utc(start) });
    const said = { duration: duration(end - start, durations) };
    if (metres === null || metres === undefined) return fill(table.gapOf, said);
    return fill(table.gap, { ...said, distance: this.number.format(metres / 1000) });
  }

  /** Scroll to the row of a moment, in the table only; the page stays where it is. */
  #goTo(epoch) {
    const at = Math.max(0, this.order.indexOf(this.rows.rowAt(epoch) ?? 0));
    this.frame.scrollTop = Math.max(0, (at - 2) * this.height);
    this.reached = this.order[at];
    this.#render();
    this.#holdTab(at);
  }

  #mark() {
    const mark = (kept, epoch, change) => {
      const row = Number.isFinite(epoch) ? (this.shown.get(this.rows.rowAt(epoch)) ?? null) : null;
      if (row === this[kept]) return;
      if (this[kept]) change(this[kept], false);
      if (row) change(row, true);
      this[kept] = row;
    };
    mark("current", this.clock.time, (row, on) => (on ? row.setAttribute("aria-current", "time") : row.removeAttribute("aria-current")));
    mark("pointed", this.selection?.time, (row, on) => row.classList.toggle("is-hovered", on));
  }

  async #copy() {
    const { table, kinds, sources } = this.words;
    const text = asText(this.rows, this.order, {
      head: table.copyHead, note: (note) => this.#noteInWords(note), kinds, sources, observed: table.observed, estimated: table.estimatedClass, yes: table.yes,
    });
    try {
      await navigator.clipboard.writeText(text);
      this.answer.textContent = fill(table.copied, { total: this.number.format(this.rows.total) });
    } catch {
      // No clipboard without https or against the reader's wish: the text to copy by hand.
      const area = element("textarea", { readonly: true, rows: 4, "aria-label": table.copyThis });
      area.value = text;
      this.answer.replaceChildren(table.copyThis, area);
      area.select();
    }
  }
}

/** "33,000 ft · 10,058 m (pressure)" */
export function altitudeInWords(stretch, fix, words, number) {
  const metres = stretch.altitude[fix];
  const said = fill(words.reading.altitude, { feet: number.format(metres / FOOT), metres: number.format(metres) });
  const kind = words.kinds[stretch.altitudeKind[fix]];
  return kind ? `${said} (${kind})` : said;
}

/** Room for rows that are not in the page. */
function space(body, height) {
  if (height <= 0) {
    body.replaceChildren();
    return;
  }
  if (!body.rows.length) body.append(element("tr", { "aria-hidden": "true" }, element("td", { colspan: COLUMNS.length })));
  body.rows[0].style.height = `${height}px`;
}
