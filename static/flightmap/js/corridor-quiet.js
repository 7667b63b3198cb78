/**
 * Skipping quiet time: between two flights nothing moves for hours, and nobody watches an empty map. The
 * clock jumps to the next movement, and the page says what was skipped.
 */

/** Seconds of data an ended flight stays in view before its end counts as quiet. */
export const LINGER = 120;

/**
 * The times in which something moves, merged and in order.
 *
 * @param {{start: number, end: number}[]} flights with paths
 * @returns {{start: number, end: number}[]}
 */
export function movements(flights) {
  const merged = [];
  for (const { start, end } of [...flights].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end + LINGER) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/**
 * Where to jump to from a time: the start of the next movement when nothing moves now.
 *
 * @returns {number|null} epoch seconds; null while something moves or when nothing will
 */
export function nextMovement(moving, time) {
  for (const { start, end } of moving) {
    if (time < start) return start;
    if (time <= end + LINGER) return null;
  }
  return null;
}

export class QuietSkipper extends EventTarget {
  #moving = [];

  /** Sends "skip" (detail: `{from, to}`, epoch seconds) after each jump. */
  constructor(clock, { enabled = true } = {}) {
    super();
    this.clock = clock;
    this.enabled = enabled;
    clock.addEventListener("time", (event) => {
      // Only running on can come upon quiet time; who seeks into it wants to be there.
      if (!event.jump) this.#look();
    });
  }

  /** @param {object[]} flights those that move in the window */
  setFlights(flights) {
    this.#moving = movements(flights);
  }

  #look() {
    if (!this.enabled || !this.clock.playing) return;
    const from = this.clock.time;
    const to = nextMovement(this.#moving, from);
    if (to === null || to > this.clock.end || to - from < LINGER) return;
    this.clock.seek(to);
    this.dispatchEvent(new CustomEvent("skip", { detail: { from, to } }));
  }
}
