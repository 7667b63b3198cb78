/**
 * Which colour and which head shape an aircraft has. Six colours can be told apart under colour-vision
 * deficiencies; the seventh aircraft takes the first colour again with another head.
 */

export const COLOURS = 6;
export const SHAPES = ["swept", "delta", "arrow"];

/**
 * Give every lane a colour token and a shape, in the order of the lanes given.
 *
 * @param {Iterable<string>} lanes lane keys (aircraft, "type:A124", "unknown"); repeated keys count once
 * @returns {Map<string, {token: string, shape: string}>}
 */
export function identities(lanes) {
  const found = new Map();
  let number = 0;
  for (const lane of lanes) {
    if (found.has(lane)) continue;
    if (!isAircraft(lane)) {
      found.set(lane, { token: "identity-none", shape: SHAPES[0] });
      continue;
    }
    found.set(lane, {
      token: `identity-${(number % COLOURS) + 1}`,
      shape: SHAPES[Math.floor(number / COLOURS) % SHAPES.length],
    });
    number += 1;
  }
  return found;
}

/** Whether a lane stands for one known aircraft. */
export function isAircraft(lane) {
  return lane !== "unknown" && !lane.startsWith("type:");
}
