/** The outlines of heads, nose up, one unit a px: made once, then only filled and stroked at their places. */

const OUTLINES = {
  swept: [
    [0, -11], [1.7, -8.2], [1.9, -3], [10.5, 4], [10.5, 6.2], [1.9, 3], [1.5, 7.4], [4.4, 9.8], [4.4, 11.2], [0, 10],
    [-4.4, 11.2], [-4.4, 9.8], [-1.5, 7.4], [-1.9, 3], [-10.5, 6.2], [-10.5, 4], [-1.9, -3], [-1.7, -8.2],
  ],
  delta: [[0, -11], [8.5, 9], [0, 5.2], [-8.5, 9]],
  arrow: [[0, -11], [8, -1], [3.4, -1], [3.4, 10], [-3.4, 10], [-3.4, -1], [-8, -1]],
};
const made = new Map();

/** The outline of a shape as a path; of an unknown shape the first's. */
export function outlineOf(shape) {
  let path = made.get(shape);
  if (!path) {
    path = new Path2D();
    (OUTLINES[shape] ?? OUTLINES.swept).forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
    path.closePath();
    made.set(shape, path);
  }
  return path;
}
