/** What choosing, fitting and walking between bars mean, for keyboard and pointer alike. */

import { placeBars } from "./timeline-geometry.js";
import { xToTime } from "./timeline-scale.js";

export class LaneNavigator {
  /**
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./timeline-bin.js").UndatedBin} bin
   */
  constructor(timeline, bin) {
    Object.assign(this, { timeline, bin });
  }

  /** A bar alone is chosen; bunched bars are opened by zooming in on them. */
  choose(item) {
    if (item.bars.length > 1) this.fit(item);
    else this.timeline.selection.select(item.bars[0].flight.id);
  }

  /** Frame what an item stands for. */
  fit(item) {
    const { timeline } = this;
    if (item.bars.length === 1) {
      timeline.fitFlight(item.bars[0].flight);
      return;
    }
    const start = Math.min(...item.bars.map((bar) => bar.start));
    const end = Math.max(...item.bars.map((bar) => bar.end));
    const margin = (end - start) * 0.1;
    timeline.setWindow({ start: start - margin, end: end + margin }, { announce: true });
  }

  #all(lane) {
    return placeBars(lane, this.timeline.view, this.timeline.width, true);
  }

  /** The item of a flight, also outside the view. */
  find(lane, id) {
    return this.#all(lane).find((item) => item.bars.some((bar) => bar.flight.id === id)) ?? null;
  }

  /** Move the view by a quarter, earlier (−1) or later (1). */
  move(way) {
    this.timeline.moveBy((-way * this.timeline.width) / 4);
    this.timeline.settle();
  }

  /** Zoom in (−1) or out (1) around an item. */
  zoom(way, { x0, x1 }) {
    const { timeline } = this;
    timeline.zoomBy(way < 0 ? 0.5 : 2, Math.min(Math.max((x0 + x1) / 2, 0), timeline.width));
    timeline.settle();
  }

  /** The item before (−1) or after (1) an item of a lane, also outside the view; null at the ends. */
  step(lane, item, way) {
    const items = this.#all(lane);
    const id = item.bars[0].flight.id;
    const index = items.findIndex((candidate) => candidate.bars.some((bar) => bar.flight.id === id));
    return items[index + way] ?? null;
  }

  /** First (−1) or last (1) item of a lane. */
  edge(lane, way) {
    return this.#all(lane).at(way < 0 ? 0 : -1) ?? null;
  }

  /** The item nearest in time in the next lane above (−1) or below (1) that has one. */
  across(row, item, way) {
    const rows = this.timeline.stacked;
    const middle = (item.x0 + item.x1) / 2;
    for (let n = rows.indexOf(row) + way; n >= 0 && n < rows.length; n += way) {
      const items = this.#all(rows[n].lane);
      if (items.length === 0) continue;
      const distance = (candidate) => Math.max(candidate.x0 - middle, middle - candidate.x1, 0);
      return { row: rows[n], item: items.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best)) };
    }
    return null;
  }

  reveal(row, item) {
    const { timeline } = this;
    timeline.revealTime(xToTime(item.x0, timeline.view, timeline.width), xToTime(item.x1, timeline.view, timeline.width));
    timeline.revealRow(row);
  }

  hover(id) {
    this.timeline.selection.hover(id, "bars");
  }

  openUndated(lane, button) {
    this.bin.open(lane, button);
  }
}
