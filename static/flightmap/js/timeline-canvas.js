/** The rows of lanes in sight, on a canvas. */

import { paintRow } from "./timeline-paint.js";

/**
 * Draw rows of lanes.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object[]} rows in sight, from `stackRows`
 * @param {number} scrolled pixels of the rows above those in sight
 * @param {Map<string, object[]>} items by lane key, from `placeBars`
 * @param {object} look as for `paintRow`, without the colour
 * @param {(lane: string) => string} colourOf a lane's observed bars
 */
export function paintRows(context, rows, scrolled, items, look, colourOf) {
  context.font = `11px ${look.font}`;
  for (const row of rows) {
    context.save();
    context.translate(0, row.top - scrolled);
    paintRow(context, row, items.get(row.lane.key), { ...look, colour: colourOf(row.lane.key) });
    context.restore();
  }
}
