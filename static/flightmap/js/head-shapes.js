/**
 * The outlines of heads, nose up, one unit a px, as x, y, x, y, … A head is traced into whatever path is open, so
 * that many heads in one colour are one path: tracing costs less than a transformation and two calls for each.
 */

const OUTLINES = {
  swept: [
    0, -11, 1.7, -8.2, 1.9, -3, 10.5, 4, 10.5, 6.2, 1.9, 3, 1.5, 7.4, 4.4, 9.8, 4.4, 11.2, 0, 10,
    -4.4, 11.2, -4.4, 9.8, -1.5, 7.4, -1.9, 3, -10.5, 6.2, -10.5, 4, -1.9, -3, -1.7, -8.2,
  ],
  delta: [0, -11, 8.5, 9, 0, 5.2, -8.5, 9],
  arrow: [0, -11, 8, -1, 3.4, -1, 3.4, 10, -3.4, 10, -3.4, -1, -8, -1],
};
// In a crowd nobody sees the tips of wings and tail: half the corners. In a throng heads lie over each other, and what
// is left to be seen is where they point: painting time goes with the corners, most of it that of the casings.
const PLAIN = { ...OUTLINES, swept: [0, -11, 2, -3, 10.5, 5, 1.9, 3, 4.4, 11, 0, 9.6, -4.4, 11, -1.9, 3, -10.5, 5, -2, -3] };
const BARE = {
  swept: [0, -11, 10.5, 7, 0, 2.4, -10.5, 7],
  delta: OUTLINES.delta,
  arrow: [0, -11, 5.5, 10, -5.5, 10],
};

/** Width of the line around a head, half of which the head covers, px. */
export const CASING = 3.5;

/** More heads than this in view lie over each other: they are drawn "bare". */
export const THRONG = 150;

/** How exactly heads are drawn: the first where they are few. */
export const DETAILS = Object.freeze(["exact", "plain", "bare"]);
const made = (shapes) => new Map(Object.entries(shapes).map(([name, points]) => [name, Float64Array.from(points)]));
const MADE = { exact: made(OUTLINES), plain: made(PLAIN), bare: made(BARE) };
const CASED = new Map([...MADE.bare].map(([name, points]) => [name, grown(points, CASING / 2)]));

/**
 * Every outline covers this many px around its middle in any direction, casing included: a line that ends nearer
 * to the head than this cannot be seen.
 */
export const COVERED = 3.5;

/** As `COVERED`, of one shape drawn "bare". */
export function coveredByBare(shape) {
  const points = outlineOf(shape, "bare");
  let least = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const [x, y, nextX, nextY] = [points[i], points[i + 1], points[(i + 2) % points.length], points[(i + 3) % points.length]];
    const [dx, dy] = [nextX - x, nextY - y];
    const share = Math.max(0, Math.min(1, -(x * dx + y * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x + share * dx, y + share * dy));
  }
  return least + CASING / 2;
}

/** The outline of a shape, one of `DETAILS` exact; of an unknown shape the first's. */
export function outlineOf(shape, detail = "exact") {
  return MADE[detail].get(shape) ?? MADE[detail].get("swept");
}

/** What a "bare" outline covers with its casing: filling it takes a fraction of the time of stroking the outline. */
export function casedOutlineOf(shape) {
  return CASED.get(shape) ?? CASED.get("swept");
}

/** An outline (clockwise on the screen) with its edges moved out; sharp corners reach no farther than twice that. */
function grown(points, by) {
  const n = points.length / 2;
  const corner = (i) => [points[((i + n) % n) * 2], points[((i + n) % n) * 2 + 1]];
  const normal = ([x, y], [nextX, nextY]) => {
    const length = Math.hypot(nextX - x, nextY - y);
    return [(nextY - y) / length, (x - nextX) / length];
  };
  const out = new Float64Array(points.length);
  for (let i = 0; i < n; i++) {
    const [x, y] = corner(i);
    const [aX, aY] = normal(corner(i - 1), corner(i));
    const [bX, bY] = normal(corner(i), corner(i + 1));
    // Where both moved edges meet: along the sum of their normals.
    const [sx, sy] = [aX + bX, aY + bY];
    const reach = Math.min(by / (1 + aX * bX + aY * bY), (2 * by) / Math.hypot(sx, sy));
    out[2 * i] = x + sx * reach;
    out[2 * i + 1] = y + sy * reach;
  }
  return out;
}

/**
 * Add an outline to the open path of a context, its middle at x, y and its nose turned clockwise from straight up. To be
 * stroked, it ends where it began: with round joins and ends that looks closed, and closePath costs as much as five lines.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} outline
 * @param {number} cos of the angle by which it is turned
 * @param {number} sin
 * @param {boolean} isStroked or only filled, which closes it by itself
 */
export function traceOutline(context, outline, x, y, cos, sin, isStroked) {
  const noseX = x + outline[0] * cos - outline[1] * sin;
  const noseY = y + outline[0] * sin + outline[1] * cos;
  context.moveTo(noseX, noseY);
  for (let i = 2; i < outline.length; i += 2) {
    const across = outline[i];
    const along = outline[i + 1];
    context.lineTo(x + across * cos - along * sin, y + across * sin + along * cos);
  }
  if (isStroked) context.lineTo(noseX, noseY);
}
