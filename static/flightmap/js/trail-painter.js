/**
 * Paints trails on two canvases: "ground" (the path still ahead, faint, and the casing under trails) and
 * "trail" (what has been flown). Each call adds only the lines newly flown; all is painted again when the
 * view, the choice of flights or the direction of time changes.
 *
 * An entry: `{ id, trail, colour, openStart, openEnd, dimmed, copies, dash }`; `copies` and `dash` are the
 * painter's: the horizontal offsets of the worlds in which the flight is in view, and how far its dashes are.
 */

import { Pen } from "./pen.js";
import { WORLD } from "./trail.js";

export const OBSERVED_WIDTH = 2.5;
export const ESTIMATED_WIDTH = 1.5;
export const ESTIMATED_DASH = [6, 6];
const CASING_WIDTH = OBSERVED_WIDTH + 2;
const TICK_WIDTH = 2;
const AHEAD = { width: 1.5, alpha: 0.38 };
const DIMMED = 0.32;
const END_TICK = 4.5; // half the length of the bar where observation ends, px
const LONE_FIX = 2.5; // radius of a stretch of one fix, px
const NEAREST = 0.6; // points closer than this many px on screen are one

export class TrailPainter {
  /**
   * @param {CanvasRenderingContext2D} ground
   * @param {CanvasRenderingContext2D} trail
   */
  constructor(ground, trail) {
    this.ground = new Pen(ground);
    this.trail = new Pen(trail);
    this.estimates = false;
    this.ahead = false;
    this.colours = { casing: "#fff", estimated: "#7a7f87" };
    this.setView({ scale: 1, left: 0, top: 0, width: 0, height: 0, ratio: 1 });
  }

  /** @param {{scale: number, left: number, top: number, width: number, height: number, ratio: number}} view
   *    px a world unit; world px of the canvas's corner; CSS px of the canvas; device px a CSS px */
  setView(view) {
    this.view = view;
  }

  /** Everything flown up to a time, from scratch. */
  paintAll(entries, time) {
    const { width, height, ratio } = this.view;
    for (const { context } of [this.ground, this.trail]) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.lineJoin = "round";
    }
    for (const entry of entries) entry.copies = copiesInView(entry.trail.bounds, this.view);
    if (this.ahead) for (const entry of entries) this.#paintAhead(entry);
    for (const entry of entries) entry.trail.rewind();
    this.paintOn(entries, time);
  }

  /** What has been flown since the last call. Entries of one colour in a row cost one stroke. */
  paintOn(entries, time) {
    for (const entry of entries) {
      entry.trail.advance(time, (piece, from, to) => this.#paintRun(entry, piece, from, to));
    }
    this.ground.flush();
    this.trail.flush();
  }

  /** Trace an observed line, and a last point (world coordinates) after it if given. For the heads, too. */
  traceObserved(pen, isCasing, entry, piece, from, to, tip) {
    const alpha = entry.dimmed ? DIMMED : 1;
    // Round ends of see-through lines would show at every joint.
    const cap = entry.dimmed ? "butt" : "round";
    if (isCasing) pen.use(this.colours.casing, CASING_WIDTH, alpha, cap);
    else pen.use(entry.colour, OBSERVED_WIDTH, alpha, cap);
    for (const offset of entry.copies) this.#trace(pen, piece, from, to, offset, tip);
  }

  /** Stroke an estimate: its dashes begin where `entry.dash` says that the last ones ended. */
  strokeEstimated(pen, entry, piece, from, to, tip) {
    pen.flush();
    const { context } = pen;
    context.setLineDash(ESTIMATED_DASH);
    context.lineDashOffset = entry.dash;
    for (const offset of entry.copies) {
      pen.use(this.colours.estimated, ESTIMATED_WIDTH, entry.dimmed ? DIMMED : 1, "butt");
      this.#trace(pen, piece, from, to, offset, tip);
      pen.flush();
    }
    context.setLineDash([]);
  }

  #paintRun(entry, piece, from, to) {
    if (piece.kind !== "observed") {
      if (!this.estimates) return;
      if (from === 0) entry.dash = 0;
      if (to > from) this.strokeEstimated(this.trail, entry, piece, from, to);
      entry.dash += this.#length(piece, from, to);
      return;
    }
    if (to > from) {
      this.traceObserved(this.ground, true, entry, piece, from, to);
      this.traceObserved(this.trail, false, entry, piece, from, to);
    }
    if (from > 0 && to < piece.n - 1) return;
    const { pieces } = entry.trail;
    const startsOpen = piece === pieces[0] ? entry.openStart : true;
    const endsOpen = piece === pieces.at(-1) ? entry.openEnd : true;
    for (const offset of entry.copies) {
      if (piece.n === 1) this.#paintLoneFix(entry, piece, offset);
      if (from === 0 && startsOpen && to > 0) this.#paintEndTick(entry, piece, 0, offset);
      if (to === piece.n - 1 && endsOpen && to > 0) this.#paintEndTick(entry, piece, to, offset);
    }
  }

  #paintAhead(entry) {
    for (const piece of entry.trail.pieces) {
      if (piece.kind !== "observed" || piece.n < 2) continue;
      this.ground.use(entry.colour, AHEAD.width, AHEAD.alpha * (entry.dimmed ? 0.5 : 1));
      for (const offset of entry.copies) this.#trace(this.ground, piece, 0, piece.n - 1, offset);
    }
    this.ground.flush();
  }

  /** A bar across the path where observation begins or ends in the air: the line stops here, the flight did not. */
  #paintEndTick(entry, piece, at, offset) {
    const towards = at === 0 ? firstOther(piece, 0, 1) : firstOther(piece, at, -1);
    if (towards < 0) return;
    const [x, y] = this.#place(piece.x[at], piece.y[at], offset);
    const [dx, dy] = [piece.x[at] - piece.x[towards], piece.y[at] - piece.y[towards]];
    const size = END_TICK / Math.hypot(dx, dy);
    const alpha = entry.dimmed ? DIMMED : 1;
    for (const [pen, style, width] of [
      [this.ground, this.colours.casing, CASING_WIDTH],
      [this.trail, entry.colour, TICK_WIDTH],
    ]) {
      pen.use(style, width, alpha, "butt");
      pen.moveTo(x - dy * size, y + dx * size);
      pen.lineTo(x + dy * size, y - dx * size);
    }
  }

  #paintLoneFix(entry, piece, offset) {
    const [x, y] = this.#place(piece.x[0], piece.y[0], offset);
    for (const [pen, style, radius] of [
      [this.ground, this.colours.casing, LONE_FIX + 1],
      [this.trail, entry.colour, LONE_FIX],
    ]) {
      pen.flush();
      const { context } = pen;
      context.globalAlpha = entry.dimmed ? DIMMED : 1;
      context.fillStyle = style;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Trace fixes from…to, and a tip. */
  #trace(pen, piece, from, to, offset, tip) {
    const { scale, left, top } = this.view;
    const shift = offset - left;
    let x = piece.x[from] * scale + shift;
    let y = piece.y[from] * scale - top;
    pen.moveTo(x, y);
    for (let i = from + 1; i <= to; i++) {
      const nextX = piece.x[i] * scale + shift;
      const nextY = piece.y[i] * scale - top;
      if (i < to && Math.abs(nextX - x) <= NEAREST && Math.abs(nextY - y) <= NEAREST) continue;
      pen.lineTo((x = nextX), (y = nextY));
    }
    if (tip) pen.lineTo(tip.x * scale + shift, tip.y * scale - top);
  }

  /** Pixels from fix to fix. */
  #length(piece, from, to) {
    let length = 0;
    for (let i = from; i < to; i++) length += Math.hypot(piece.x[i + 1] - piece.x[i], piece.y[i + 1] - piece.y[i]);
    return length * this.view.scale;
  }

  #place(x, y, offset) {
    const { scale, left, top } = this.view;
    return [x * scale + offset - left, y * scale - top];
  }
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

function firstOther(piece, at, step) {
  for (let i = at + step; i >= 0 && i < piece.n; i += step) {
    if (piece.x[i] !== piece.x[at] || piece.y[i] !== piece.y[at]) return i;
  }
  return -1;
}
