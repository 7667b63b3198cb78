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
// In a crowd nobody sees the tips of wings and tail: half the corners.
const PLAIN = { ...OUTLINES, swept: [0, -11, 2, -3, 10.5, 5, 1.9, 3, 4.4, 11, 0, 9.6, -4.4, 11, -1.9, 3, -10.5, 5, -2, -3] };

const made = (shapes) => new Map(Object.entries(shapes).map(([name, points]) => [name, Float64Array.from(points)]));
const [EXACT_OUTLINES, PLAIN_OUTLINES] = [made(OUTLINES), made(PLAIN)];

/**
 * Every outline covers this many px around its middle in any direction, casing included: a line that ends nearer
 * to the head than this cannot be seen.
 */
export const COVERED = 3.5;

/** The outline of a shape; of an unknown shape the first's. `plain`: with as few corners as tell it from others. */
export function outlineOf(shape, plain = false) {
  const outlines = plain ? PLAIN_OUTLINES : EXACT_OUTLINES;
  return outlines.get(shape) ?? outlines.get("swept");
}

/**
 * Add an outline to the open path of a context, its middle at x, y and its nose towards an angle. It ends where it
 * began, for strokes with round joins and ends, with which that looks closed: closePath costs as much as five lines.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Float64Array} outline
 * @param {number} angle degrees clockwise from straight up
 */
export function traceOutline(context, outline, x, y, angle) {
  const turn = (angle * Math.PI) / 180;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const noseX = x + outline[0] * cos - outline[1] * sin;
  const noseY = y + outline[0] * sin + outline[1] * cos;
  context.moveTo(noseX, noseY);
  for (let i = 2; i < outline.length; i += 2) {
    const across = outline[i];
    const along = outline[i + 1];
    context.lineTo(x + across * cos - along * sin, y + across * sin + along * cos);
  }
  context.lineTo(noseX, noseY);
}
