/** What stands over the lanes at a moment: the playhead, the looped range, the moment pointed at. */

import { timeToX } from "./timeline-scale.js";

export class Playhead {
  /** @param {import("./timeline.js").Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    const { clock, selection } = timeline;
    clock.addEventListener("time", this.place);
    clock.addEventListener("state", () => {
      this.place();
      this.placeLoop();
    });
    selection.addEventListener("time", () => this.#placeHover());
  }

  /** All that a frame of playing costs. */
  place = () => {
    const { playable, parts, clock, view, width, describer } = this.timeline;
    if (!playable) return;
    const { playhead, scrub } = parts;
    const x = timeToX(clock.time, view, width);
    playhead.hidden = x < -1 || x > width + 1;
    playhead.style.transform = `translateX(${x}px)`;
    if (clock.playing) return; // a screen reader is not told thirty times a second
    scrub.setAttribute("aria-valuemin", Math.round(clock.start));
    scrub.setAttribute("aria-valuemax", Math.round(clock.end));
    scrub.setAttribute("aria-valuenow", Math.round(clock.time));
    scrub.setAttribute("aria-valuetext", describer.moment(clock.time));
  };

  placeLoop() {
    const { loop } = this.timeline.clock;
    this.placeBand(this.timeline.parts.loop, loop);
  }

  /** Put a band over an interval; none where it is out of sight, or where there is no interval. */
  placeBand(band, interval) {
    const { view, width } = this.timeline;
    const left = interval ? Math.max(0, timeToX(interval.start, view, width)) : 0;
    const right = interval ? Math.min(width, timeToX(interval.end, view, width)) : 0;
    band.hidden = right <= left;
    band.style.transform = `translateX(${left}px)`;
    band.style.width = `${Math.max(0, right - left)}px`;
  }

  #placeHover() {
    const { view, width, parts, selection } = this.timeline;
    const x = selection.time === null ? -1 : timeToX(selection.time, view, width);
    parts.hoverLine.hidden = x < 0 || x > width;
    parts.hoverLine.style.transform = `translateX(${x}px)`;
  }
}
