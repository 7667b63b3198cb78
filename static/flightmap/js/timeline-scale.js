/**
 * The time axis: which moment is at which pixel, where the ticks of the UTC calendar are, and how the
 * shown interval zooms and moves. Pure functions over `{start, end}` in epoch seconds.
 */

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;
/** Mean Gregorian month and year, for sizes; ticks themselves follow the calendar. */
export const MONTH = 30.436875 * DAY;
export const YEAR = 365.2425 * DAY;

/** What the unit buttons show: that much time. */
export const UNIT_SPANS = { year: YEAR, month: MONTH, day: DAY, hour: HOUR };

/** The closest look: five minutes over the whole width. */
export const SHORTEST = 5 * MINUTE;

/** Pixel of a time on an axis `width` pixels wide showing `view`. */
export function timeToX(time, view, width) {
  return ((time - view.start) / (view.end - view.start)) * width;
}

/** Time at a pixel. */
export function xToTime(x, view, width) {
  return view.start + (x / width) * (view.end - view.start);
}

/**
 * Keep a view between the shortest span and the limits, moving it before cutting it.
 *
 * @param {{start: number, end: number}} view
 * @param {{start: number, end: number}} limits the longest interval that may be shown
 */
export function clampView(view, limits) {
  const span = Math.min(Math.max(view.end - view.start, SHORTEST), limits.end - limits.start);
  const middle = (view.start + view.end) / 2;
  const start = Math.min(Math.max(middle - span / 2, limits.start), limits.end - span);
  return { start, end: start + span };
}

/** The view with `factor` times its span, the moment `around` staying where it is on the screen. */
export function zoomView(view, factor, around, limits) {
  const span = view.end - view.start;
  const longest = limits.end - limits.start;
  const wanted = Math.min(Math.max(span * factor, SHORTEST), longest);
  const share = (around - view.start) / span;
  const start = around - share * wanted;
  return clampView({ start, end: start + wanted }, limits);
}

/** The view moved by `seconds`. */
export function panView(view, seconds, limits) {
  return clampView({ start: view.start + seconds, end: view.end + seconds }, limits);
}

/** An interval with `share` of its span added at both sides; a moment gets at least `least` seconds. */
export function padInterval({ start, end }, share = 0.08, least = 30 * MINUTE) {
  const margin = Math.max((end - start) * share, (least - (end - start)) / 2, 0);
  return { start: start - margin, end: end + margin };
}

/* Steps a tick may have: [unit, count, mean seconds]. Days restart at each month, so that labels stay
   on the same dates while panning. */
const STEPS = [
  ["minute", 1, MINUTE], ["minute", 2, 2 * MINUTE], ["minute", 5, 5 * MINUTE], ["minute", 10, 10 * MINUTE], ["minute", 30, 30 * MINUTE],
  ["hour", 1, HOUR], ["hour", 2, 2 * HOUR], ["hour", 3, 3 * HOUR], ["hour", 6, 6 * HOUR], ["hour", 12, 12 * HOUR],
  ["day", 1, DAY], ["day", 2, 2 * DAY], ["day", 5, 5 * DAY], ["day", 10, 10 * DAY],
  ["month", 1, MONTH], ["month", 3, 3 * MONTH], ["month", 6, 6 * MONTH],
  ["year", 1, YEAR], ["year", 2, 2 * YEAR], ["year", 5, 5 * YEAR], ["year", 10, 10 * YEAR], ["year", 50, 50 * YEAR],
];

/** The unit one step coarser, which the axis names in its upper row. */
const PARENT = { minute: "day", hour: "day", day: "month", month: "year", year: null };

/**
 * The ticks of an axis.
 *
 * @param {{start: number, end: number}} view
 * @param {number} width pixels
 * @param {number} [spacing] least distance between two labels, pixels
 * @returns {{unit: string, step: number, minor: {time: number}[], parent: string|null, major: {time: number}[]}}
 *   minor: ticks inside the view; major: starts of the parent unit, the first one at or before the view's start
 */
export function ticks(view, width, spacing = 64) {
  const secondsPerPixel = (view.end - view.start) / width;
  const [unit, step] = STEPS.find(([, , seconds]) => seconds >= spacing * secondsPerPixel) ?? STEPS.at(-1);
  const parent = PARENT[unit];
  return {
    unit,
    step,
    minor: calendar(unit, step, view).filter(({ time }) => time >= view.start),
    parent,
    major: parent ? calendar(parent, 1, view) : [],
  };
}

/** Starts of every `step`-th unit of the UTC calendar, from the last one at or before the view's start. */
export function calendar(unit, step, { start, end }) {
  const found = [];
  let time = floorTo(unit, step, start);
  while (time <= end) {
    found.push({ time });
    time = next(unit, step, time);
  }
  return found;
}

const SECONDS = { minute: MINUTE, hour: HOUR };

function floorTo(unit, step, time) {
  if (unit in SECONDS) {
    const size = SECONDS[unit] * step;
    return Math.floor(time / size) * size;
  }
  const date = new Date(time * 1000);
  const year = date.getUTCFullYear();
  if (unit === "day") return utcDays(year, date.getUTCMonth(), step).findLast((start) => start <= time);
  if (unit === "month") return utc(year, Math.floor(date.getUTCMonth() / step) * step, 1);
  return utc(Math.floor(year / step) * step, 0, 1);
}

function next(unit, step, time) {
  if (unit in SECONDS) return time + SECONDS[unit] * step;
  const date = new Date(time * 1000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (unit === "month") return utc(year, month + step, 1);
  if (unit === "year") return utc(year + step, 0, 1);
  return utcDays(year, month, step).find((start) => start > time) ?? utc(year, month + 1, 1);
}

/** The ticks of a month: with 10, days 1, 11, 21. A rest too short to hold its label is no step of its own. */
function utcDays(year, month, step) {
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const starts = [];
  for (let day = 1; day <= days; day += step) {
    if (day === 1 || days - day + 1 >= step * 0.75) starts.push(utc(year, month, day));
  }
  return starts;
}

function utc(year, month, day) {
  // Date.UTC reads years below 100 as 19xx; the archive has none.
  return Date.UTC(year, month, day) / 1000;
}

/** The unit of the UTC calendar a moment lies in: its year, month, day or hour. */
export function calendarUnit(unit, time) {
  const start = floorTo(unit, 1, time);
  return { start, end: next(unit, 1, start) };
}

/** The whole unit of the calendar a view is, or null. */
export function wholeUnit(view) {
  return Object.keys(UNIT_SPANS).find((unit) => {
    const { start, end } = calendarUnit(unit, view.start);
    return start === view.start && end === view.end;
  }) ?? null;
}

/** The view after (1) or before (−1): of a whole unit the next one, of any other as much time again. */
export function stepView(view, way) {
  const unit = wholeUnit(view);
  if (unit) return calendarUnit(unit, way > 0 ? view.end : view.start - 1);
  const span = view.end - view.start;
  return { start: view.start + way * span, end: view.end + way * span };
}

/** The unit that names a span best, for the pressed unit button: "year", "month", "day" or "hour". */
export function unitOf(span) {
  const distance = (unit) => Math.abs(Math.log(span / UNIT_SPANS[unit]));
  return Object.keys(UNIT_SPANS).reduce((best, unit) => (distance(unit) < distance(best) ? unit : best));
}
