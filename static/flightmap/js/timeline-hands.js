/**
 * What a reader does on the lanes and on the strip over them: pointer, keys, buttons, the tip, the list of flights
 * without a date. They are there without it; it can come later.
 */

import { UndatedBin } from "./timeline-bin.js";
import { LaneKeys } from "./timeline-keys.js";
import { LaneNavigator } from "./timeline-navigate.js";
import { attachStrip } from "./timeline-overview-hands.js";
import { attachPointer } from "./timeline-pointer.js";
import { UNIT_SPANS, calendarUnit, stepView, zoomView } from "./timeline-scale.js";
import { TimeTip } from "./timeline-tip.js";

/**
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{wheelNeedsControl?: boolean}} [options] leave the plain wheel to the page
 */
export function attachHands(timeline, { wheelNeedsControl = false } = {}) {
  const { parts, describer, selection } = timeline;
  const bin = new UndatedBin(parts.root, parts.undated, describer, selection);
  const tip = new TimeTip(parts.root, describer);
  const navigator = new LaneNavigator(timeline, bin);
  new LaneKeys(timeline.rows, navigator).listen();
  attachPointer(timeline, { navigator, tip, wheelNeedsControl });
  attachStrip(timeline.overview);
  attachButtons(timeline);
  const follow = () => {
    bin.setLanes(timeline.lanes);
    tip.hide(); // what it told of may be gone, and the pointer has not moved
  };
  timeline.addEventListener("flights", follow);
  follow();
}

function attachButtons(timeline) {
  const { parts, clock } = timeline;
  const go = (window) => timeline.setWindow(window, { announce: true });
  /** Around the playhead when it is in sight, otherwise around the middle. */
  const anchor = () => {
    const { start, end } = timeline.view;
    return clock.time >= start && clock.time <= end ? clock.time : (start + end) / 2;
  };
  parts.onUnit((unit) => go(unit in UNIT_SPANS ? calendarUnit(unit, anchor()) : timeline.limits));
  parts.onStep((way) => {
    const { limits } = timeline;
    const next = stepView(timeline.view, way);
    if (next.end > limits.start && next.start < limits.end) go(next); // as far as there is something
  });
  parts.onZoom((factor) => go(zoomView(timeline.view, factor, anchor(), timeline.limits)));
  parts.more.addEventListener("click", () => timeline.switchIdle());
}
