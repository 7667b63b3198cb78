/**
 * The time axis above the lanes and the grid behind them: two rows of labels in UTC, the coarser one always
 * naming what the finer one counts, so that no label is ambiguous at any zoom.
 */

import { calendarUnit, ticks, timeToX } from "./timeline-scale.js";

export const AXIS_HEIGHT = 36;
const MIDDLE = 16;
/** A pointer this far beside a label still means it. */
const SLACK = 4;
/** Units whose labels lead to them; on an hour or a minute the playhead is put. */
const LINKED = new Set(["year", "month", "day"]);

/** How each unit is written. Every formatter counts in UTC. */
const STYLES = {
  minute: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric" },
  month: { month: "short" },
  year: { year: "numeric" },
};
/** The coarser unit from the fullest writing to the shortest: the first that has room is taken. */
const PARENT_STYLES = {
  day: [
    { weekday: "short", day: "numeric", month: "long", year: "numeric" },
    { day: "numeric", month: "short", year: "numeric" },
    { day: "numeric", month: "short" },
  ],
  month: [{ month: "long", year: "numeric" }, { month: "short", year: "numeric" }],
  year: [{ year: "numeric" }],
};

/** Labels of one page's language. Building a formatter costs more than drawing the axis: each is built once, when needed. */
export class AxisLabels {
  constructor(language) {
    // Plain English would put the month first, which half the world reads as the day.
    this.locale = language === "en" ? "en-GB" : language;
    this.formats = new Map();
  }

  minor(unit, time) {
    return this.#write(STYLES[unit], time);
  }

  /** The fullest writing of a time as a coarser unit that `fits`, or undefined. */
  major(unit, time, fits) {
    for (const style of PARENT_STYLES[unit]) {
      const writing = this.#write(style, time);
      if (fits(writing)) return writing;
    }
    return undefined;
  }

  #write(style, time) {
    if (!this.formats.has(style)) this.formats.set(style, new Intl.DateTimeFormat(this.locale, { ...style, timeZone: "UTC" }));
    return this.formats.get(style).format(time * 1000);
  }
}

/** The labels of the axis that lead somewhere, and which of them is pointed at. */
export class AxisLinks {
  shown = []; // as `paintAxis` gives them
  pointed = null;

  /** @param {() => void} changed another one, or none, is pointed at */
  constructor(changed) {
    this.changed = changed;
  }

  /** The label at a place on the axis, or null. */
  at(x, y) {
    return this.shown.find(({ x0, x1, y0, y1 }) => x >= x0 - SLACK && x <= x1 + SLACK && y >= y0 && y < y1) ?? null;
  }

  /** Point at a label; null for none. */
  point(link) {
    if (this.pointed?.start === link?.start && this.pointed?.end === link?.end) return;
    this.pointed = link;
    this.changed();
  }
}

/**
 * Draw the axis. Labels of years, months and days are underlined: they lead to what they name.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{view: {start: number, end: number}, width: number, palette: object, labels: AxisLabels, font: string, pointed: object|null}} look
 *   pointed: the label under the pointer, as returned the last time
 * @returns {{x0: number, x1: number, y0: number, y1: number, start: number, end: number}[]} labels that lead somewhere: where
 *   they stand, pixels, and to which time
 */
export function paintAxis(context, look) {
  const { view, width, palette, labels, font } = look;
  const links = [];
  const axis = ticks(view, width);
  context.clearRect(0, 0, width, AXIS_HEIGHT);
  context.font = `12px ${font}`;
  context.textBaseline = "middle";
  context.fillStyle = palette["ink-soft"];
  context.strokeStyle = palette["rule-control"];
  context.lineWidth = 1;
  context.beginPath();
  for (const { time } of axis.minor) {
    const x = Math.round(timeToX(time, view, width)) + 0.5;
    context.moveTo(x, AXIS_HEIGHT - 5);
    context.lineTo(x, AXIS_HEIGHT);
    const label = labels.minor(axis.unit, time);
    const half = context.measureText(label).width / 2;
    // A label cut by the edge reads as another number: leave it out.
    if (x - half < 0 || x + half > width) continue;
    context.textAlign = "center";
    context.fillText(label, x, AXIS_HEIGHT - 12);
    if (LINKED.has(axis.unit)) links.push({ x0: x - half, x1: x + half, y0: MIDDLE, y1: AXIS_HEIGHT, ...calendarUnit(axis.unit, time) });
  }
  context.stroke();
  if (axis.parent) links.push(...paintMajor(context, axis, look));
  // What is shown already leads nowhere; what is only partly in view leads out to all of it.
  const leading = links.filter(({ start, end }) => start !== view.start || end !== view.end);
  for (const link of leading) underline(context, link, look);
  return leading;
}

function underline(context, { x0, x1, y1, start, end }, { palette, pointed }) {
  const under = pointed?.start === start && pointed.end === end;
  context.fillStyle = under ? palette.accent : palette["rule-control"];
  context.fillRect(Math.round(x0), y1 - (y1 === MIDDLE ? 1 : 6), Math.round(x1 - x0), under ? 2 : 1);
}

/** The coarse row: each label keeps inside its own unit and stays readable while the unit is in view. */
function paintMajor(context, axis, { view, width, palette, labels, font }) {
  const links = [];
  context.font = `600 12px ${font}`;
  context.fillStyle = palette.ink;
  context.textAlign = "left";
  context.strokeStyle = palette["rule-control"];
  axis.major.forEach(({ time }, n) => {
    const x = timeToX(time, view, width);
    const following = axis.major[n + 1];
    const end = following ? timeToX(following.time, view, width) : width;
    if (x > 0) {
      context.beginPath();
      context.moveTo(Math.round(x) + 0.5, 1);
      context.lineTo(Math.round(x) + 0.5, MIDDLE);
      context.stroke();
    }
    const from = Math.max(x, 0) + 6;
    const label = labels.major(axis.parent, time, (writing) => context.measureText(writing).width <= end - from - 4);
    if (!label) return;
    context.fillText(label, from, MIDDLE / 2);
    links.push({ x0: from, x1: from + context.measureText(label).width, y0: 0, y1: MIDDLE, ...calendarUnit(axis.parent, time) });
  });
  return links;
}

/** Vertical lines behind the lanes: fine at the ticks, firmer where a day, month or year begins. */
export function paintGrid(context, { view, width, height, palette }) {
  const axis = ticks(view, width);
  const lines = (times, colour, lineWidth) => {
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.beginPath();
    for (const { time } of times) {
      const x = Math.round(timeToX(time, view, width)) + 0.5;
      if (x < 0 || x > width) continue;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
  };
  lines(axis.minor, palette.rule, 1);
  context.globalAlpha = 0.45;
  lines(axis.major, palette["rule-control"], 1);
  context.globalAlpha = 1;
}
