/**
 * What the lanes hold, without pixels: which aircraft have a lane, in which order; which bar, gap and
 * stay lies when; and which bars lie so close that they are drawn as one.
 *
 * A lane's order and the level of a bar in it depend on the archive alone, never on the window or the
 * clock: rows and bars stay where the reader found them.
 */

/** Levels a lane may grow to when flights of one aircraft overlap (same-day reports do); then they share the last. */
const MOST_LEVELS = 4;
/** Longer than this between two observed flights, nobody knows where the aircraft was: no stay is drawn. Seconds. */
export const LONGEST_STAY = 72 * 3600;
/** A place is where an aircraft can be parked only when it is known at least to the airport. */
const PARKING_PRECISIONS = ["runway", "airport"];

const byText = new Intl.Collator("en", { numeric: true });

/**
 * @typedef {object} Bar
 * @property {object} flight the summary
 * @property {number} start epoch seconds: of the first fix, or of the reported interval
 * @property {number} end
 * @property {boolean} openStart before `start` the flight went on, nobody knows from when
 * @property {boolean} openEnd after `end` the flight went on, nobody knows until when
 * @property {{start: number, end: number}[]} gaps stretches of [start, end] without received positions
 * @property {number} index among the lane's bars, in order of time
 * @property {number} level 0 is the uppermost
 */

/**
 * The lanes of an archive, in the order they are shown.
 *
 * @param {object[]} flights summaries
 * @returns {{key: string, title: string, detail: string, url: string|null, demonstration: boolean, sanctioned: boolean,
 *   named: boolean, flights: object[], bars: Bar[], undated: object[], stays: object[], levels: number}[]}
 */
export function buildLanes(flights) {
  const groups = new Map();
  for (const flight of flights) {
    const key = flight.lane ?? flight.aircraft?.key ?? "unknown";
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(flight);
  }
  const lanes = [...groups].map(([key, members]) => buildLane(key, members));
  return lanes.sort((a, b) => rank(a) - rank(b) || byText.compare(a.key, b.key));
}

/** Aircraft seen before aircraft only written about, real before simulated, named before nameless. */
function rank(lane) {
  const observed = lane.flights.some((flight) => flight.class === "observed");
  if (!lane.named) return lane.key.startsWith("type:") ? 3 : 4;
  if (!observed) return 2;
  return lane.demonstration ? 1 : 0;
}

function buildLane(key, members) {
  const named = members.find((flight) => flight.aircraft);
  const aircraft = named?.aircraft ?? null;
  const dated = members.filter((flight) => Number.isFinite(flight.start) && Number.isFinite(flight.end));
  dated.sort((a, b) => a.start - b.start || a.end - b.end || byText.compare(a.id, b.id));
  // A departure known before the first fix moves a bar's start, so the bars are put in order themselves.
  const bars = dated.map(buildBar).sort((a, b) => a.start - b.start);
  bars.forEach((bar, index) => {
    bar.index = index;
  });
  const levels = assignLevels(bars);
  return {
    key,
    aircraft,
    named: aircraft !== null,
    title: aircraft ? aircraft.registration || aircraft.icao24 || aircraft.key : key.replace(/^type:/, ""),
    detail: aircraft ? aircraft.type_name || aircraft.type || "" : "",
    url: aircraft?.url ?? null,
    sanctioned: Boolean(aircraft?.sanctioned),
    demonstration: members.every((flight) => flight.demonstration),
    flights: dated,
    undated: members.filter((flight) => !dated.includes(flight)),
    bars,
    stays: buildStays(dated),
    levels,
  };
}

/** The bar of one dated flight. Its gaps lie within it; time nobody observed at its ends only opens it. */
export function buildBar(flight) {
  const bar = { flight, start: flight.start, end: flight.end, openStart: false, openEnd: false, gaps: [], level: 0 };
  for (const gap of flight.gaps ?? []) {
    if (gap.kind === "interior" && gap.start !== null && gap.end !== null) {
      bar.gaps.push({ start: gap.start, end: gap.end });
    } else if (gap.kind === "leading") {
      if (isTime(gap.start) && gap.start < flight.start) {
        bar.start = gap.start;
        bar.gaps.push({ start: gap.start, end: flight.start });
      } else {
        bar.openStart = true;
      }
    } else if (gap.kind === "trailing") {
      if (isTime(gap.end) && gap.end > flight.end) {
        bar.end = gap.end;
        bar.gaps.push({ start: flight.end, end: gap.end });
      } else {
        bar.openEnd = true;
      }
    }
  }
  return bar;
}

const isTime = (value) => typeof value === "number" && Number.isFinite(value);

/**
 * Give each bar the first level free at its time, observed bars first: a report of a whole month does
 * not push a flight seen on one of its days out of the lane's first row.
 *
 * @returns {number} levels used, at least 1
 */
function assignLevels(bars) {
  const taken = [];
  const observedFirst = [...bars].sort((a, b) => (a.flight.class === "observed" ? 0 : 1) - (b.flight.class === "observed" ? 0 : 1));
  for (const bar of observedFirst) {
    let level = taken.findIndex((others) => others.every((other) => other.end <= bar.start || other.start >= bar.end));
    if (level === -1) level = Math.min(taken.length, MOST_LEVELS - 1);
    bar.level = level;
    (taken[level] ??= []).push(bar);
  }
  return Math.max(taken.length, 1);
}

/**
 * Stays on the ground between two flights of one aircraft: only where an arrival and the next departure
 * are both known, at the same airport, not further apart than `LONGEST_STAY`.
 */
export function buildStays(flights) {
  const stays = [];
  for (let n = 1; n < flights.length; n += 1) {
    const [before, after] = [flights[n - 1], flights[n]];
    const place = before.destination;
    if (!isTime(before.arrival) || !isTime(after.departure) || !place?.icao || place.icao !== after.origin?.icao) continue;
    if (![place, after.origin].every((end) => PARKING_PRECISIONS.includes(end.precision))) continue;
    const length = after.departure - before.arrival;
    if (length <= 0 || length > LONGEST_STAY) continue;
    stays.push({
      start: before.arrival,
      end: after.departure,
      place,
      observed: before.arrival_basis === "observed" && after.departure_basis === "observed",
      direction: before.direction,
    });
  }
  return stays;
}

/**
 * Join bars too narrow to be told apart: those under `least` pixels whose distance is under `least` too.
 * A bar wide enough to be seen is never joined with another.
 *
 * @param {{bar: Bar, x0: number, x1: number}[]} placed bars of one level in order of time, in pixels
 * @param {number} [least] pixels
 * @returns {{x0: number, x1: number, bars: Bar[]}[]}
 */
export function mergeBars(placed, least = 2) {
  const items = [];
  let last = null;
  for (const { bar, x0, x1 } of placed) {
    const narrow = x1 - x0 < least;
    if (last?.narrow && narrow && x0 - last.x1 < least) {
      last.bars.push(bar);
      last.x1 = Math.max(last.x1, x1);
    } else {
      last = { x0, x1, bars: [bar], narrow };
      items.push(last);
    }
  }
  return items;
}

/** First index in `bars` (in order of start) that may still reach into a view starting at `start`. */
export function firstVisible(bars, start, longest) {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle].start < start - longest) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bars of a lane that show something in a view, margins included. */
export function barsInView(lane, view, margin = 0) {
  lane.longest ??= lane.bars.reduce((most, bar) => Math.max(most, bar.end - bar.start), 0);
  const found = [];
  for (let n = firstVisible(lane.bars, view.start - margin, lane.longest); n < lane.bars.length; n += 1) {
    const bar = lane.bars[n];
    if (bar.start > view.end + margin) break;
    if (bar.end >= view.start - margin) found.push(bar);
  }
  return found;
}

/** The interval all dated flights lie in, or null. */
export function extentOf(flights) {
  let extent = null;
  for (const { start, end } of flights) {
    if (!isTime(start) || !isTime(end)) continue;
    extent = extent ? { start: Math.min(extent.start, start), end: Math.max(extent.end, end) } : { start, end };
  }
  return extent;
}

/** Whether a dated flight's interval reaches into the window. */
export function inWindow(flight, window) {
  return flight.start !== null && flight.end !== null && flight.start <= window.end && flight.end >= window.start;
}
