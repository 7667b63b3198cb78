/** Which flown trail lies under a point of the canvas. */

import { FIX, FIX_X, FIX_Y } from "./trail-pieces.js";

/**
 * @param {object[]} entries as for TrailPainter
 * @param {import("./motions.js").Motions} motions their cursors at the moment shown
 * @param {{scale: number, left: number, top: number}} view the painter's
 * @param {{x: number, y: number}} at px from the canvas's corner
 * @param {number} within px
 * @param {boolean} ahead whether the path still to come counts, too
 * @param {number} since epoch seconds; what was flown before has faded away
 * @returns {string|null} the nearest flight's id; only observed lines count
 */
export function nearestTrail(entries, motions, view, at, within, ahead = false, since = -Infinity) {
  const { scale, left, top } = view;
  const y = (at.y + top) / scale;
  let best = null;
  let least = within / scale; // in world units
  entries.forEach(({ id, trail, copies }, i) => {
    const { bounds } = trail;
    const flown = { piece: motions.piece[i], fix: motions.fix[i] };
    for (const offset of copies) {
      const x = (at.x + left - offset) / scale;
      if (x < bounds.left - least || x > bounds.right + least || y < bounds.top - least || y > bounds.bottom + least) continue;
      const apart = distanceToTrail(trail, x, y, ahead ? null : flown, since);
      if (apart <= least) [best, least] = [id, apart];
    }
  });
  return best;
}

function distanceToTrail(trail, x, y, flown, since) {
  let least = Infinity;
  trail.pieces.forEach((piece, number) => {
    if (piece.kind !== "observed" || (flown && number > flown.piece)) return;
    const last = flown && number === flown.piece ? flown.fix : piece.n - 1;
    const { fixes } = piece;
    for (let i = 0; i < last * FIX; i += FIX) {
      if (flown && fixes[i + FIX] < since) continue;
      least = Math.min(least, toSegment(x, y, fixes[i + FIX_X], fixes[i + FIX_Y], fixes[i + FIX + FIX_X], fixes[i + FIX + FIX_Y]));
    }
  });
  return least;
}

function toSegment(x, y, x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const share = length ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length)) : 0;
  return Math.hypot(x - x1 - dx * share, y - y1 - dy * share);
}
