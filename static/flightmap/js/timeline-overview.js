/**
 * The whole archive in one strip, with the shown window as a frame on it: what there is, and where the
 * lanes are looking. What a reader does on it is timeline-overview-hands.js.
 */

import { calendar, ticks, timeToX, xToTime } from "./timeline-scale.js";
import { element } from "./timeline-words.js";

const HEIGHT = 30;
/** Where its marks stand. */
const FOOT = HEIGHT - 2;
/** What the label of a year takes, and one of a month or day; pixels. */
const YEAR_ROOM = 46;
const MONTH_ROOM = 84;
/** Flights of so many pixels are counted together. */
const COLUMN = 4;
/** The frame is never drawn narrower, so that it can be seen and taken hold of, pixels. */
const LEAST_FRAME = 6;

export class Overview extends EventTarget {
  #limits;
  #window;
  #flights = [];
  #width = 0;
  #isWhole = false; // the window is all there is

  /**
   * Sends "change" (detail: the window while it is dragged) and "settle".
   *
   * @param {HTMLElement} host
   * @param {import("./timeline-describe.js").Describer} describer
   */
  constructor(host, describer) {
    super();
    this.host = host;
    this.describer = describer;
    const { words } = describer;
    this.canvas = element("canvas", { class: "overview-canvas", "aria-hidden": "true" });
    this.frame = element("div", { class: "overview-frame" });
    this.handles = [-1, 1].map((side) =>
      element("div", {
        class: `overview-handle overview-handle-${side < 0 ? "start" : "end"}`, role: "slider", tabindex: "0",
        "aria-label": side < 0 ? words.windowStart : words.windowEnd,
      }),
    );
    host.append(this.canvas, this.frame, ...this.handles);
  }

  /** @param {{start: number, end: number}} limits the whole archive, with margins */
  setContent(flights, limits) {
    this.#flights = flights;
    this.#limits = limits;
  }

  get limits() {
    return this.#limits;
  }

  get window() {
    return this.#window;
  }

  /** Whether the window is all there is. */
  get isWhole() {
    return this.#isWhole;
  }

  /** The time under a pixel. */
  timeAt(x) {
    return xToTime(x, this.#limits, this.#width);
  }

  /** Another window is being chosen; `settle` when it is. */
  change(window) {
    this.dispatchEvent(new CustomEvent("change", { detail: window }));
  }

  settle() {
    this.dispatchEvent(new Event("settle"));
  }

  /** Take over the width of the page's element; `paint` draws for it. */
  measure() {
    this.#width = this.host.clientWidth;
  }

  /** Draw the strip anew: after flights, limits, width or colours changed. */
  paint(palette, font) {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(this.#width * ratio);
    this.canvas.height = HEIGHT * ratio;
    if (!this.#limits || this.#width === 0) return;
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#paintYears(context, palette, font);
    this.#paintFlights(context, palette);
  }

  #paintYears(context, palette, font) {
    context.font = `11px ${font}`;
    context.textBaseline = "top";
    context.lineWidth = 1;
    const years = ticks(this.#limits, this.#width, YEAR_ROOM);
    const { unit, step } = years.unit === "year" ? years : ticks(this.#limits, this.#width, MONTH_ROOM);
    const style = { year: { year: "numeric" }, month: { month: "short", year: "numeric" } }[unit] ?? { day: "numeric", month: "short" };
    const label = new Intl.DateTimeFormat(this.describer.language === "en" ? "en-GB" : this.describer.language, { ...style, timeZone: "UTC" });
    for (const { time } of calendar(unit, step, this.#limits)) {
      const x = Math.round(timeToX(time, this.#limits, this.#width)) + 0.5;
      context.strokeStyle = palette.rule;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, HEIGHT);
      context.stroke();
      context.fillStyle = palette["ink-faint"];
      const text = label.format(time * 1000);
      if (x >= 0 && x + 4 + context.measureText(text).width < this.#width) context.fillText(text, x + 4, 2);
    }
  }

  /** Marks where flights are: filled and long where observed, hollow and short where reported; the longer the more. */
  #paintFlights(context, palette) {
    const columns = densityOf(this.#flights, this.#limits, this.#width);
    const most = Math.max(1, ...columns.map(({ observed, reported, simulated }) => Math.max(observed, reported, simulated)));
    const share = (count) => (most === 1 ? 1 : Math.log(count + 1) / Math.log(most + 1));
    context.strokeStyle = palette.reported;
    context.lineWidth = 1;
    for (const { x, reported } of columns) {
      if (!reported) continue;
      const height = 4 + Math.round(5 * share(reported));
      context.strokeRect(x - 1.5, FOOT - height + 0.5, 3, height - 1);
    }
    for (const [kind, colour] of [["simulated", palette["demonstration-rule"]], ["observed", palette.ink]]) {
      context.fillStyle = colour;
      for (const column of columns) {
        if (!column[kind]) continue;
        const height = 5 + Math.round(9 * share(column[kind]));
        context.fillRect(column.x - 1, FOOT - height, 2, height);
      }
    }
  }

  /** Place the frame on the strip. */
  showWindow(window) {
    this.#window = window;
    if (!this.#limits || this.#width === 0) return;
    this.#isWhole = window.end - window.start > 0.99 * (this.#limits.end - this.#limits.start);
    this.frame.classList.toggle("is-whole", this.#isWhole);
    let x0 = timeToX(window.start, this.#limits, this.#width);
    let x1 = timeToX(window.end, this.#limits, this.#width);
    const missing = LEAST_FRAME - (x1 - x0);
    if (missing > 0) {
      x0 -= missing / 2;
      x1 += missing / 2;
    }
    this.frame.style.transform = `translateX(${x0}px)`;
    this.frame.style.width = `${x1 - x0}px`;
    const [first, last] = this.handles;
    first.style.transform = `translateX(${x0}px)`;
    last.style.transform = `translateX(${x1}px)`;
  }

  /** Say where the handles stand. Not in every frame of a gesture: it takes longer than placing them. */
  tellWindow(window) {
    [window.start, window.end].forEach((time, n) => {
      const handle = this.handles[n];
      handle.setAttribute("aria-valuemin", Math.round(this.#limits.start));
      handle.setAttribute("aria-valuemax", Math.round(this.#limits.end));
      handle.setAttribute("aria-valuenow", Math.round(time));
      handle.setAttribute("aria-valuetext", this.describer.moment(time));
    });
  }
}

/**
 * How many flights there are in each part of a strip, in order of time; each part stands at the first of its flights.
 *
 * @param {object[]} flights summaries
 * @param {{start: number, end: number}} limits what the strip shows
 * @param {number} width pixels
 * @returns {{x: number, observed: number, reported: number, simulated: number}[]} parts with a flight; `simulated`:
 *   observed ones of a demonstration
 */
export function densityOf(flights, limits, width) {
  const columns = new Map();
  for (const flight of flights) {
    if (flight.start === null) continue;
    const x = timeToX((flight.start + flight.end) / 2, limits, width);
    const number = Math.floor(x / COLUMN);
    let column = columns.get(number);
    if (!column) columns.set(number, (column = { x, observed: 0, reported: 0, simulated: 0 }));
    column.x = Math.min(column.x, x);
    column[flight.class !== "observed" ? "reported" : flight.demonstration ? "simulated" : "observed"] += 1;
  }
  return [...columns.values()].sort((a, b) => a.x - b.x);
}
