/** Columns for the altitude and speed chart: broken wherever nothing was observed. */

export const FOOT = 0.3048; // metres

/**
 * @param {object} path a decoded flight
 * @returns {{columns: (number|null)[][], unobserved: {start: number, end: number}[], kinds: Set<number>}}
 *   columns: epoch seconds; altitude (ft) and ground speed (kt) as observed; the same as the tracker estimated.
 *   null breaks a line: between stretches, at a value the file does not give, and where altitude changes its kind.
 *   unobserved: the times between observed stretches. kinds: the altitude kinds among observed fixes
 */
export function chartData(path) {
  const columns = [[], [], [], [], []];
  const unobserved = [];
  const kinds = new Set();
  let seenUntil = path.start;
  let lastKind = null;
  path.stretches.forEach((stretch, number) => {
    const observed = stretch.class === "observed";
    const start = path.t0 + stretch.time[0];
    if (number > 0) addBreak(columns, start);
    if (observed && start > seenUntil) unobserved.push({ start: seenUntil, end: start });
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
    if (observed) seenUntil = path.t0 + stretch.time[stretch.n - 1];
  });
  if (path.end !== null && path.end > seenUntil) unobserved.push({ start: seenUntil, end: path.end });
  return { columns, unobserved, kinds };
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
