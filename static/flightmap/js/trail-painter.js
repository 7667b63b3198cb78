/**
 * Paints trails on two canvases: "ground" (the path still ahead, faint, and the casing under trails) and
 * "trail" (what has been flown). Each call adds only the lines newly flown; all is painted again when the
 * view, the choice of flights or the direction of time changes.
 *
 * An entry: `{ id, trail, colour, openStart, openEnd, dimmed, copies, dash }`; `copies` and `dash` are the
 * painter's: the horizontal offsets of the worlds in which the flight is in view, and how far its dashes are.
 */

import { WORLD } from "./trail.js";

export const OBSERVED_WIDTH = 2.5;
export const ESTIMATED_WIDTH = 1.5;
export const ESTIMATED_DASH = [6, 6];
const CASING_WIDTH = OBSERVED_WIDTH + 2;
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
    this.ground = ground;
    this.trail = trail;
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
    for (const context of [this.ground, this.trail]) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.lineJoin = "round";
    }
    for (const entry of entries) entry.copies = copiesInView(entry.trail.bounds, this.view);
    if (this.ahead) for (const entry of entries) this.#paintAhead(entry);
    for (const entry of entries) entry.trail.rewind();
    this.paintOn(entries, time);
  }

  /** What has been flown since the last call. */
  paintOn(entries, time) {
    for (const entry of entries) {
      entry.trail.advance(time, (piece, from, to) => this.#paintRun(entry, piece, from, to));
    }
  }

  /** Stroke part of a piece, and a last point (world coordinates) after it if given. For the heads, too. */
  strokeObserved(casingOn, colourOn, entry, piece, from, to, tip) {
    for (const offset of entry.copies) {
      for (const [context, style, width] of [
        [casingOn, this.colours.casing, CASING_WIDTH],
        [colourOn, entry.colour, OBSERVED_WIDTH],
      ]) {
        context.globalAlpha = entry.dimmed ? DIMMED : 1;
        context.strokeStyle = style;
        context.lineWidth = width;
        context.lineCap = entry.dimmed ? "butt" : "round"; // round ends of see-through lines would show at every joint
        this.#trace(context, piece, from, to, offset, tip);
        context.stroke();
      }
    }
  }

  /** The same for an estimate: dashes that run on where they stopped. Returns the px length traced. */
  strokeEstimated(context, entry, piece, from, to, tip) {
    let length = 0;
    for (const offset of entry.copies) {
      context.globalAlpha = entry.dimmed ? DIMMED : 1;
      context.strokeStyle = this.colours.estimated;
      context.lineWidth = ESTIMATED_WIDTH;
      context.lineCap = "butt";
      context.setLineDash(ESTIMATED_DASH);
      context.lineDashOffset = entry.dash;
      length = this.#trace(context, piece, from, to, offset, tip);
      context.stroke();
      context.setLineDash([]);
    }
    return length;
  }

  #paintRun(entry, piece, from, to) {
    if (piece.kind !== "observed") {
      if (!this.estimates) return;
      if (from === 0) entry.dash = 0;
      if (to > from) entry.dash += this.strokeEstimated(this.trail, entry, piece, from, to);
      return;
    }
    if (to > from) this.strokeObserved(this.ground, this.trail, entry, piece, from, to);
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
    const context = this.ground;
    context.globalAlpha = AHEAD.alpha * (entry.dimmed ? 0.5 : 1);
    context.strokeStyle = entry.colour;
    context.lineWidth = AHEAD.width;
    context.lineCap = "round";
    for (const piece of entry.trail.pieces) {
      if (piece.kind !== "observed" || piece.n < 2) continue;
      for (const offset of entry.copies) {
        this.#trace(context, piece, 0, piece.n - 1, offset);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  /** A bar across the path where observation begins or ends in the air: the line stops here, the flight did not. */
  #paintEndTick(entry, piece, at, offset) {
    const towards = at === 0 ? firstOther(piece, 0, 1) : firstOther(piece, at, -1);
    if (towards < 0) return;
    const [x, y] = this.#place(piece.x[at], piece.y[at], offset);
    const [dx, dy] = [piece.x[at] - piece.x[towards], piece.y[at] - piece.y[towards]];
    const size = END_TICK / Math.hypot(dx, dy);
    for (const [context, style, width] of [
      [this.ground, this.colours.casing, CASING_WIDTH],
      [this.trail, entry.colour, OBSERVED_WIDTH - 0.5],
    ]) {
      context.globalAlpha = entry.dimmed ? DIMMED : 1;
      context.strokeStyle = style;
      context.lineWidth = width;
      context.lineCap = "butt";
      context.beginPath();
      context.moveTo(x - dy * size, y + dx * size);
      context.lineTo(x + dy * size, y - dx * size);
      context.stroke();
    }
  }

  #paintLoneFix(entry, piece, offset) {
    const [x, y] = this.#place(piece.x[0], piece.y[0], offset);
    for (const [context, style, radius] of [
      [this.ground, this.colours.casing, LONE_FIX + 1],
      [this.trail, entry.colour, LONE_FIX],
    ]) {
      context.globalAlpha = entry.dimmed ? DIMMED : 1;
      context.fillStyle = style;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Trace fixes from…to (and a tip) as one path. Returns its length in px. */
  #trace(context, piece, from, to, offset, tip) {
    const { scale, left, top } = this.view;
    const shift = offset - left;
    let x = piece.x[from] * scale + shift;
    let y = piece.y[from] * scale - top;
    let length = 0;
    context.beginPath();
    context.moveTo(x, y);
    const lineTo = (nextX, nextY) => {
      length += Math.hypot(nextX - x, nextY - y);
      context.lineTo((x = nextX), (y = nextY));
    };
    for (let i = from + 1; i <= to; i++) {
      const nextX = piece.x[i] * scale + shift;
      const nextY = piece.y[i] * scale - top;
      if (i === to || Math.abs(nextX - x) > NEAREST || Math.abs(nextY - y) > NEAREST) lineTo(nextX, nextY);
    }
    if (tip) lineTo(tip.x * scale + shift, tip.y * scale - top);
    return length;
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
