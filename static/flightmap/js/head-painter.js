/**
 * Paints, every frame and from scratch, what moves: the last bit of each trail, the heads, the marks where
 * data stopped, and the labels. Shape tells the class: a filled head was observed, a hollow one is estimated,
 * a cross is the last fix and does not move.
 */

import { outlineOf } from "./head-shapes.js";
import { Pen } from "./pen.js";

const CROSS = 4.5;
const RING = 17;
const MOST_LABELS = 40; // more heads than this and only chosen ones are named
const PLATE = 0.72; // opacity of the ground under a label
const FEW = 8; // so few flights that each says since when there is no data

export class HeadPainter {
  #labels = new Map(); // text -> bitmap

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./trail-painter.js").TrailPainter} trails whose view, colours and strokes it shares
   * @param {{since: (seconds: number) => string, makeCanvas: () => HTMLCanvasElement, font: string}} options
   *    since: words for "no data since" a time
   */
  constructor(context, trails, options) {
    this.context = context;
    this.pen = new Pen(context);
    this.trails = trails;
    this.options = options;
    this.placed = []; // heads of the last frame, for finding the one under the pointer
  }

  /** Bitmaps of labels hold colours and a pixel ratio: drop them when either changes. */
  forgetLabels() {
    this.#labels.clear();
  }

  /**
   * @param {object[]} entries as for TrailPainter, and `label`, `shape`; their cursors stand at the time to paint
   * @param {{hovered: string|null, selected: string|null}} chosen
   */
  paint(entries, chosen) {
    const { context, trails } = this;
    const { width, height, ratio } = trails.view;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.globalAlpha = 1;
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    this.placed.length = 0;
    // Casings of all tips lie under all colours.
    const shown = entries.filter((entry) => entry.copies.length && entry.trail.head(trails.estimates).state !== "before");
    for (const entry of shown) this.#paintTip(entry, true);
    this.pen.flush();
    for (const entry of shown) this.#paintTip(entry, false);
    this.pen.flush();
    for (const entry of shown) for (const offset of entry.copies) this.#place(entry, entry.trail.at, offset);
    const rank = ({ entry }) => (entry.id === chosen.selected ? 2 : entry.id === chosen.hovered ? 1 : 0);
    // Chosen heads last, so that nothing covers them.
    if (chosen.selected !== null || chosen.hovered !== null) this.placed.sort((a, b) => rank(a) - rank(b));
    for (const place of this.placed) this.#paintHead(place, rank(place));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#paintLabels(rank, entries.length <= FEW);
  }

  /** The bit of trail from the last fix to the head. */
  #paintTip(entry, isCasing) {
    const { trail } = entry;
    const piece = trail.pieces[trail.piece];
    if (trail.at.state === "observed") {
      this.trails.traceObserved(this.pen, isCasing, entry, piece, trail.fix, trail.fix, trail.at);
    } else if (trail.at.state === "estimated" && !isCasing) {
      this.trails.strokeEstimated(this.pen, entry, piece, trail.fix, trail.fix, trail.at);
    }
  }

  #place(entry, head, offset) {
    const { scale, left, top, width, height } = this.trails.view;
    const x = head.x * scale + offset - left;
    const y = head.y * scale - top;
    if (x < -RING || y < -RING || x > width + RING || y > height + RING) return;
    this.placed.push({ entry, x, y, angle: head.angle, state: head.state, since: head.since });
  }

  #paintHead({ entry, x, y, angle, state }, rank) {
    const { context } = this;
    const { casing, ink } = this.trails.colours;
    const { ratio } = this.trails.view;
    context.globalAlpha = entry.dimmed && !rank ? 0.45 : 1;
    if (state === "lost" || state === "ended") {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.#strokeTwice(casing, entry.colour, 2, () => {
        context.beginPath();
        context.moveTo(x - CROSS, y - CROSS);
        context.lineTo(x + CROSS, y + CROSS);
        context.moveTo(x + CROSS, y - CROSS);
        context.lineTo(x - CROSS, y + CROSS);
      });
    } else {
      const turn = (angle * Math.PI) / 180;
      const [cos, sin] = [Math.cos(turn) * ratio, Math.sin(turn) * ratio];
      context.setTransform(cos, sin, -sin, cos, x * ratio, y * ratio);
      this.#stamp(outlineOf(entry.shape), entry.colour, state === "estimated");
    }
    if (rank) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.#strokeTwice(casing, ink, rank === 2 ? 2 : 1.25, () => {
        context.beginPath();
        context.arc(x, y, RING, 0, 2 * Math.PI);
      });
    }
  }

  /** Filled where observed; hollow, with a grey edge, where estimated. */
  #stamp(outline, colour, hollow) {
    const { context } = this;
    const { casing, estimated } = this.trails.colours;
    context.lineWidth = 3.5;
    context.strokeStyle = casing;
    context.stroke(outline);
    context.fillStyle = hollow ? casing : colour;
    context.fill(outline);
    if (!hollow) return;
    context.lineWidth = 1.5;
    context.strokeStyle = estimated;
    context.stroke(outline);
  }

  #strokeTwice(casing, colour, width, tracePath) {
    const { context } = this;
    for (const [style, lineWidth] of [[casing, width + 2], [colour, width]]) {
      context.strokeStyle = style;
      context.lineWidth = lineWidth;
      context.lineCap = "round";
      tracePath();
      context.stroke();
    }
  }

  /**
   * Names beside heads, chosen ones first, then those without data, which have most to say. Each stands on the
   * first side of its head where it covers no other name; where there is none it is left out, unless chosen.
   */
  #paintLabels(rank, few) {
    const { context } = this;
    const crowded = this.placed.length > MOST_LABELS;
    if (crowded && !this.placed.some(rank)) return;
    const silent = ({ state }) => state === "lost" || state === "ended";
    const wanted = this.placed.filter((place) => rank(place) || !(crowded || place.state === "ended"));
    wanted.sort((a, b) => rank(b) - rank(a) || silent(b) - silent(a));
    const taken = [];
    for (const place of wanted) {
      const chosen = rank(place) > 0;
      const lines = [place.entry.label, silent(place) && (few || chosen) ? this.options.since(place.since) : ""].filter(Boolean);
      if (!lines.length) continue;
      const bitmap = this.#label(lines.join("\n"), place.state);
      const box = this.#freeSide(place, bitmap, taken) ?? (chosen ? sides(place, bitmap)[0] : null);
      if (!box) continue;
      taken.push(box);
      context.globalAlpha = place.entry.dimmed && !chosen ? 0.45 : 1;
      context.drawImage(bitmap.canvas, box[0], box[1], bitmap.width, bitmap.height);
    }
  }

  #freeSide(place, bitmap, taken) {
    const { width } = this.trails.view;
    return sides(place, bitmap).find((box) => box[2] <= width && box[0] >= 0 && !taken.some((other) => overlaps(box, other)));
  }

  #label(text, state) {
    const estimated = state === "estimated";
    const key = `${estimated}${text}`;
    let bitmap = this.#labels.get(key);
    if (!bitmap) {
      if (this.#labels.size > 500) this.#labels.clear();
      bitmap = this.#drawLabel(text.split("\n"), estimated);
      this.#labels.set(key, bitmap);
    }
    return bitmap;
  }

  #drawLabel(lines, estimated) {
    const { ratio } = this.trails.view;
    const { casing, ink } = this.trails.colours;
    const canvas = this.options.makeCanvas();
    const context = canvas.getContext("2d");
    const fonts = lines.map((_, i) => `${estimated ? "italic " : ""}${i ? 400 : 600} ${i ? 11 : 12}px ${this.options.font}`);
    const widths = lines.map((line, i) => {
      context.font = fonts[i];
      return context.measureText(line).width;
    });
    const width = Math.ceil(Math.max(...widths)) + 6;
    const height = lines.length * 14 + 4;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
    context.scale(ratio, ratio);
    // A plate, so that names of the base map do not run into this one.
    context.fillStyle = casing;
    context.globalAlpha = PLATE;
    context.beginPath();
    context.roundRect(0, 0, width, height, 3);
    context.fill();
    context.globalAlpha = 1;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 2.5;
    context.strokeStyle = casing;
    context.fillStyle = ink;
    lines.forEach((line, i) => {
      context.font = fonts[i];
      context.strokeText(line, 3, 9 + i * 14);
      context.fillText(line, 3, 9 + i * 14);
    });
    return { canvas, width, height };
  }

  /** The flight whose head is nearest to a point and within a distance (px), or null. */
  headAt(x, y, within) {
    let best = null;
    let least = within * within;
    for (const place of this.placed) {
      const apart = (place.x - x) ** 2 + (place.y - y) ** 2;
      if (apart <= least) [best, least] = [place.entry.id, apart];
    }
    return best;
  }
}

/** Where a label may stand: right, left, below, above. As [left, top, right, bottom]. */
function sides({ x, y }, { width, height }) {
  const at = (left, top) => [left, top, left + width, top + height];
  return [
    at(x + RING, y - height / 2),
    at(x - RING - width, y - height / 2),
    at(x - width / 2, y + RING - 2),
    at(x - width / 2, y - RING + 2 - height),
  ];
}

const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
