/** What the pointer does on the lanes and on the time axis: point, choose, fit, drag, zoom, scrub. */

import { AXIS_HEIGHT } from "./timeline-axis.js";
import { flightDetails, stayDetails } from "./timeline-details.js";
import { levelBox } from "./timeline-geometry.js";
import { attachDrag, attachGestures } from "./timeline-gestures.js";
import { timeToX, xToTime, zoomView } from "./timeline-scale.js";
import { itemAt, rowAt } from "./timeline-under.js";

/** Parts of the lanes that are themselves pressed or selected. */
const OWN_TARGETS = ".lane-label, .lane-undated";
/** What is pressed where it is clicked, and dragged like everything else where it is dragged. */
const PRESSED = "button";
/** Over the labels the wheel scrolls the lanes. */
const SCROLLED = ".lane-label";

/** Where the head of the playhead can be taken hold of: this far down the axis, and to either side, pixels. */
const HEAD_TOP = 18;
const HEAD_REACH = 9;

/**
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{navigator: import("./timeline-navigate.js").LaneNavigator, tip: import("./timeline-tip.js").TimeTip,
 *   wheelNeedsControl: boolean}} options wheelNeedsControl: leave the plain wheel to the page
 */
export function attachPointer(timeline, { navigator, tip, wheelNeedsControl }) {
  const { scroll, scrub, axis, chart } = timeline.parts;
  const { selection, clock, describer } = timeline;
  const find = (x, y) => {
    const row = rowAt(timeline.stacked, y + timeline.scrolled);
    if (!row || x < 0 || x > timeline.width) return null;
    return { row, item: itemAt(row, timeline.itemsOf(row), x, y + timeline.scrolled - row.top) };
  };

  const leave = () => {
    scroll.classList.remove("on-bar");
    selection.hover(null, "lanes");
    selection.hoverTime(null, "lanes");
    tip.hide();
  };

  const showTip = (x, found) => {
    const time = xToTime(x, timeline.view, timeline.width);
    selection.hoverTime(time, "lanes");
    if (!found?.item) {
      const { row } = found ?? {};
      tip.show(time, row ? stayDetails(row.lane, time, describer) : [], chart, x, row ? AXIS_HEIGHT + row.top - timeline.scrolled : 0);
      return;
    }
    const { row, item } = found;
    const { middle, half } = levelBox(row, item.level);
    const lines = describer.lines(item, row.lane);
    const more = item.bars.length > 1 ? [] : flightDetails(item.bars[0].flight, time, describer);
    tip.show(time, [...lines, ...more], chart, x, AXIS_HEIGHT + row.top - timeline.scrolled + middle - half);
  };

  const point = (x, y) => {
    if (x < 0 || x > timeline.width) {
      leave();
      return;
    }
    const found = find(x, y);
    scroll.classList.toggle("on-bar", Boolean(found?.item));
    selection.hover(found?.item?.bars[0].flight.id ?? null, "lanes");
    showTip(x, found);
  };

  const between = (a, b) => ({
    start: xToTime(Math.max(0, Math.min(a, b)), timeline.view, timeline.width),
    end: xToTime(Math.min(timeline.width, Math.max(a, b)), timeline.view, timeline.width),
  });

  const gestures = {
    accept: (event) => !event.target.closest(event.type === "wheel" ? SCROLLED : OWN_TARGETS),
    move: (dx) => timeline.moveBy(dx),
    zoom: (factor, x) => timeline.zoomBy(factor, x),
    settle: () => timeline.settle(),
    point,
    leave,
    mark: (from, to) => timeline.playhead.placeBand(timeline.parts.marked, between(from, to)),
    marked: (from, to) => {
      timeline.playhead.placeBand(timeline.parts.marked, null);
      if (Math.abs(to - from) > 3) timeline.setWindow(between(from, to), { announce: true });
    },
    click: (x, y, event) => {
      if (event.target.closest(PRESSED)) return;
      const found = find(x, y);
      if (found?.item) navigator.choose(found.item);
      else selection.select(null);
    },
    doubleClick: (x, y, event) => {
      if (event.target.closest(PRESSED)) return;
      const found = find(x, y);
      if (found?.item) navigator.fit(found.item);
      else timeline.setWindow(zoomView(timeline.view, 0.5, xToTime(x, timeline.view, timeline.width), timeline.limits), { announce: true });
    },
  };
  attachGestures(scroll, gestures, { frame: chart, wheelNeedsControl });

  if (timeline.playable) {
    scrub.addEventListener("keydown", (event) => scrubByKey(event, timeline));
  }
  const seek = (x) => {
    if (timeline.playable) clock.seek(xToTime(Math.min(Math.max(x, 0), timeline.width), timeline.view, timeline.width));
  };
  const place = (event) => {
    const { left, top } = axis.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  /** The label under the pointer; the playhead comes before it. */
  const linkUnder = (event) => {
    const { x, y } = place(event);
    const head = timeToX(clock.time, timeline.view, timeline.width);
    return timeline.playable && y > HEAD_TOP && Math.abs(x - head) < HEAD_REACH ? null : timeline.links.at(x, y);
  };
  attachDrag(scrub, chart, seek, {
    press: (event) => {
      const link = linkUnder(event);
      return link && (() => timeline.setWindow({ start: link.start, end: link.end }, { announce: true }));
    },
  });
  scrub.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const link = linkUnder(event);
    timeline.links.point(link);
    scrub.classList.toggle("on-label", link !== null);
    showTip(place(event).x, null);
  });
  scrub.addEventListener("pointerleave", () => {
    timeline.links.point(null);
    leave();
  });
}

/** Keys of a slider, in hundredths of what is shown. */
const SCRUB_KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

function scrubByKey(event, { clock, view }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in SCRUB_KEYS) clock.seek(clock.time + (SCRUB_KEYS[event.key] * (view.end - view.start)) / 100);
  else if (event.key === "Home") clock.seek(clock.start);
  else if (event.key === "End") clock.seek(clock.end);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
