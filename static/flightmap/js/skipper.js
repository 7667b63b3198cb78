/**
 * Skipping: between two flights nothing moves for hours, in a gap nothing was observed, and nobody watches that. The
 * clock jumps over it, whichever way it runs, and the page says what was skipped.
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
 * The times in which nothing moves, before the first movement and after the last one too.
 *
 * @param {{start: number, end: number}[]} moving of `movements`
 * @returns {{start: number, end: number}[]} −Infinity and Infinity at the ends; none when nothing moves at all
 */
export function quietTimes(moving) {
  if (!moving.length) return [];
  const ends = [-Infinity, ...moving.map(({ end }) => end + LINGER)];
  const starts = [...moving.map(({ start }) => start), Infinity];
  return ends.map((start, i) => ({ start, end: starts[i] }));
}

/**
 * Where to go on from a time, as if the spans were not there.
 *
 * @param {{start: number, end: number}[]} spans in order, apart from each other
 * @param {number} time epoch seconds
 * @param {{start: number, end: number, loop: {start: number, end: number}|null, reverse: boolean}} clock
 * @returns {number|null} epoch seconds; null while no span is under way, or when there is nothing behind it to go on to
 */
export function beyond(spans, time, clock) {
  const { reverse, loop } = clock;
  const over = (at) => {
    const span = spans.find(({ start, end }) => (reverse ? at > start && at <= end : at >= start && at < end));
    return span && (reverse ? span.start : span.end);
  };
  const past = (at, { start, end }) => (reverse ? at < start : at > end);
  const isInLoop = loop !== null && !past(time, loop);
  let to = over(time);
  if (to === undefined) return null;
  if (isInLoop && past(to, loop)) {
    const begin = reverse ? loop.end : loop.start;
    to = over(begin) ?? begin;
    if (past(to, loop)) return null; // a loop with nothing else in it is what its reader wants to see
  }
  return past(to, clock) || !Number.isFinite(to) ? null : to;
}

export class Skipper extends EventTarget {
  #spans = [];

  /**
   * Sends "skip" (detail: `{from, to}`, epoch seconds) after each jump.
   *
   * @param {import("./clock.js").Clock} clock
   * @param {{enabled?: boolean, least?: number}} [options] least: seconds that are worth a jump
   */
  constructor(clock, { enabled = true, least = 0 } = {}) {
    super();
    Object.assign(this, { clock, enabled, least });
    clock.addEventListener("time", (event) => {
      // Only running on can come upon a span; who seeks into it wants to be there.
      if (!event.jump) this.#look();
    });
  }

  /** @param {{start: number, end: number}[]} spans to skip, in order, apart from each other */
  setSpans(spans) {
    this.#spans = spans;
  }

  #look() {
    if (!this.enabled || !this.clock.playing) return;
    const from = this.clock.time;
    const to = beyond(this.#spans, from, this.clock);
    if (to === null || Math.abs(to - from) < this.least) return;
    this.clock.seek(to);
    this.dispatchEvent(new CustomEvent("skip", { detail: { from, to } }));
  }
}
