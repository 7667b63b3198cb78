/**
 * Where the names of a chart's two lines stand: side by side with the lines where these are farthest apart, the name of
 * the upper one above it and that of the lower one below, so that each is nearest to its own line.
 */

/** Samples looked at; fixes are many, and names need no better place than that. */
const SAMPLES = 240;

/**
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number|null>} first values of one line at the times; null or undefined: none
 * @param {ArrayLike<number|null>} second values of the other
 * @param {object} frame in pixels of the canvas
 * @param {(time: number) => number} frame.x
 * @param {(value: number) => number} frame.first
 * @param {(value: number) => number} frame.second
 * @param {number} frame.left the frame's edges: left, right, top, bottom
 * @param {number} frame.right
 * @param {number} frame.top
 * @param {number} frame.bottom
 * @param {number} frame.width of the wider name
 * @param {number} frame.line height of a line of text
 * @returns {{x: number, y: [number, number]}|null} the middles of both names; null where nowhere is room for them
 */
export function labelPlaces(times, first, second, frame) {
  const step = Math.max(1, Math.floor(times.length / SAMPLES));
  let best = null;
  for (let at = 0; at < times.length; at += step) {
    const x = frame.x(times[at]);
    if (x - frame.width / 2 < frame.left || x + frame.width / 2 > frame.right) continue;
    if (!Number.isFinite(first[at]) || !Number.isFinite(second[at])) continue;
    const y = [frame.first(first[at]), frame.second(second[at])];
    const apart = Math.abs(y[0] - y[1]);
    if (apart > (best?.apart ?? frame.line)) best = { x, y, apart };
  }
  if (!best) return null;
  const upper = best.y[0] < best.y[1] ? 0 : 1;
  return { x: best.x, y: best.y.map((y, line) => beside(y, line === upper ? -1 : 1, frame)) };
}

/** Above (-1) or below (1) a line; on its other side where the frame ends. */
function beside(y, way, { top, bottom, line }) {
  const wanted = y + way * line * 0.7;
  const fits = wanted - line / 2 >= top && wanted + line / 2 <= bottom;
  return fits ? wanted : y - way * line * 0.7;
}
