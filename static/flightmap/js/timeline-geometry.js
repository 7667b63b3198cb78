/**
 * Where lanes and bars are in pixels: rows from top to bottom, bars within a row. Whatever is drawn, pointed
 * at or focused asks here, so that they can't disagree.
 */

import { barsInView, mergeBars } from "./timeline-layout.js";
import { timeToX } from "./timeline-scale.js";

/** Height of a row with one level, and of each level further ones add, pixels. 24 is the least a finger or WCAG's target size needs. */
export const ROW_HEIGHT = 28;
export const LEVEL_HEIGHT = 15;
const ROW_PADDING = 5;
/** An observed bar is drawn at least this wide, so that a flight is seen at any zoom. */
export const LEAST_WIDTH = 3;
/** Bars in view are cut off this far outside the canvas, pixels. */
const OVERHANG = 100;

/** Rows of the lanes, one below the other: `[{lane, top, height}]`. */
export function stackRows(lanes) {
  let top = 0;
  return lanes.map((lane) => {
    const height = lane.levels === 1 ? ROW_HEIGHT : lane.levels * LEVEL_HEIGHT + 2 * ROW_PADDING;
    const row = { lane, top, height };
    top += height;
    return row;
  });
}

/** Height of all rows. */
export function rowsHeight(rows) {
  const last = rows.at(-1);
  return last ? last.top + last.height : 0;
}

/** Rows that reach into [top, bottom]. */
export function rowsBetween(rows, top, bottom) {
  return rows.filter((row) => row.top < bottom && row.top + row.height > top);
}

/** Middle and half height of a level's bars, from the row's top. */
export function levelBox(row, level) {
  if (row.lane.levels === 1) return { middle: row.height / 2, half: 7 };
  return { middle: ROW_PADDING + (level + 0.5) * LEVEL_HEIGHT, half: 5.5 };
}

/**
 * The bars of a lane as they are drawn: in pixels, bunched ones merged.
 *
 * @param {object} lane
 * @param {{start: number, end: number}} view
 * @param {number} width pixels
 * @param {boolean} [everything] also what lies outside the view
 * @returns {{bars: object[], level: number, x0: number, x1: number}[]} in order of time, then level
 */
export function placeBars(lane, view, width, everything = false) {
  const margin = ((view.end - view.start) / width) * 20;
  const bars = everything ? lane.bars : barsInView(lane, view, margin);
  const levels = Array.from({ length: lane.levels }, () => []);
  // A canvas loses its precision far outside itself: what is drawn ends a little beyond the edges.
  const [least, most] = everything ? [-Infinity, Infinity] : [-OVERHANG, width + OVERHANG];
  const clamp = (x) => Math.min(Math.max(x, least), most);
  for (const bar of bars) {
    levels[bar.level].push({ bar, x0: clamp(timeToX(bar.start, view, width)), x1: clamp(timeToX(bar.end, view, width)) });
  }
  const items = levels.flatMap((placed, level) => mergeBars(placed).map((item) => ({ ...item, level })));
  for (const item of items) {
    const missing = LEAST_WIDTH - (item.x1 - item.x0);
    if (missing > 0) {
      item.x0 -= missing / 2;
      item.x1 += missing / 2;
    }
  }
  return items.sort((a, b) => a.bars[0].start - b.bars[0].start || a.level - b.level);
}
