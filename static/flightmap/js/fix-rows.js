/**
 * The rows of the table of fixes without their cells: which there are, in which order, and the whole table as text
 * to paste elsewhere. A row is a number: of a fix, counted through all stretches, or −1 − n for the note n between
 * fixes (a gap, or a change of evidence class).
 */

import { FOOT, ROUNDING } from "./chart-data.js";
import { momentOf } from "./path-moment.js";

/** The columns of the table; of these the values a file may leave out are numbers of the path. */
export const COLUMNS = Object.freeze(["time", "lat", "lon", "altitude", "speed", "angle", "rate", "source", "class"]);

export class FixRows {
  /**
   * @param {object} path a decoded flight
   * @param {{start: number, end: number, gap: object}[]} [unobserved] of `unobservedTimes`
   */
  constructor(path, unobserved = []) {
    this.path = path;
    this.starts = startsOf(path.stretches);
    this.total = this.starts.at(-1);
    this.notes = notesOf(path, gapsBefore(path, unobserved));
  }

  /** The stretch of a fix and its place in there. */
  place(index) {
    let low = 0, high = this.path.stretches.length - 1; // flights of bad reception have hundreds
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return { stretch: low, fix: index - this.starts[low] };
  }

  /** Epoch seconds of a fix. */
  timeOf(index) {
    const { stretch, fix } = this.place(index);
    return this.path.t0 + this.path.stretches[stretch].time[fix];
  }

  /** The row of a moment: the fix at or before it, in a gap the gap's note; null before the first fix. */
  rowAt(epoch) {
    const { state, stretch, fix } = momentOf(this.path, epoch);
    if (state !== "fix") {
      const note = this.notes.findIndex(({ from, to }) => from !== null && from <= epoch && epoch <= to);
      if (note >= 0) return -1 - note;
    }
    return state === "before" ? null : this.starts[stretch] + fix;
  }

  /**
   * All rows in an order. Notes stand only in the order of time: in any other nothing lies between two fixes.
   * What a file does not give comes last, whichever way; among equals time decides.
   *
   * @param {string} column of COLUMNS
   * @param {boolean} [descending]
   * @returns {Int32Array}
   */
  order(column = "time", descending = false) {
    if (column === "time" && !descending) return this.#inTime();
    const rows = Int32Array.from({ length: this.total }, (_, index) => index);
    if (column === "time") return rows.reverse();
    const values = this.#values(column);
    const way = descending ? -1 : 1;
    return rows.sort((a, b) => {
      const [x, y] = [values[a], values[b]];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y) || a - b;
      return (x - y) * way || a - b;
    });
  }

  #inTime() {
    const rows = new Int32Array(this.total + this.notes.length);
    let at = 0, note = 0;
    for (let stretch = 0; stretch <= this.path.stretches.length; stretch++) {
      while (this.notes[note]?.before === stretch) rows[at++] = -1 - note++;
      const end = this.starts[stretch + 1] ?? this.total;
      for (let index = this.starts[stretch]; index < end; index++) rows[at++] = index;
    }
    return rows;
  }

  #values(column) {
    const values = new Float64Array(this.total);
    this.path.stretches.forEach((stretch, number) => {
      for (let fix = 0; fix < stretch.n; fix++) {
        values[this.starts[number] + fix] = column === "class" ? Number(stretch.class !== "observed") : stretch[column][fix];
      }
    });
    return values;
  }
}

/**
 * Rows as tab-separated text: times in ISO 8601, decimal points, units in the head; a note is a line with one cell.
 *
 * @param {FixRows} rows
 * @param {ArrayLike<number>} order
 * @param {{head: string[], note: (note: object) => string, kinds: string[], sources: string[], observed: string,
 *   estimated: string, yes: string}} words
 */
export function asText(rows, order, words) {
  const lines = [words.head.join("\t")];
  const said = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : "");
  for (const row of order) {
    if (row < 0) {
      lines.push(words.note(rows.notes[-1 - row]));
      continue;
    }
    const { stretch: number, fix } = rows.place(row);
    const stretch = rows.path.stretches[number];
    const metres = stretch.altitude[fix];
    lines.push([
      new Date(Math.round((rows.path.t0 + stretch.time[fix]) * 1000)).toISOString(),
      said(stretch.lat[fix], 5), said(stretch.lon[fix], 5),
      said(metres, 0), said(metres / FOOT, 0), Number.isFinite(metres) ? words.kinds[stretch.altitudeKind[fix]] : "",
      said(stretch.speed[fix], 0), said(stretch.angle[fix], 0), said(stretch.rate[fix], 0),
      stretch.onGround[fix] === 1 ? words.yes : "",
      words.sources[stretch.source[fix]] ?? words.sources[0],
      stretch.class === "observed" ? words.observed : words.estimated,
    ].join("\t"));
  }
  return `${lines.join("\n")}\n`;
}

/**
 * The place of the fix that a step leads to: notes between fixes are stepped over, and at either end the last fix holds.
 *
 * @param {ArrayLike<number>} order
 * @param {number} at a place in it
 * @param {number} by how many places on; negative: back; ±Infinity: to the end
 * @returns {number} at itself where there is no fix that way
 */
export function fixFrom(order, at, by) {
  const way = Math.sign(by);
  const wanted = Math.min(order.length - 1, Math.max(0, at + by));
  let to = wanted;
  while (order[to] < 0) to += way;
  if (order[to] === undefined) to = wanted; // only notes from there to the end: back to the last fix
  while (to !== at && order[to] < 0) to -= way;
  return to;
}

function startsOf(stretches) {
  const starts = [0];
  for (const { n } of stretches) starts.push(starts.at(-1) + n);
  return starts;
}

/** What stands before each stretch: the gaps that end there or go on there, and a change of evidence class. */
function notesOf({ stretches }, gaps) {
  const notes = [];
  for (let before = 0; before <= stretches.length; before++) {
    for (const { start, end, gap } of gaps.get(before) ?? []) notes.push({ before, kind: "gap", gap, from: start, to: end });
    const [last, next] = [stretches[before - 1], stretches[before]];
    if (last && next && last.class !== next.class) notes.push({ before, kind: next.class, from: null, to: null });
  }
  return notes;
}

/** Number of a stretch → the gaps to name before its first fix; the number of stretches: after the last fix. */
export function gapsBefore({ t0, stretches }, unobserved) {
  const found = new Map();
  for (const one of unobserved) {
    const next = one.gap.start === null ? 0 : stretches.findIndex(({ time }) => t0 + time[0] > one.start + ROUNDING);
    const at = next < 0 ? stretches.length : next;
    found.set(at, [...(found.get(at) ?? []), one]);
  }
  return found;
}
