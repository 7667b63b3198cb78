/**
 * Paints trails on two canvases: "ground" (the path still ahead, faint, and the casing under trails) and
 * "trail" (what has been flown). Each call adds only the lines newly flown; all is painted again when the
 * view, the choice of flights or the direction of time changes. Trails may fade: then only their last bit is there,
 * and all is painted again whenever a step of that bit has passed.
 *
 * An entry: `{ id, trail, colour, openStart, openEnd, dimmed, copies, dash }`; `copies` and `dash` are the
 * painter's: the horizontal offsets of the worlds in which the flight is in view, and how far its dashes are.
 */

import { SPACING, eachChevron, hasChevron, spacingAt, traceChevron } from "./chevrons.js";
import { isCrowd } from "./head-labels.js";
import { COVERED, THRONG, coveredByBare } from "./head-shapes.js";
import { COVER, Motions, ROW, UNTIL } from "./motions.js";
import { fixBefore } from "./path.js";
import { Pen } from "./pen.js";
import { FIX, FIX_X, FIX_Y, copiesInView, firstOther } from "./trail-pieces.js";

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
const FADING = [0.22, 0.42, 0.65, 0.85, 1]; // opacity of a fading trail, from its end to the head
const FADE_STEPS = 30; // in how many steps a fading trail moves on by its length
const SLACK = 0.5; // px that a head in motion may be beside its path in a crowd: less than what two points are told apart by
const SHORT = 1; // px less than what a head covers that may be painted later

export class TrailPainter {
  /**
   * @param {CanvasRenderingContext2D} ground
   * @param {CanvasRenderingContext2D} trail
   */
  constructor(ground, trail) {
    this.ground = new Pen(ground);
    this.trail = new Pen(trail);
    this.motions = new Motions(); // row i: the cursor in the trail of entry i, and how its head moves
    this.patience = new Float64Array(0); // of each entry: how far (world units, squared) its painted line may lag behind
    this.covered = 0; // how far (the same) it may end from any head and be covered by it, however exactly drawn
    this.time = -Infinity;
    this.estimates = false;
    this.ahead = false;
    this.fade = 0; // seconds of data that a trail stays; 0: it stays
    this.spacing = SPACING; // px between chevrons at least; 0: none
    this.alpha = 1; // of what is traced, beside a dimmed entry's own
    this.faded = -Infinity; // when fading trails were painted last
    this.colours = { casing: "#fff", estimated: "#7a7f87" };
    this.setView({ scale: 1, left: 0, top: 0, width: 0, height: 0, ratio: 1 });
  }

  /** @param {{scale: number, left: number, top: number, width: number, height: number, ratio: number, frame?: object}} view
   *    px a world unit; world px of the canvas's corner; CSS px of the canvas; device px a CSS px; what of the canvas the
   *    map shows (left, top, right, bottom in its px), for labels */
  setView(view) {
    this.view = { frame: { left: 0, top: 0, right: view.width, bottom: view.height }, ...view };
    this.every = spacingAt(view.scale, this.spacing || Infinity); // world units between chevrons
  }

  /** Everything flown up to a time, from scratch. */
  paintAll(entries, time) {
    for (const entry of entries) entry.copies = copiesInView(entry.trail.bounds, this.view);
    this.faded = -Infinity;
    this.#restart(entries);
    if (!this.fade) this.#clear(entries);
    this.paintOn(entries, time);
  }

  /** Only where all are at a time, any time: what has been painted stays as it is until `paintAll`. */
  place(entries, time) {
    this.#restart(entries);
    this.#advance(entries, time);
  }

  #restart(entries) {
    this.motions.reset(entries.length);
    // Through a head that is seen through, the line under it is seen.
    const within = (entry, px) => (entry.dimmed ? -1 : (px / this.view.scale) ** 2);
    const inView = entries.filter(({ copies }) => copies.length).length;
    this.motions.slack = isCrowd(inView) ? SLACK / this.view.scale : 0;
    this.covered = (COVERED / this.view.scale) ** 2;
    this.patience = new Float64Array(entries.length);
    entries.forEach((entry, i) => {
      const covered = inView > THRONG ? coveredByBare(entry.shape) : COVERED;
      this.patience[i] = within(entry, covered - SHORT);
      this.motions.rows[i * ROW + COVER] = within(entry, covered);
    });
  }

  #clear(entries) {
    const { width, height, ratio } = this.view;
    for (const { context } of [this.ground, this.trail]) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.lineJoin = "round";
    }
    if (this.ahead) for (const entry of entries) this.#paintAhead(entry);
  }

  /**
   * What has been flown since the last call, but for a last bit that the head covers. Entries of one colour in a row
   * cost one stroke; an entry without a new fix costs one comparison.
   *
   * @param {object[]} entries those of the last `paintAll`, in its order
   * @param {number} time epoch seconds, not before that of the last call
   */
  paintOn(entries, time) {
    if (this.fade && time - this.faded >= this.fade / FADE_STEPS) {
      this.#advance(entries, time);
      this.#paintFading(entries, time);
    } else this.#advance(entries, time, this.#paintRun);
    this.ground.flush();
    this.trail.flush();
  }

  #advance(entries, time, paint) {
    const { motions, estimates, patience } = this;
    const { rows } = motions;
    motions.setPace(time - this.time);
    this.time = time;
    for (let i = 0; i < entries.length; i++) {
      if (time < rows[i * ROW + UNTIL] || motions.step(i, time, patience[i])) continue;
      const entry = entries[i];
      entry.trail.advance(time, estimates, motions, i, paint, entry, patience[i]);
    }
  }

  /** The last bit of every trail, the fainter the older. */
  #paintFading(entries, time) {
    this.faded = time;
    this.#clear(entries);
    const bit = this.fade / FADING.length;
    FADING.forEach((alpha, band) => {
      this.alpha = alpha;
      const since = time - this.fade + band * bit;
      entries.forEach((entry, i) => entry.copies.length && this.#paintSpan(entry, i, since, since + bit));
    });
    this.alpha = 1;
  }

  /** What entry i flew between two moments, from fix to fix, as far as its line was emitted. */
  #paintSpan(entry, i, since, until) {
    const { pieces } = entry.trail;
    for (let number = this.motions.piece[i]; number >= 0; number--) {
      const piece = pieces[number];
      const reached = number === this.motions.piece[i] ? this.motions.emitted[i] : piece.n - 1;
      const from = Math.max(0, fixBefore(piece.fixes, since, 0, FIX));
      const to = Math.min(reached, fixBefore(piece.fixes, until, from, FIX));
      if (piece.kind !== "observed") entry.dash = this.#length(piece, 0, from);
      if (to > from || (piece.n === 1 && to === 0 && piece.fixes[0] > since)) this.#paintRun(entry, piece, from, to);
      if (piece.fixes[0] <= since) return;
    }
  }

  /** Trace an observed line, and a last point (world coordinates) after it if given. For the heads, too. */
  traceObserved(pen, isCasing, entry, piece, from, to, tip) {
    const alpha = this.#alphaOf(entry);
    // Round ends of see-through lines would show at every joint.
    const cap = alpha < 1 ? "butt" : "round";
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
      pen.use(this.colours.estimated, ESTIMATED_WIDTH, this.#alphaOf(entry), "butt");
      this.#trace(pen, piece, from, to, offset, tip);
      pen.flush();
    }
    context.setLineDash([]);
  }

  #paintRun = (entry, piece, from, to) => {
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
      if (this.spacing && hasChevron(entry, piece, from, to, this.every)) {
        // The pens still have the style of these lines: no stroke more.
        this.#traceChevrons(this.ground, entry, piece, from, to);
        this.#traceChevrons(this.trail, entry, piece, from, to);
      }
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
  };

  #alphaOf(entry) {
    return entry.dimmed ? this.alpha * DIMMED : this.alpha;
  }

  #traceChevrons(pen, entry, piece, from, to) {
    const { scale, left, top } = this.view;
    eachChevron(piece, from, to, this.every, scale, (x, y, dx, dy) => {
      for (const offset of entry.copies) traceChevron(pen, x * scale + offset - left, y * scale - top, dx, dy);
    });
  }

  #paintAhead(entry) {
    for (const piece of entry.trail.pieces) {
      if (piece.kind !== "observed" || piece.n < 2) continue;
      this.ground.use(entry.colour, AHEAD.width, AHEAD.alpha * (entry.dimmed ? 0.5 : 1));
      for (const offset of entry.copies) this.#trace(this.ground, piece, 0, piece.n - 1, offset);
      if (this.spacing) this.#traceChevrons(this.ground, entry, piece, 0, piece.n - 1);
    }
    this.ground.flush();
  }

  /** A bar across the path where observation begins or ends in the air: the line stops here, the flight did not. */
  #paintEndTick(entry, piece, at, offset) {
    const towards = at === 0 ? firstOther(piece, 0, 1) : firstOther(piece, at, -1);
    if (towards < 0) return;
    const [x, y] = this.#place(piece, at, offset);
    const [otherX, otherY] = this.#place(piece, towards, offset);
    const [dx, dy] = [x - otherX, y - otherY];
    const size = END_TICK / Math.hypot(dx, dy);
    const alpha = this.#alphaOf(entry);
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
    const [x, y] = this.#place(piece, 0, offset);
    for (const [pen, style, radius] of [
      [this.ground, this.colours.casing, LONE_FIX + 1],
      [this.trail, entry.colour, LONE_FIX],
    ]) {
      pen.flush();
      const { context } = pen;
      context.globalAlpha = this.#alphaOf(entry);
      context.fillStyle = style;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Trace fixes from…to, and a tip. */
  #trace(pen, { fixes }, from, to, offset, tip) {
    const { scale, left, top } = this.view;
    const shift = offset - left;
    const last = to * FIX;
    let x = fixes[from * FIX + FIX_X] * scale + shift;
    let y = fixes[from * FIX + FIX_Y] * scale - top;
    pen.moveTo(x, y);
    for (let i = (from + 1) * FIX; i <= last; i += FIX) {
      const nextX = fixes[i + FIX_X] * scale + shift;
      const nextY = fixes[i + FIX_Y] * scale - top;
      if (i < last && Math.abs(nextX - x) <= NEAREST && Math.abs(nextY - y) <= NEAREST) continue;
      pen.lineTo((x = nextX), (y = nextY));
    }
    if (tip) pen.lineTo(tip.x * scale + shift, tip.y * scale - top);
  }

  /** Pixels from fix to fix. */
  #length(piece, from, to) {
    let length = 0;
    for (let i = from; i < to; i++) {
      const [x, y] = this.#place(piece, i, 0);
      const [nextX, nextY] = this.#place(piece, i + 1, 0);
      length += Math.hypot(nextX - x, nextY - y);
    }
    return length;
  }

  /** Where a fix is on the canvas, px. */
  #place({ fixes }, at, offset) {
    const { scale, left, top } = this.view;
    return [fixes[at * FIX + FIX_X] * scale + offset - left, fixes[at * FIX + FIX_Y] * scale - top];
  }
}
