/**
 * Where the marks of position sources stand beside an observed line: how each stretch of fixes reached the tracker.
 * Pure geometry in pixels; `source-layer.js` paints it.
 */

/** px between two marks along the line, and from the line to a mark: beside it, so that the line stays what it is. */
const SPACING = 24;
const BESIDE = 10;
/** px along the line between two names of one source. */
const NAMED_EVERY = 420;

/**
 * Shapes by `PositionSource`, SVG path data about 8 px wide around 0, 0: strokes alone, so that none is taken for a
 * head, an end or a line. Told apart without colour.
 */
export const SOURCE_SHAPES = Object.freeze([
  "M-1.8 -2A1.9 1.9 0 1 1 .6 .1L0 .9V1.6M0 3.4V3.8", // unknown: ?
  "M0 -4V4", // ADS-B
  "M0 -4V4M-2.5 4H2.5", // ADS-B without a transponder
  "M-1.5 -4V4M1.5 -4V4", // ADS-R
  "M0 4V-4M-3 -4H3", // TIS-B
  "M-3 3V-3H3V3Z", // ADS-C
  "M0 -3.5L3.6 3H-3.6Z", // MLAT
  "M-3 3.5V-3.5L0 .5L3 -3.5V3.5", // Mode S
  "M0 -4L4 0L0 4L-4 0Z", // satellite
  "M0 -4V4M-4 0H4", // logger
  "M-3.5 2.5A4.5 4.5 0 0 1 3.5 2.5", // radar
  "M0 4V0L-3.2 -3.5M0 0L3.2 -3.5", // FLARM
  "M-3.5 1.500H3.5M-3.5 -1.500H3.5", // other
]);

/** Sources of the observed fixes of a path, the commonest first. */
export function sourcesOf(path) {
  const counts = new Map();
  for (const { class: name, source } of path.stretches) {
    if (name === "observed") for (const one of source) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([source]) => source);
}

/**
 * Marks along one stretch.
 *
 * @param {ArrayLike<number>} x px of each fix
 * @param {ArrayLike<number>} y
 * @param {ArrayLike<number>} source of each fix; a piece between two fixes is of the source of the later one, which was received
 * @returns {{marks: {x: number, y: number, source: number}[], names: {x: number, y: number, source: number}[]}} names: where a
 *   source begins, and again far on
 */
export function marksAlong(x, y, source) {
  const marks = [], names = [];
  const n = x.length;
  let left = SPACING / 2; // px to go until the next mark
  let current = -1, sinceName = 0;
  for (let i = 1; i < n; i++) {
    const dx = x[i] - x[i - 1], dy = y[i] - y[i - 1];
    const length = Math.hypot(dx, dy);
    if (!(length > 0)) continue;
    if (source[i] !== current) {
      // A source that begins is marked where it does, however short it is.
      [current, left, sinceName] = [source[i], 0, NAMED_EVERY];
    }
    let gone = 0;
    while (length - gone >= left) {
      gone += left;
      const share = gone / length;
      // To the right of the way flown; up is less y.
      const mark = { x: x[i - 1] + dx * share - (dy / length) * BESIDE, y: y[i - 1] + dy * share + (dx / length) * BESIDE, source: current };
      if (sinceName >= NAMED_EVERY) {
        names.push(mark);
        sinceName = 0;
      }
      marks.push(mark);
      sinceName += SPACING;
      left = SPACING;
    }
    left -= length - gone;
  }
  if (marks.length) return { marks, names };
  const lone = { x: x[0] + BESIDE, y: y[0], source: source[n - 1] }; // one fix, or an aircraft that stood still
  return { marks: [lone], names: [lone] };
}

/** Whether two boxes have a part in common. */
export function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Boxes that do not touch one another, the first come first served. */
export class Places {
  #taken;

  /** @param {{x: number, y: number, width: number, height: number}[]} [taken] by others before */
  constructor(taken = []) {
    this.#taken = [...taken];
  }

  /**
   * @param {{x: number, y: number, width: number, height: number}} box
   * @returns {boolean} whether there was room; then it is taken
   */
  take(box) {
    const free = !this.#taken.some((other) => overlap(box, other));
    if (free) this.#taken.push(box);
    return free;
  }
}
