/** The net of meridians and parallels: which lines a view shows, and what they are called. */

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01];
const SPACING = 110; // pixels between meridians, at least

/** Degrees between lines so that meridians stand at least `SPACING` pixels apart. */
export function graticuleStep(zoom) {
  const pixelsPerDegree = (256 * 2 ** zoom) / 360;
  let chosen = STEPS[0];
  for (const step of STEPS) if (step * pixelsPerDegree >= SPACING) chosen = step;
  return chosen;
}

/**
 * The longitudes and latitudes of the lines inside a view.
 *
 * @param {{west: number, east: number, south: number, north: number}} bounds degrees; west and east may lie beyond ±180
 * @param {number} zoom
 * @returns {{step: number, meridians: number[], parallels: number[]}} degrees, as far beyond ±180 as the bounds
 */
export function graticuleLines(bounds, zoom) {
  const step = graticuleStep(zoom);
  return {
    step,
    meridians: multiples(step, bounds.west, bounds.east),
    parallels: multiples(step, Math.max(bounds.south, -85), Math.min(bounds.north, 85)),
  };
}

function multiples(step, from, to) {
  const made = [];
  // Whole numbers of steps, so that 0.1 added many times does not drift.
  for (let n = Math.ceil(from / step); n * step <= to; n++) made.push(Number((n * step).toFixed(4)));
  return made;
}

/** "130° E"; 180° and 0° have no side. `words` has the letters: {east, west}. */
export function meridianName(longitude, words) {
  const wrapped = ((((longitude + 180) % 360) + 360) % 360) - 180;
  if (wrapped === 0 || wrapped === -180) return `${Math.abs(wrapped)}°`;
  return `${degrees(Math.abs(wrapped))}° ${wrapped > 0 ? words.east : words.west}`;
}

/** "40° N"; the equator has no side. `words` has the letters: {north, south}. */
export function parallelName(latitude, words) {
  if (latitude === 0) return "0°";
  return `${degrees(Math.abs(latitude))}° ${latitude > 0 ? words.north : words.south}`;
}

const degrees = (value) => Number(value.toFixed(4)).toString();
