/**
 * Names beside heads, and what the last fix said: altitude, speed, time. Each stands on the first side of its head where
 * it is in view whole and covers no other name; where there is none it is left out, unless its flight is hovered or
 * selected: then it stands where least of it is covered.
 */

const APART = 17; // px from the middle of a head
const MOST = 40; // more heads than this and only chosen ones are named
const MOST_FULL = 150; // the same where the reader asked for all labels
const FEW = 4; // so few heads each get details
const PLATE = 0.86; // opacity of the ground under a name
const BITMAPS_KEPT = 200; // each some 50 kB on a sharp screen; more than are ever seen at once

/** Whether so many heads are too many to name each. */
export const isCrowd = (heads) => heads > MOST;

const silent = ({ state }) => state === "lost" || state === "ended";

export class HeadLabels {
  /**
   * Which heads are labelled: "auto": names while they are not too many, details at chosen ones or where there are few;
   * "full": names and details; "names"; "none": the name of chosen ones only.
   */
  mode = "auto";
  #bitmaps = new Map(); // text -> bitmap

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{since: (seconds: number) => string, obstacles?: () => number[][], details?: (piece: object, fix: number) => string[], makeCanvas: () => HTMLCanvasElement, font: string}} options
   *    since: words for "no data since" a time; obstacles: boxes that no label covers; details: further lines on a fix
   */
  constructor(context, options) {
    this.context = context;
    this.options = options;
  }

  /** Bitmaps hold colours and a pixel ratio: drop them when either changes. */
  forget() {
    this.#bitmaps.clear();
  }

  /** Whether of so many heads only chosen ones are labelled. */
  namesFew(heads) {
    return this.mode === "none" || heads > (this.mode === "full" ? MOST_FULL : MOST);
  }

  /**
   * Chosen heads are named first, then those without data, which have most to say.
   *
   * @param {object[]} placed heads: `{ entry, x, y, state, since, rank, piece, fix }`; rank above 0: chosen
   * @param {{view: object, colours: object}} look view and colours as TrailPainter has them
   * @param {boolean} everySince whether each head without data says since when, not only chosen ones
   */
  paint(placed, { view, colours }, everySince) {
    const { context } = this;
    const crowded = this.namesFew(placed.length);
    const wanted = placed.filter((place) => place.rank || !(crowded || place.state === "ended"));
    const allDetails = this.mode === "full" || (this.mode === "auto" && placed.length <= FEW);
    const mayDetail = this.mode === "full" || this.mode === "auto";
    if (!wanted.length) return;
    wanted.sort((a, b) => b.rank - a.rank || silent(b) - silent(a));
    const taken = this.options.obstacles?.() ?? [];
    for (const place of wanted) {
      const chosen = place.rank > 0;
      const lines = this.#lines(place, mayDetail && (chosen || allDetails), everySince || chosen);
      if (!lines.length) continue;
      const bitmap = this.#bitmap(lines.join("\n"), place.state === "estimated", view.ratio, colours);
      const box = freeSide(place, bitmap, taken, view.frame) ?? (chosen ? leastCovered(place, bitmap, taken, view.frame) : null);
      if (!box) continue;
      taken.push(box);
      context.globalAlpha = place.entry.dimmed && !chosen ? 0.45 : 1;
      context.drawImage(bitmap.canvas, box[0], box[1], bitmap.width, bitmap.height);
    }
  }

  #lines({ entry, state, since, piece, fix }, detailed, saysSince) {
    if (state === "lost" || state === "ended") return [entry.label, saysSince ? this.options.since(since) : ""].filter(Boolean);
    if (!detailed || !this.options.details) return entry.label ? [entry.label] : [];
    // Frames are many, fixes are few.
    if (entry.saidPiece !== piece || entry.saidFix !== fix) {
      const name = [entry.label, entry.callsign === entry.label ? "" : entry.callsign].filter(Boolean).join(" · ");
      entry.said = [name, ...this.options.details(piece, fix)].filter(Boolean);
      [entry.saidPiece, entry.saidFix] = [piece, fix];
    }
    return entry.said;
  }

  #bitmap(text, estimated, ratio, colours) {
    const key = `${estimated}${text}`;
    const known = this.#bitmaps.get(key);
    if (known) return known;
    // The eldest goes: what a label said of a fix is hardly said again.
    if (this.#bitmaps.size >= BITMAPS_KEPT) this.#bitmaps.delete(this.#bitmaps.keys().next().value);
    const bitmap = this.#draw(text.split("\n"), estimated, ratio, colours);
    this.#bitmaps.set(key, bitmap);
    return bitmap;
  }

  #draw(lines, estimated, ratio, { casing, ink }) {
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
}

/** The first side of a head that is in the frame and free. */
function freeSide(place, bitmap, taken, frame) {
  const fits = ([left, top, right, bottom]) => left >= frame.left && top >= frame.top && right <= frame.right && bottom <= frame.bottom;
  return sides(place, bitmap).find((box) => fits(box) && !taken.some((other) => overlaps(box, other)));
}

/** Of the sides of a head, brought into the frame, the one with least of it under what is taken. */
function leastCovered(place, bitmap, taken, frame) {
  const covered = (box) => taken.reduce((sum, other) => sum + shared(box, other), 0);
  return sides(place, bitmap).map((box) => within(box, frame)).reduce((best, box) => (covered(box) < covered(best) ? box : best));
}

/** px² that two boxes have in common. */
function shared(a, b) {
  return Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}

/** A box moved as little as brings it into the frame. */
function within([left, top, right, bottom], frame) {
  const across = Math.max(Math.min(0, frame.right - right), frame.left - left);
  const along = Math.max(Math.min(0, frame.bottom - bottom), frame.top - top);
  return [left + across, top + along, right + across, bottom + along];
}

/** As [left, top, right, bottom]. */
export function boxAt(left, top, width, height) {
  return [left, top, left + width, top + height];
}

/** Where a label may stand: right, left, below, above. As [left, top, right, bottom]. */
function sides({ x, y }, { width, height }) {
  const at = (left, top) => boxAt(left, top, width, height);
  return [
    at(x + APART, y - height / 2),
    at(x - APART - width, y - height / 2),
    at(x - width / 2, y + APART - 2),
    at(x - width / 2, y - APART + 2 - height),
  ];
}

const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
