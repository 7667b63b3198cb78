/**
 * Which time the lanes show: the view of this moment, the window the reader settled on, and how one becomes the
 * other. Knows no elements.
 */

import { clampView, panView, zoomView } from "./timeline-scale.js";

/** Milliseconds without a change after which a window counts as chosen. */
const SETTLED = 220;
/** Milliseconds a jump to another window takes, where motion is welcome. */
const GLIDE = 220;

export class TimeWindow {
  #settleTimer = null;
  #glide = null;

  /**
   * @param {{start: number, end: number}} window epoch seconds
   * @param {{viewed: () => void, widened: () => void, settled: (chosen: boolean) => void}} told viewed: the view is another ·
   *   widened: the limits are · settled: the view has become the window; `chosen`: by the reader, and it is another
   */
  constructor(window, told) {
    this.view = { ...window };
    this.window = this.view;
    this.limits = { ...window };
    this.told = told;
  }

  /** Show a view in the middle of a gesture; `settle` when it is over. */
  show(view) {
    this.view = view;
    this.told.viewed();
  }

  moveBy(seconds) {
    cancelAnimationFrame(this.#glide);
    this.show(panView(this.view, seconds, this.limits));
  }

  zoomBy(factor, around) {
    cancelAnimationFrame(this.#glide);
    this.show(zoomView(this.view, factor, around, this.limits));
  }

  /** Go to another window; `announce` as if the reader had chosen it. */
  go(window, { announce = false, glide = true } = {}) {
    if (window.start < this.limits.start || window.end > this.limits.end) {
      this.limits = { start: Math.min(window.start, this.limits.start), end: Math.max(window.end, this.limits.end) };
      this.told.widened();
    }
    const target = clampView(window, this.limits);
    if (!announce) this.window = target;
    this.#glideTo(target, glide, () => this.finish(announce));
  }

  /** The view becomes the window when nothing has changed for a moment. */
  settle() {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.finish(true), SETTLED);
  }

  /** The view becomes the window now. */
  finish(announce) {
    clearTimeout(this.#settleTimer);
    const changed = this.view.start !== this.window.start || this.view.end !== this.window.end;
    this.window = this.view;
    this.told.settled(announce && changed);
  }

  #glideTo(target, wanted, done) {
    cancelAnimationFrame(this.#glide);
    const from = this.view;
    if (!wanted || document.hidden || globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.show(target);
      done();
      return;
    }
    let began = null;
    const step = (now) => {
      began ??= now;
      const share = Math.min((now - began) / GLIDE, 1);
      const eased = 1 - (1 - share) ** 3;
      const between = (a, b) => a + (b - a) * eased;
      this.show(share === 1 ? target : { start: between(from.start, target.start), end: between(from.end, target.end) });
      if (share < 1) this.#glide = requestAnimationFrame(step);
      else done();
    };
    this.#glide = requestAnimationFrame(step);
  }
}
