/**
 * Chevrons along a line: which way it was flown, without colour. They stand at fixed distances from the beginning of a
 * piece, so that a line painted bit by bit, or again, has them at the same places.
 */

import { FIX, FIX_X, FIX_Y } from "./trail-pieces.js";

export const SPACING = 96; // px between chevrons, at least
const [BACK, ASIDE] = [5.5, 4.5]; // px its arms reach
const LOOKED_AHEAD = 64; // fixes
const REACH = 6; // px on each side over which its direction is taken: single fixes waver

/** World units along a piece to each of its fixes; kept with it, as what is painted asks in every frame. */
export function alongOf(piece) {
  return (piece.along ??= measured(piece));
}

function measured({ fixes, n }) {
  const along = new Float64Array(n);
  for (let i = 1; i < n; i++) {
    const [here, before] = [i * FIX, (i - 1) * FIX];
    along[i] = along[i - 1] + Math.hypot(fixes[here + FIX_X] - fixes[before + FIX_X], fixes[here + FIX_Y] - fixes[before + FIX_Y]);
  }
  return along;
}

/**
 * Whether there is a chevron on fixes from…to: of short runs few have one. How far there is none is kept with the entry,
 * which is at hand where a line is painted, while a measured piece has to come from memory.
 *
 * @param {{plainPiece?: object, plainEvery?: number, plainFrom?: number, plainTo?: number}} entry a flight's
 */
export function hasChevron(entry, piece, from, to, every) {
  if (entry.plainPiece === piece && entry.plainEvery === every && from >= entry.plainFrom && to <= entry.plainTo) return false;
  const along = alongOf(piece);
  const passed = Math.floor(along[from] / every - 0.5);
  if (passed < Math.floor(along[to] / every - 0.5)) return true;
  let plain = to;
  while (plain < Math.min(piece.n - 1, to + LOOKED_AHEAD) && Math.floor(along[plain + 1] / every - 0.5) === passed) plain++;
  [entry.plainPiece, entry.plainEvery, entry.plainFrom, entry.plainTo] = [piece, every, from, plain];
  return false;
}

/** World units between chevrons: doubled from zoom to zoom, so that those of a farther view stay in a nearer one. */
export function spacingAt(scale, spacing = SPACING) {
  return 2 ** Math.ceil(Math.log2(spacing / scale));
}

/**
 * The chevrons on fixes from…to of a piece: `visit(x, y, dx, dy)`, world coordinates and a direction of length 1.
 *
 * @param {object} piece
 * @param {number} every world units from one to the next; the first stands half of that from the beginning
 * @param {number} scale px a world unit
 */
export function eachChevron(piece, from, to, every, scale, visit) {
  const along = alongOf(piece);
  // after…until: a run ends where the next begins, and a chevron there is the first one's
  let at = (Math.floor(along[from] / every - 0.5) + 1.5) * every;
  for (let i = from; at <= along[to]; at += every) {
    while (along[i + 1] < at) i++;
    const [x, y] = placeAt(piece, along, i, at);
    const [behindX, behindY] = placeAt(piece, along, segmentOf(along, i, at - REACH / scale), at - REACH / scale);
    const [aheadX, aheadY] = placeAt(piece, along, segmentOf(along, i, at + REACH / scale), at + REACH / scale);
    const [dx, dy] = [aheadX - behindX, aheadY - behindY];
    const length = Math.hypot(dx, dy);
    if (length > 0) visit(x, y, dx / length, dy / length);
  }
}

/** Trace one, its tip at a place of the canvas (px). */
export function traceChevron(pen, x, y, dx, dy) {
  const [tipX, tipY] = [x + (dx * BACK) / 2, y + (dy * BACK) / 2];
  pen.moveTo(tipX - dx * BACK - dy * ASIDE, tipY - dy * BACK + dx * ASIDE);
  pen.lineTo(tipX, tipY);
  pen.lineTo(tipX - dx * BACK + dy * ASIDE, tipY - dy * BACK - dx * ASIDE);
}

/** The fix before a distance along, looked for from one nearby. */
function segmentOf(along, from, at) {
  let i = from;
  while (i > 0 && along[i] > at) i--;
  while (i + 2 < along.length && along[i + 1] < at) i++;
  return i;
}

/** The place at a distance along, between fixes i and i + 1; at the ends the end. */
function placeAt({ fixes }, along, i, at) {
  const span = along[i + 1] - along[i];
  const share = span > 0 ? Math.max(0, Math.min(1, (at - along[i]) / span)) : 0;
  const here = i * FIX;
  const next = share ? here + FIX : here;
  return [
    fixes[here + FIX_X] + (fixes[next + FIX_X] - fixes[here + FIX_X]) * share,
    fixes[here + FIX_Y] + (fixes[next + FIX_Y] - fixes[here + FIX_Y]) * share,
  ];
}
