/**
 * Choosing a window on the strip of the whole archive: handles resize the window, the frame moves it, a click elsewhere
 * brings it there; drawing elsewhere, with Shift anywhere, makes a new one.
 */

import { attachDrag } from "./timeline-gestures.js";
import { SHORTEST, clampView, panView } from "./timeline-scale.js";

/** Share of the window an arrow key moves a handle by. */
const KEY_STEP = 0.1;

/** @param {import("./timeline-overview.js").Overview} overview */
export function attachStrip(overview) {
  const { host, frame, handles } = overview;
  let grip = 0;
  const end = () => overview.settle();
  const pressed = (event) => overview.timeAt(event.clientX - host.getBoundingClientRect().left);
  attachDrag(frame, host, (x) => {
    const start = overview.timeAt(x) - grip;
    overview.change(panView(overview.window, start - overview.window.start, overview.limits));
  }, {
    begin: (event) => {
      if (event.shiftKey || overview.isWhole) return false; // to the strip: a new window
      grip = pressed(event) - overview.window.start;
    },
    end,
  });
  handles.forEach((handle, n) => {
    // The frame may be drawn wider than the window is: what the pointer missed the edge by stays between them.
    let offset = 0;
    attachDrag(handle, host, (x) => resize(overview, n, overview.timeAt(x) - offset), {
      begin: (event) => {
        offset = pressed(event) - (n === 0 ? overview.window.start : overview.window.end);
      },
      end,
    });
    handle.addEventListener("keydown", (event) => resizeByKey(overview, n, event));
  });
  let from = 0;
  attachDrag(host, host, (x) => overview.change(windowBetween(from, overview.timeAt(x), overview.limits)), {
    begin: (event) => {
      from = pressed(event);
    },
    press: () => () => {
      const middle = (overview.window.start + overview.window.end) / 2;
      overview.change(panView(overview.window, from - middle, overview.limits));
      end();
    },
    end,
  });
}

function resize(overview, n, time) {
  const { window: { start, end }, limits } = overview;
  const clamped = Math.min(Math.max(time, limits.start), limits.end);
  overview.change(n === 0 ? { start: Math.min(clamped, end - SHORTEST), end } : { start, end: Math.max(clamped, start + SHORTEST) });
}

function resizeByKey(overview, n, event) {
  const { window: { start, end }, limits } = overview;
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
  let target = null;
  if (event.key in steps) target = (n === 0 ? start : end) + steps[event.key] * KEY_STEP * (end - start);
  if (event.key === "Home") target = n === 0 ? limits.start : start + SHORTEST;
  if (event.key === "End") target = n === 0 ? end - SHORTEST : limits.end;
  if (target === null) return;
  event.preventDefault();
  event.stopPropagation();
  resize(overview, n, target);
  overview.settle();
}

/** The window from one time to another, in either direction, as far as there is something. */
export function windowBetween(from, to, limits) {
  const times = [from, to].map((time) => Math.min(Math.max(time, limits.start), limits.end));
  return clampView({ start: Math.min(...times), end: Math.max(...times) }, limits);
}
