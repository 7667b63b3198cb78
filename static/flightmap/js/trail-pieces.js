/**
 * A flight's path as the map draws it: pieces in world coordinates.
 *
 * A piece: `{ kind, n, fixes, lost }`. Kinds: "observed" and "estimated" are stretches of fixes; "bridge" is
 * the great circle at constant speed across the time between two stretches. `fixes` holds FIX numbers a fix: time
 * (epoch seconds), x, y (world coordinates) and angle (degrees, NaN unknown), side by side because they are read
 * together. `lost`: the last observed fix before the piece; `stretch`: that of the path (path.js), none of a bridge. World coordinates are Web Mercator with the world 256
 * wide, longitudes running on past the antimeridian.
 */

import { arc } from "./great-circle.js";
import { shortWay } from "./path.js";

export const FIX = 4;
export const [FIX_TIME, FIX_X, FIX_Y, FIX_ANGLE] = [0, 1, 2, 3];
export const WORLD = 256;
const HIGHEST = 85.0511287798; // where Web Mercator ends

/** World coordinates of a place, the same as Leaflet's EPSG:3857 at zoom 0. */
export function project(lon, lat) {
  const sine = Math.sin((Math.max(-HIGHEST, Math.min(HIGHEST, lat)) * Math.PI) / 180);
  return [(lon / 360 + 0.5) * WORLD, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD];
}

/** Fix number `at` of a piece, as an object. */
export function fixOf({ fixes }, at) {
  const i = at * FIX;
  return { time: fixes[i], x: fixes[i + FIX_X], y: fixes[i + FIX_Y], angle: fixes[i + FIX_ANGLE] };
}

/** The pieces of a decoded flight (path.js), in order of time. */
export function buildPieces(path) {
  const pieces = [];
  let lon = null;
  let before = null; // the stretch before
  let lost = null; // the last observed fix so far
  path.stretches.forEach((stretch) => {
    const piece = stretchPiece(stretch, path.t0, lon, lost);
    if (before) {
      const bridge = bridgePiece(before, stretch, path.t0, lon, lost);
      if (bridge) pieces.push(bridge);
    }
    pieces.push(piece);
    lon = piece.lastLon;
    before = stretch;
    if (piece.kind === "observed") {
      lost = fixOf(piece, piece.n - 1);
    }
  });
  return pieces;
}

function stretchPiece(stretch, t0, lonBefore, lost) {
  const { n, time } = stretch;
  const fixes = new Float64Array(n * FIX);
  let lon = lonBefore ?? stretch.lon[0];
  for (let i = 0; i < n; i++) {
    lon += shortWay((stretch.lon[i] - lon) % 360);
    fixes.set([t0 + time[i], ...project(lon, stretch.lat[i]), stretch.angle[i]], i * FIX);
  }
  return { kind: stretch.class, n, fixes, lost, stretch, along: null, lastLon: lon };
}

function bridgePiece(before, after, t0, lon, lost) {
  const from = before.n - 1;
  const [start, end] = [before.time[from], after.time[0]];
  if (!(end > start)) return null;
  const points = arc(lon, before.lat[from], after.lon[0], after.lat[0]);
  const n = points.length;
  const fixes = new Float64Array(n * FIX);
  points.forEach(({ lon: x, lat: y, share }, i) => fixes.set([t0 + start + (end - start) * share, ...project(x, y), NaN], i * FIX));
  return { kind: "bridge", n, fixes, lost, stretch: null, along: null };
}

/** World coordinates around pieces. */
export function boundsOf(pieces) {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { fixes } of pieces) {
    for (let i = 0; i < fixes.length; i += FIX) {
      bounds.left = Math.min(bounds.left, fixes[i + FIX_X]);
      bounds.right = Math.max(bounds.right, fixes[i + FIX_X]);
      bounds.top = Math.min(bounds.top, fixes[i + FIX_Y]);
      bounds.bottom = Math.max(bounds.bottom, fixes[i + FIX_Y]);
    }
  }
  return bounds;
}

/** The horizontal px offsets of those copies of the world in which these bounds touch the view. */
export function copiesInView(bounds, { scale, left, top, width, height }, margin = 24) {
  if (bounds.bottom * scale < top - margin || bounds.top * scale > top + height + margin) return [];
  const world = WORLD * scale;
  const first = Math.ceil((left - margin - bounds.right * scale) / world);
  const last = Math.floor((left + width + margin - bounds.left * scale) / world);
  const copies = [];
  for (let copy = first; copy <= last; copy++) copies.push(copy * world + 0); // + 0: never −0
  return copies;
}

/** The fix nearest to another in a direction that is at another place; −1 when all are at the same. */
export function firstOther({ fixes, n }, at, step) {
  const here = at * FIX;
  for (let i = at + step; i >= 0 && i < n; i += step) {
    if (fixes[i * FIX + FIX_X] !== fixes[here + FIX_X] || fixes[i * FIX + FIX_Y] !== fixes[here + FIX_Y]) return i;
  }
  return -1;
}
