/** The canvases of the lanes: as sharp as the screen, and the rows in sight on them. */

import { paintRow } from "./timeline-paint.js";

/** More pixels for each of the page's than this cost time and show nothing. */
const SHARPEST = 2;

/** A canvas of the right size for the screen's pixels, ready to draw in CSS pixels. */
export function prepare(canvas, width, height) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, SHARPEST);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

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
