/** The tip beside the pointer: the moment in three time zones, and the bar under it. */

import { ZONES, beside } from "./time-format.js";
import { element } from "./timeline-words.js";

export class TimeTip {
  constructor(host, describer) {
    this.host = host;
    this.describer = describer;
    this.box = element("div", { class: "timeline-tip", "aria-hidden": "true", hidden: true });
    host.append(this.box);
  }

  /**
   * @param {number} time epoch seconds under the pointer
   * @param {string[]} lines what the bar says, if there is one
   * @param {HTMLElement} chart x and top in pixels from its corner
   */
  show(time, lines, chart, x, top) {
    const { durations, kst, vlat } = this.describer.words;
    const there = [[ZONES.pyongyang, kst], [ZONES.vladivostok, vlat]].map(([zone, name]) => `${beside(time, zone, durations)} ${name}`);
    this.box.replaceChildren(
      ...lines.map((line, n) => element("div", { class: n === 0 ? "timeline-tip-title" : "" }, line)),
      element("div", { class: "timeline-tip-time" }, [this.describer.moment(time), ...there].join(" · ")),
    );
    this.box.hidden = false;
    const frame = this.host.getBoundingClientRect();
    const from = chart.getBoundingClientRect();
    const width = this.box.offsetWidth;
    const left = Math.min(Math.max(from.left - frame.left + x - width / 2, 4), frame.width - width - 4);
    const above = from.top - frame.top + top - this.box.offsetHeight - 8;
    this.box.style.transform = `translate(${Math.round(left)}px, ${Math.round(above)}px)`;
  }

  hide() {
    this.box.hidden = true;
  }
}
