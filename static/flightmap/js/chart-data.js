/** Columns for the altitude and speed chart: broken between stretches; and a flight's gaps as times to hatch and skip. */

export const FOOT = 0.3048; // metres
export const ROUNDING = 0.1; // seconds; the wire's times are rounded to it, a gap's ends are not

/**
 * @param {object} path a decoded flight
 * @param {{start: number|null, end: number|null}[]} [gaps] the flight's own, as its summary has them
 * @returns {{columns: (number|null)[][], unobserved: {start: number, end: number, gap: object}[], kinds: Set<number>}}
 *   columns: epoch seconds; altitude (ft) and ground speed (kt) as observed; the same as the tracker estimated.
 *   null breaks a line: between stretches, at a value the file does not give, and where altitude changes its kind.
 *   unobserved: see `unobservedTimes`. kinds: the altitude kinds among observed fixes
 */
export function chartData(path, gaps = []) {
  const columns = [[], [], [], [], []];
  const kinds = new Set();
  let lastKind = null;
  path.stretches.forEach((stretch, number) => {
    const observed = stretch.class === "observed";
    const start = path.t0 + stretch.time[0];
    if (number > 0) addBreak(columns, start);
    for (let i = 0; i < stretch.n; i++) {
      const time = path.t0 + stretch.time[i];
      const altitude = known(stretch.altitude[i] / FOOT);
      const kind = altitude === null ? null : stretch.altitudeKind[i];
      if (kind !== null && lastKind !== null && kind !== lastKind) addBreak(columns, time);
      if (kind !== null) {
        lastKind = kind;
        if (observed) kinds.add(kind);
      }
      const values = [altitude, known(stretch.speed[i])];
      const row = observed ? [...values, null, null] : [null, null, ...values];
      [time, ...row].forEach((value, column) => columns[column].push(value));
    }
  });
  return { columns, unobserved: unobservedTimes(path, gaps), kinds };
}

/**
 * The flight's gaps as far as they lie within its path, in order. Which silence is a gap the server has judged,
 * by the source's own update interval: the end of a stretch alone is none.
 *
 * @param {object} path a decoded flight
 * @param {{start: number|null, end: number|null}[]} gaps epoch seconds; null: open on that side
 * @returns {{start: number, end: number, gap: object}[]} epoch seconds, and the gap as given
 */
export function unobservedTimes(path, gaps) {
  return gaps
    .map((gap) => ({ start: Math.max(gap.start ?? path.start, path.start), end: Math.min(gap.end ?? path.end, path.end), gap }))
    .filter(({ start, end }) => end - start > ROUNDING)
    .sort((a, b) => a.start - b.start);
}

/** A row of nulls halfway between the last row and a time: times of a chart must not descend. */
function addBreak(columns, time) {
  const before = columns[0].at(-1);
  if (before === undefined) return;
  columns[0].push((before + time) / 2);
  for (const column of columns.slice(1)) column.push(null);
}

const known = (value) => (Number.isFinite(value) ? value : null);

/**
 * Which values stand alone between nulls: a line would not show them, so they need a point.
 *
 * @param {(number|null)[]} column
 * @returns {number[]} indices
 */
export function loneValues(column, from = 0, to = column.length - 1) {
  const lone = [];
  for (let i = from; i <= to; i++) {
    if (column[i] != null && column[i - 1] == null && column[i + 1] == null) lone.push(i);
  }
  return lone;
}
