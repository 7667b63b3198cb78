/**
 * Paints, every frame and from scratch, what moves: the last bit of each trail, the heads, the marks where
 * data stopped, and the labels. Shape tells the class: a filled head was observed, a hollow one is estimated,
 * a cross is the last fix and does not move.
 *
 * A frame makes no garbage and as few calls as it can: in a crowd, heads of one colour are one path.
 */

import { HeadLabels, isCrowd } from "./head-labels.js";
import { CASING, DETAILS, THRONG, casedOutlineOf, outlineOf, traceOutline } from "./head-shapes.js";
import { ANGLE, BEFORE, COVER, END_X, END_Y, ESTIMATED, FROM, LOST, OBSERVED, ROW, TURN, VX, VY, X, Y } from "./motions.js";
import { Pen } from "./pen.js";

const CROSS = 4.5;
const CROSS_WIDTH = 2;
const RING = 17;
const HOLLOW = 1.5;
const DIMMED = 0.45;
const FEW = 8; // so few flights that each says since when there is no data
const AT = 4; // numbers of a head in view
const RADIAN = Math.PI / 180;
const KINDS = [OBSERVED, ESTIMATED, LOST]; // of heads; one that ended looks like one lost

export class HeadPainter {
  // Of each entry, made anew when the entries change: its group (entries alike that follow each other) and outlines.
  #version = -1;
  #group = new Uint16Array(0);
  #copies = new Uint16Array(0); // in how many worlds it is in view
  #offset = new Float64Array(0); // px to the first of them
  #outlines = {}; // by how exactly they are drawn, and with their casings
  // Of each head in view in this frame: its entry's number, its kind, and x, y (px), cosine and sine of its angle.
  #count = 0;
  #detail = "exact"; // how exactly heads are drawn
  #kinds = 0; // a bit for each kind that occurs
  #of = new Int32Array(0);
  #kind = new Uint8Array(0);
  #at = new Float64Array(0);
  #tipped = []; // numbers of the entries whose line from the trail's end to the head can be seen
  #tip = { x: 0, y: 0 };

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./trail-painter.js").TrailPainter} trails whose view, colours, motions and strokes it shares
   * @param {object} options as for HeadLabels
   */
  constructor(context, trails, options) {
    this.context = context;
    this.pen = new Pen(context);
    this.trails = trails;
    this.labels = new HeadLabels(context, options);
    this.entries = [];
  }

  /** Bitmaps of labels hold colours and a pixel ratio: drop them when either changes. */
  forgetLabels() {
    this.labels.forget();
  }

  /** The heads of the last frame in view, those painted last at the end: entry, x, y (px), state. */
  get placed() {
    return Array.from({ length: this.#count }, (_, slot) => this.#place(slot, 0));
  }

  /**
   * @param {object[]} entries those TrailPainter has just painted, and their `label`, `shape`
   * @param {{hovered: string|null, selected: string|null}} chosen
   */
  paint(entries, chosen) {
    const { context } = this;
    const { width, height, ratio } = this.trails.view;
    this.entries = entries;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.globalAlpha = 1;
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    if (this.#version !== this.trails.motions.version) this.#learn();
    const ranks = ranksOf(entries, chosen);
    this.#placeAll(ranks);
    this.#paintTips();
    this.#paintHeads(ranks);
    this.#paintChosen(ranks);
    this.#paintLabels(ranks);
  }

  #learn() {
    const { entries } = this;
    this.#version = this.trails.motions.version;
    this.#group = new Uint16Array(entries.length);
    for (let i = 1; i < entries.length; i++) {
      const isAlike = entries[i].colour === entries[i - 1].colour && entries[i].dimmed === entries[i - 1].dimmed;
      this.#group[i] = this.#group[i - 1] + (isAlike ? 0 : 1);
    }
    for (const detail of DETAILS) this.#outlines[detail] = entries.map(({ shape }) => outlineOf(shape, detail));
    this.#outlines.cased = entries.map(({ shape }) => casedOutlineOf(shape));
    this.#copies = Uint16Array.from(entries, ({ copies }) => copies.length);
    this.#offset = Float64Array.from(entries, ({ copies }) => copies[0] ?? NaN);
    const most = this.#copies.reduce((sum, copies) => sum + copies, 0);
    this.#of = new Int32Array(most);
    this.#kind = new Uint8Array(most);
    this.#at = new Float64Array(most * AT);
  }

  #placeAll(ranks) {
    const { entries } = this;
    const { motions, time, view, covered } = this.trails;
    const { rows, state } = motions;
    const { scale, left, top, width, height } = view;
    const at = this.#at;
    const isBare = this.#detail === "bare"; // as the last frame was: the first may have lines under heads that need none
    let count = 0;
    let kinds = 0;
    this.#tipped.length = 0;
    for (let i = 0, row = 0; i < entries.length; i++, row += ROW) {
      const copies = this.#copies[i];
      if (state[i] === BEFORE || !copies) continue;
      const age = Math.max(0, time - rows[row + FROM]);
      const x = rows[row + X] + rows[row + VX] * age;
      const y = rows[row + Y] + rows[row + VY] * age;
      const cover = isBare && !ranks?.has(i) ? rows[row + COVER] : Math.min(rows[row + COVER], covered);
      if (state[i] < LOST && (x - rows[row + END_X]) ** 2 + (y - rows[row + END_Y]) ** 2 > cover) this.#tipped.push(i);
      const down = y * scale - top;
      if (down < -RING || down > height + RING) continue;
      const turn = (rows[row + ANGLE] + rows[row + TURN] * age) * RADIAN;
      const cos = Math.cos(turn);
      const sin = Math.sin(turn);
      for (let k = 0; k < copies; k++) {
        const across = x * scale + (k ? entries[i].copies[k] : this.#offset[i]) - left;
        if (across < -RING || across > width + RING) continue;
        this.#of[count] = i;
        const kind = state[i] < LOST ? state[i] : LOST;
        kinds |= 1 << kind;
        this.#kind[count] = kind;
        at[count * AT] = across;
        at[count * AT + 1] = down;
        at[count * AT + 2] = cos;
        at[count * AT + 3] = sin;
        count += 1;
      }
    }
    this.#count = count;
    this.#kinds = kinds;
    this.#detail = count > THRONG ? "bare" : isCrowd(count) ? "plain" : "exact";
  }

  /** The bits of line from the trail's end to the head. Casings of all lie under all colours. */
  #paintTips() {
    for (let k = 0; k < this.#tipped.length; k++) this.#paintTip(this.#tipped[k], true);
    this.pen.flush();
    for (let k = 0; k < this.#tipped.length; k++) this.#paintTip(this.#tipped[k], false);
    this.pen.flush();
  }

  #paintTip(i, isCasing) {
    const { trails, pen } = this;
    const { rows, state, piece: pieces, fix, emitted } = trails.motions;
    const entry = this.entries[i];
    const piece = entry.trail.pieces[pieces[i]];
    const row = i * ROW;
    const age = trails.motions.age(i, trails.time);
    const tip = this.#tip;
    tip.x = rows[row + X] + rows[row + VX] * age;
    tip.y = rows[row + Y] + rows[row + VY] * age;
    if (state[i] === OBSERVED) trails.traceObserved(pen, isCasing, entry, piece, emitted[i], fix[i], tip);
    else if (!isCasing) trails.strokeEstimated(pen, entry, piece, fix[i], fix[i], tip);
  }

  /** In a crowd heads of one group are one path; a few are each cased against the others. */
  #paintHeads(ranks) {
    const count = this.#count;
    const crowd = isCrowd(count);
    const of = this.#of;
    this.context.lineCap = "round";
    for (let first = 0, next; first < count; first = next) {
      next = first + 1;
      if (crowd) while (next < count && this.#group[of[next]] === this.#group[of[first]]) next++;
      this.context.globalAlpha = this.entries[of[first]].dimmed ? DIMMED : 1;
      for (const kind of KINDS) if (this.#kinds & (1 << kind)) this.#paintKind(kind, first, next, this.#detail, ranks);
    }
  }

  /** Heads of one kind among those from…next, but for chosen ones: unless `ranks` is null, which paints them all. */
  #paintKind(kind, first, next, detail, ranks) {
    const { context } = this;
    const { colour } = this.entries[this.#of[first]];
    const { casing, estimated } = this.trails.colours;
    const cased = detail === "bare" && kind !== LOST;
    if (cased) {
      if (!this.#trace(kind, first, next, this.#outlines.cased, ranks, false)) return;
      context.fillStyle = casing;
      context.fill();
    }
    if (!this.#trace(kind, first, next, this.#outlines[detail], ranks, !cased || kind === ESTIMATED)) return;
    if (kind === LOST) {
      this.#strokeTwice(casing, colour, CROSS_WIDTH);
      return;
    }
    if (!cased) this.#stroke(casing, CASING);
    context.fillStyle = kind === ESTIMATED ? casing : colour;
    context.fill();
    if (kind === ESTIMATED) this.#stroke(estimated, HOLLOW);
  }

  /** Those heads as one path; whether there is any. */
  #trace(kind, first, next, outlines, ranks, isStroked) {
    const { context } = this;
    const at = this.#at;
    let any = false;
    for (let slot = first; slot < next; slot++) {
      const i = this.#of[slot];
      if (this.#kind[slot] !== kind || ranks?.has(i)) continue;
      if (!any) context.beginPath();
      any = true;
      const x = at[slot * AT];
      const y = at[slot * AT + 1];
      if (kind === LOST) traceCross(context, x, y);
      else traceOutline(context, outlines[i], x, y, at[slot * AT + 2], at[slot * AT + 3], isStroked);
    }
    return any;
  }

  /** Chosen heads last, so that nothing covers them, each in a ring; the selected one above the hovered one. */
  #paintChosen(ranks) {
    if (!ranks) return;
    const { context } = this;
    const { casing, ink } = this.trails.colours;
    for (const wanted of [1, 2]) {
      for (let slot = 0; slot < this.#count; slot++) {
        if (ranks.get(this.#of[slot]) !== wanted) continue;
        context.globalAlpha = 1;
        this.#paintKind(this.#kind[slot], slot, slot + 1, "exact", null);
        context.beginPath();
        context.arc(this.#at[slot * AT], this.#at[slot * AT + 1], RING, 0, 2 * Math.PI);
        this.#strokeTwice(casing, ink, wanted === 2 ? 2 : 1.25);
      }
    }
  }

  #paintLabels(ranks) {
    const crowd = this.labels.namesFew(this.#count);
    if (crowd && !ranks) return;
    const named = [];
    for (let slot = 0; slot < this.#count; slot++) {
      const rank = ranks?.get(this.#of[slot]) ?? 0;
      if (rank || !crowd) named.push(this.#place(slot, rank));
    }
    this.labels.paint(named, this.trails, this.entries.length <= FEW);
  }

  #place(slot, rank) {
    const i = this.#of[slot];
    const entry = this.entries[i];
    const { motions } = this.trails;
    const { state, since } = motions.head(i, this.trails.time);
    const piece = entry.trail.pieces[motions.piece[i]];
    return { entry, x: this.#at[slot * AT], y: this.#at[slot * AT + 1], state, since, rank, piece, fix: motions.fixAt(i, this.trails.time) };
  }

  #strokeTwice(casing, colour, width) {
    this.#stroke(casing, width + 2);
    this.#stroke(colour, width);
  }

  #stroke(style, width) {
    const { context } = this;
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }

  /** The flight whose head is nearest to a point and within a distance (px), or null. */
  headAt(x, y, within) {
    let best = null;
    let least = within * within;
    for (let slot = 0; slot < this.#count; slot++) {
      const apart = (this.#at[slot * AT] - x) ** 2 + (this.#at[slot * AT + 1] - y) ** 2;
      if (apart <= least) [best, least] = [this.entries[this.#of[slot]].id, apart];
    }
    return best;
  }
}

/** Numbers of the chosen entries -> 2 selected, 1 hovered; null when none is. */
function ranksOf(entries, { hovered, selected }) {
  if (hovered === null && selected === null) return null;
  const ranks = new Map();
  entries.forEach(({ id }, i) => {
    if (id === selected) ranks.set(i, 2);
    else if (id === hovered) ranks.set(i, 1);
  });
  return ranks.size ? ranks : null;
}

function traceCross(context, x, y) {
  context.moveTo(x - CROSS, y - CROSS);
  context.lineTo(x + CROSS, y + CROSS);
  context.moveTo(x + CROSS, y - CROSS);
  context.lineTo(x - CROSS, y + CROSS);
}
