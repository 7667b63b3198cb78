/** What of the lanes lies under the pointer. */

import { levelBox } from "./timeline-geometry.js";

/** A pointer this far from a bar still means it. */
const POINTER_SLACK = 5;

/** The row at a distance from the top of all rows, or null. */
export function rowAt(rows, y) {
  return rows.find((row) => y >= row.top && y < row.top + row.height) ?? null;
}

/**
 * What the pointer means in a row: the item under it, or the nearest within a few pixels; among several the
 * narrowest, since a wide one can still be pointed at beside it.
 *
 * @param {object} row
 * @param {object[]} items of the row, as `placeBars` gives them
 * @param {number} x pixels
 * @param {number} y pixels from the row's top
 */
export function itemAt(row, items, x, y) {
  let best = null;
  for (const item of items) {
    const { middle, half } = levelBox(row, item.level);
    const above = Math.max(Math.abs(y - middle) - half, 0);
    const beside = Math.max(item.x0 - x, x - item.x1, 0);
    if (beside > POINTER_SLACK || above > POINTER_SLACK + 2) continue;
    const distance = beside + above;
    const width = item.x1 - item.x0;
    if (!best || distance < best.distance - 0.5 || (distance < best.distance + 0.5 && width < best.width)) {
      best = { item, distance, width };
    }
  }
  return best?.item ?? null;
}
