/**
 * One flight's path as the map draws it: pieces in world coordinates, and a cursor that knows how far the
 * clock has come. Moving the cursor on costs what has newly been flown, not what the flight holds.
 *
 * A piece: `{ kind, n, time, x, y, angle, lost }`. Kinds: "observed" and "estimated" are stretches of fixes;
 * "bridge" is the great circle at constant speed across the time between two stretches. World coordinates are
 * Web Mercator with the world 256 wide, longitudes running on past the antimeridian.
 */

import { arc } from "./great-circle.js";
import { fixBefore, shortWay, turnBetween } from "./path.js";

export const WORLD = 256;
const ROUNDING = 0.1; // seconds
const HIGHEST = 85.0511287798; // where Web Mercator ends

/** World coordinates of a place, the same as Leaflet's EPSG:3857 at zoom 0. */
export function project(lon, lat) {
  const sine = Math.sin((Math.max(-HIGHEST, Math.min(HIGHEST, lat)) * Math.PI) / 180);
  return [(lon / 360 + 0.5) * WORLD, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD];
}

export class Trail {
  #now = -Infinity;

  /** What the last call of `head` found. */
  at = { state: "before", x: 0, y: 0, angle: 0, since: null };

  /** @param {object} path a decoded flight (path.js) with at least one stretch */
  constructor(path) {
    this.id = path.id;
    this.t0 = path.t0;
    this.start = path.start;
    this.end = path.end;
    this.pieces = buildPieces(path);
    this.bounds = boundsOf(this.pieces);
    this.rewind();
  }

  /** Back to before the first fix. */
  rewind() {
    this.piece = 0;
    this.fix = -1;
    this.#now = -Infinity;
  }

  /**
   * Move the cursor on to a time.
   *
   * @param {number} epoch not before the time of the last call (else rewind first)
   * @param {(piece: object, from: number, to: number) => void} [emit] called for each run of whole lines newly
   *   flown, from fix to fix; from === to is the first fix of a piece
   */
  advance(epoch, emit) {
    this.#now = this.#snap(epoch) - this.t0;
    for (;;) {
      const piece = this.pieces[this.piece];
      const reached = fixBefore(piece.time, this.#now, this.fix);
      if (reached > this.fix) {
        emit?.(piece, Math.max(this.fix, 0), reached);
        this.fix = reached;
      }
      if (reached < piece.n - 1 || this.piece === this.pieces.length - 1) return;
      this.piece += 1;
      this.fix = -1;
    }
  }

  /**
   * The wire rounds times, so the first and the last fix may lie a little inside the flight's own interval. A
   * moment at its very edge is theirs.
   */
  #snap(epoch) {
    if (epoch < this.start && this.start - epoch <= ROUNDING) return this.start;
    return epoch > this.end && epoch - this.end <= ROUNDING ? this.end : epoch;
  }

  /**
   * Where the aircraft is at the cursor's time, and how well that is known. The object (`at`) is reused.
   *
   * @param {boolean} estimates whether estimates may be shown
   * @returns {{state: string, x: number, y: number, angle: number, since: number|null}} state "before" (no
   *   place); "observed"; "estimated" (only with estimates); "lost": no data since the epoch second `since`,
   *   x and y the last fix; "ended": the same after the last fix of all
   */
  head(estimates) {
    const head = this.at;
    const piece = this.pieces[this.piece];
    const { fix } = this;
    head.since = null;
    if (fix < 0) {
      // Between two pieces the cursor stands on the one behind, so this is before the first fix of all.
      head.state = "before";
      return head;
    }
    const ended = this.piece === this.pieces.length - 1 && fix === piece.n - 1 && this.#now > piece.time[fix];
    const seen = piece.kind === "observed" || estimates;
    if (!seen || ended) {
      const last = piece.kind === "observed" ? fixOf(piece, fix) : piece.lost;
      if (!last) {
        head.state = "before";
        return head;
      }
      head.state = ended ? "ended" : "lost";
      head.x = last.x;
      head.y = last.y;
      if (last.angle >= 0) head.angle = last.angle;
      head.since = this.t0 + last.time;
      return head;
    }
    head.state = piece.kind === "observed" ? "observed" : "estimated";
    const next = Math.min(fix + 1, piece.n - 1);
    const span = piece.time[next] - piece.time[fix];
    const share = span > 0 ? (this.#now - piece.time[fix]) / span : 0;
    const dx = piece.x[next] - piece.x[fix];
    const dy = piece.y[next] - piece.y[fix];
    head.x = piece.x[fix] + dx * share;
    head.y = piece.y[fix] + dy * share;
    const angle = piece.angle ? turnBetween(piece.angle[fix], piece.angle[next], share) : NaN;
    // The angle the tracker gave; else the way it goes on the map; else, standing still, as it pointed before.
    if (angle >= 0) head.angle = angle;
    else if (dx || dy) head.angle = ((Math.atan2(dx, -dy) * 180) / Math.PI + 360) % 360;
    return head;
  }
}

function fixOf(piece, at) {
  return { x: piece.x[at], y: piece.y[at], time: piece.time[at], angle: piece.angle[at] };
}

function buildPieces(path) {
  const pieces = [];
  let lon = null;
  let before = null; // the stretch before
  let lost = null; // the last observed fix so far
  path.stretches.forEach((stretch) => {
    const piece = stretchPiece(stretch, lon, lost);
    if (before) {
      const bridge = bridgePiece(before, stretch, lon, lost);
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

function stretchPiece(stretch, lonBefore, lost) {
  const { n } = stretch;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  let lon = lonBefore ?? stretch.lon[0];
  for (let i = 0; i < n; i++) {
    lon += shortWay((stretch.lon[i] - lon) % 360);
    [x[i], y[i]] = project(lon, stretch.lat[i]);
  }
  return { kind: stretch.class, n, time: stretch.time, x, y, angle: stretch.angle, lost, lastLon: lon };
}

function bridgePiece(before, after, lon, lost) {
  const from = before.n - 1;
  const [start, end] = [before.time[from], after.time[0]];
  if (!(end > start)) return null;
  const points = arc(lon, before.lat[from], after.lon[0], after.lat[0]);
  const n = points.length;
  const piece = { kind: "bridge", n, time: new Float64Array(n), x: new Float64Array(n), y: new Float64Array(n), angle: null, lost };
  points.forEach((point, i) => {
    piece.time[i] = start + (end - start) * point.share;
    [piece.x[i], piece.y[i]] = project(point.lon, point.lat);
  });
  return piece;
}

function boundsOf(pieces) {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const { x, y, n } of pieces) {
    for (let i = 0; i < n; i++) {
      bounds.left = Math.min(bounds.left, x[i]);
      bounds.right = Math.max(bounds.right, x[i]);
      bounds.top = Math.min(bounds.top, y[i]);
      bounds.bottom = Math.max(bounds.bottom, y[i]);
    }
  }
  return bounds;
}
