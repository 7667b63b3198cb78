/** Small marks on the bars: take-off and landing, and how many flights a bunch holds. */

import { timeToX } from "./timeline-scale.js";

/** A bar narrower than this has no room for marks at its ends, pixels. */
const LEAST_WIDTH = 24;
const RADIUS = 2.5;
/** Width of a digit of the count, pixels; measuring each would cost more than drawing it. */
const DIGIT = 6.5;

/**
 * Take-off as a dot on a stem above the bar, landing as one below it; filled where observed, hollow where estimated or
 * only stated.
 *
 * @param {CanvasRenderingContext2D} context with its origin at the row's upper left corner
 * @param {{x0: number, x1: number, bars: object[]}} item of one bar
 * @param {{middle: number, half: number}} box
 * @param {object} look as for `paintRow`
 */
export function paintMoments(context, item, box, look) {
  if (item.x1 - item.x0 < LEAST_WIDTH) return;
  const { flight, start, end } = item.bars[0];
  for (const [time, basis, way] of [[flight.departure, flight.departure_basis, -1], [flight.arrival, flight.arrival_basis, 1]]) {
    if (typeof time !== "number" || !basis || time < start || time > end) continue;
    const x = timeToX(time, look.view, look.width);
    if (x < -RADIUS || x > look.width + RADIUS) continue;
    const edge = box.middle + way * box.half;
    context.beginPath();
    context.moveTo(x, edge);
    context.lineTo(x, edge + way * 2);
    context.strokeStyle = look.palette.ink;
    context.lineWidth = 1.25;
    context.stroke();
    context.beginPath();
    context.arc(x, edge + way * 3, RADIUS, 0, 2 * Math.PI);
    context.fillStyle = basis === "observed" ? look.palette.ink : look.palette.panel;
    context.fill();
    context.stroke();
  }
}

/**
 * How many flights the bunches of a row hold, where there is room for the number.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object[]} items of the row
 * @param {(item: object) => {middle: number}} boxOf
 * @param {object} look as for `paintRow`
 */
export function paintCounts(context, items, boxOf, { palette, width }) {
  const following = []; // by level: where the next item begins
  for (let n = items.length - 1; n >= 0; n -= 1) {
    const item = items[n];
    const count = item.bars.length;
    if (count > 1) {
      const text = `×${count}`;
      const room = (following[item.level] ?? width) - item.x1;
      if (room > text.length * DIGIT + 4) {
        context.fillStyle = palette["ink-soft"];
        context.textAlign = "left";
        context.textBaseline = "middle";
        context.fillText(text, item.x1 + 3, boxOf(item).middle + 0.5);
      }
    }
    following[item.level] = Math.min(item.x0, following[item.level] ?? Infinity);
  }
}
