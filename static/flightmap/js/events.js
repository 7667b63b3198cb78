/**
 * What can be jumped to: take-off, landing, the ends of observation, midnights; and fixes, one by one.
 *
 * An event: `{ kind, time, id, detail }`. Kinds: "takeOff", "landing", "gapStart", "gapEnd", "firstFix", "lastFix",
 * "midnight". `id` is its flight's, `detail` what more there is to say: the basis of a take-off or landing, the seconds
 * of a gap.
 */

const DAY = 86400;
const ROUNDING = 0.1; // seconds; times on the wire are rounded to it, those of a flight's summary are not
const TOGETHER = 0.5; // seconds; events closer than this are one moment
const ULP = 2 ** -21; // what tells two epoch seconds apart

/**
 * The events of one flight, in order of time. Where its path is there, they stand exactly at fixes.
 *
 * @param {object} summary start, end, departure, arrival (epoch seconds or null) and gaps
 * @param {object|null} [path] decoded
 */
export function flightEvents(summary, path = null) {
  const { id, gaps = [] } = summary;
  const [start, end] = path ? [path.start, path.end] : [summary.start, summary.end];
  const events = [];
  const add = (kind, time, detail = null) => events.push({ kind, time: atFix(path, time), id, detail });
  if (known(summary.departure)) add("takeOff", summary.departure, summary.departure_basis ?? null);
  if (known(summary.arrival)) add("landing", summary.arrival, summary.arrival_basis ?? null);
  for (const gap of gaps) {
    const seconds = known(gap.start) && known(gap.end) ? gap.end - gap.start : null;
    if (gap.kind === "interior") {
      if (known(gap.start)) add("gapStart", gap.start, seconds);
      if (known(gap.end)) add("gapEnd", gap.end, seconds);
    }
  }
  if (known(start)) add("firstFix", start);
  if (known(end)) add("lastFix", end);
  return events.sort(byTime);
}

const known = (value) => value !== null && value !== undefined && Number.isFinite(value);
const byTime = (a, b) => a.time - b.time;

/** A time that is a fix's but for rounding becomes exactly that fix's. */
function atFix(path, time) {
  for (const { time: times, n } of path?.stretches ?? []) {
    for (const own of [times[0], times[n - 1]]) {
      if (Math.abs(path.t0 + own - time) <= ROUNDING) return momentOfFix(path.t0, own);
    }
  }
  return time;
}

/** The epoch second that is not before a fix when its flight's t0 is taken off again. */
export function momentOfFix(t0, seconds) {
  const moment = t0 + seconds;
  return moment - t0 < seconds ? moment + ULP : moment;
}

/**
 * The midnights (UTC) between two moments, both included.
 *
 * @returns {object[]} events without a flight
 */
export function midnights(start, end) {
  const events = [];
  for (let time = Math.ceil(start / DAY) * DAY; time <= end; time += DAY) events.push({ kind: "midnight", time, id: null, detail: null });
  return events;
}

/**
 * All events of some flights, and the midnights they pass, in order of time.
 *
 * @param {{summary: object, path: object|null}[]} flights
 */
export function allEvents(flights) {
  const events = flights.flatMap(({ summary, path }) => flightEvents(summary, path));
  const passed = new Map();
  for (const { summary, path } of flights) {
    for (const event of midnights(path?.start ?? summary.start, path?.end ?? summary.end)) passed.set(event.time, event);
  }
  return [...events, ...passed.values()].sort(byTime);
}

/**
 * The next moment with an event, and all that happens at it.
 *
 * @param {object[]} events in order of time
 * @param {number} time epoch seconds
 * @param {1|-1} way
 * @param {{start: number, end: number}} within moments outside are not gone to
 * @returns {{time: number, events: object[]}|null}
 */
export function nextMoment(events, time, way, { start, end }) {
  const inside = events.filter((event) => event.time >= start && event.time <= end);
  const first = way > 0 ? inside.find((event) => event.time > time + ULP) : inside.findLast((event) => event.time < time - ULP);
  if (!first) return null;
  return { time: first.time, events: inside.filter((event) => Math.abs(event.time - first.time) <= TOGETHER && (event.time - time) * way > 0) };
}

/**
 * The fix before or after a moment, among some paths.
 *
 * @param {object[]} paths decoded
 * @param {number} time epoch seconds
 * @param {1|-1} way
 * @param {boolean} estimates whether fixes that the tracker estimated count
 * @returns {{time: number, path: object, stretch: number, fix: number}|null} time: exactly the fix's
 */
export function nextFix(paths, time, way, estimates = false) {
  let best = null;
  for (const path of paths) {
    path.stretches.forEach((stretch, number) => {
      if (stretch.class !== "observed" && !estimates) return;
      const fix = neighbour(stretch.time, time - path.t0, way);
      if (fix === null) return;
      const at = momentOfFix(path.t0, stretch.time[fix]);
      if (!best || (at - best.time) * way < 0) best = { time: at, path, stretch: number, fix };
    });
  }
  return best;
}

/** The index of the first time after t, or of the last before it; null when there is none. Ascending times. */
function neighbour(times, t, way) {
  let low = 0, high = times.length;
  const margin = ULP * 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (way > 0 ? times[middle] <= t + margin : times[middle] < t - margin) low = middle + 1;
    else high = middle;
  }
  const found = way > 0 ? low : low - 1;
  return found >= 0 && found < times.length ? found : null;
}
