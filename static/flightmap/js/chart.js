/**
 * Altitude and ground speed against time. The lines break wherever nothing was observed, and the flight's gaps
 * are hatched; dragging over the chart moves the clock, and a playhead follows it.
 */

import uPlot from "uplot";
import { chartData, FOOT, loneValues } from "./chart-data.js";
import { labelPlaces } from "./chart-labels.js";
import { colours, theme } from "./theme.js";
import { zoned } from "./time-format.js";

const TOKENS = ["ink", "ink-soft", "ink-faint", "accent", "rule", "estimated", "gap-hatch", "gap-wash", "panel"];
const DEFAULT_HEIGHT = 230; // px, where no style sheet says one
const METRES = 2; // place of its axis
const NARROW = 640; // px; narrower charts leave the axis in metres out
const HATCH = 7; // px between hatches
const SWIPE = 6; // px; a finger that moved less has not dragged yet
const FT = "ft", KT = "kt";

export const CHART_WORDS = Object.freeze({
  altitude: "Altitude", speed: "Ground speed", feet: "ft", metres: "m", knots: "kt", notObserved: "not observed",
  kinds: ["", "pressure", "geometric", "reference not stated"],
  label: "Altitude and ground speed against time. The table of fixes has the same values.",
});

export class Chart {
  /**
   * @param {HTMLElement} root an empty element, of a height of its own; the chart fills it
   * @param {object} path a decoded flight
   * @param {import("./clock.js").Clock} clock
   * @param {{gaps?: object[], selection?: object, words?: object, estimates?: boolean, sayTime?: (epoch: number) => string}} [options]
   *   gaps: the summary's; sayTime: a moment in words, for the one pointed at
   */
  constructor(root, path, clock, { gaps = [], selection, words, estimates = false, sayTime } = {}) {
    this.root = root;
    this.clock = clock;
    this.selection = selection;
    this.words = { ...CHART_WORDS, ...words };
    this.data = chartData(path, gaps);
    this.estimates = estimates;
    this.colours = colours(...TOKENS);
    root.setAttribute("role", "img");
    root.setAttribute("aria-label", this.words.label);
    this.plot = this.#makePlot();
    this.playhead = document.createElement("div");
    this.playhead.className = "chart-playhead";
    this.pointed = document.createElement("div");
    this.pointed.className = "chart-pointed";
    this.pointed.hidden = true;
    this.pointed.append(document.createElement("span"));
    this.plot.over.append(this.pointed, this.playhead);
    this.sayTime = sayTime;
    selection?.addEventListener("time", () => this.#showPointed());
    this.#scrubByDragging();
    clock.addEventListener("time", () => this.#follow());
    theme.addEventListener("change", () => this.#recolour());
    new ResizeObserver(() => this.#fit()).observe(root);
    this.#follow();
  }

  /** Draw what the tracker estimated, dashed, or leave it out. */
  setEstimates(shown) {
    this.estimates = shown;
    this.plot.setSeries(3, { show: shown });
    this.plot.setSeries(4, { show: shown });
  }

  #size() {
    const width = Math.max(260, Math.floor(this.root.clientWidth));
    return { width, height: this.root.clientHeight || DEFAULT_HEIGHT };
  }

  #makePlot() {
    const { words } = this;
    const now = (token) => () => this.colours[token];
    const grid = { stroke: now("rule"), width: 1 };
    const font = `11px ${getComputedStyle(this.root).fontFamily}`;
    const axis = { grid, ticks: { ...grid, size: 4 }, font, labelFont: `600 11px ${getComputedStyle(this.root).fontFamily}`, labelSize: 18, labelGap: 0 };
    const line = (scale, token, width, dash) => ({
      scale, stroke: now(token), width, dash, spanGaps: false,
      points: { show: (plot, series) => (lonely(plot, series).length > 0), filter: (plot, series) => lonely(plot, series), size: 4, fill: now(token) },
    });
    const number = new Intl.NumberFormat(document.documentElement.lang || "en");
    return new uPlot(
      {
        ...this.#size(),
        padding: [10, 4, 0, 4],
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        scales: {
          x: { time: true, range: () => [this.clock.start, Math.max(this.clock.end, this.clock.start + 1)] },
          [FT]: { range: (_plot, _low, high) => [0, Math.max(1000, (high ?? 0) * 1.08)] },
          // More room above, so that level flight does not lay the two lines upon each other.
          [KT]: { range: (_plot, _low, high) => [0, Math.max(100, (high ?? 0) * 1.3)] },
        },
        series: [
          {},
          line(FT, "ink", 2.25), // of other weights: colours are not all that tells them apart
          line(KT, "accent", 1.25),
          { ...line(FT, "estimated", 1.5, [6, 6]), show: this.estimates },
          { ...line(KT, "estimated", 1.5, [6, 6]), show: this.estimates },
        ],
        axes: [
          { ...axis, stroke: now("ink-soft"), space: 70, size: 44, values: (_plot, splits, _axis, _space, step) => splits.map((time) => timeLabel(time, step)) },
          {
            ...axis, scale: FT, stroke: now("ink"), size: 52, label: this.#altitudeLabel(), space: 34,
            values: (_plot, splits) => splits.map((feet) => number.format(feet)),
          },
          {
            ...axis, scale: FT, stroke: now("ink-soft"), size: 50, label: words.metres, space: 34, grid: { show: false },
            splits: (plot) => metreSplits(plot.scales[FT].max), values: (_plot, splits) => splits.map((feet) => number.format(Math.round(feet * FOOT))),
          },
          {
            ...axis, scale: KT, side: 1, stroke: now("accent"), size: 42, label: `${words.speed} (${words.knots})`, space: 34, grid: { show: false },
          },
        ],
        hooks: {
          // Not as an option: an axis that is hidden from the start is never set up, and cannot be shown in a wider window.
          init: [(plot) => { plot.axes[METRES].show = plot.width >= NARROW; }],
          drawClear: [(plot) => this.#paintUnobserved(plot)],
          draw: [(plot) => this.#nameLines(plot)],
          setCursor: [(plot) => this.#point(plot)],
          setSize: [() => this.playhead && this.#follow()],
        },
      },
      this.data.columns,
      this.root,
    );
  }

  #paintUnobserved(plot) {
    const { ctx, bbox } = plot;
    const ratio = uPlot.pxRatio;
    for (const { start, end } of this.data.unobserved) {
      const left = Math.max(bbox.left, plot.valToPos(start, "x", true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(end, "x", true));
      if (right <= left) continue;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, right - left, bbox.height);
      ctx.clip();
      ctx.fillStyle = this.colours["gap-wash"];
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.strokeStyle = this.colours["gap-hatch"];
      ctx.lineWidth = ratio * 0.75;
      ctx.beginPath();
      for (let x = left - bbox.height; x < right; x += HATCH * ratio) {
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x + bbox.height, bbox.top);
      }
      ctx.stroke();
      this.#sayNotObserved(ctx, left, right, bbox);
      ctx.restore();
    }
  }

  /** The words stand along the band, or up it where it is narrow. */
  #sayNotObserved(ctx, left, right, bbox) {
    const ratio = uPlot.pxRatio;
    ctx.font = `600 ${11 * ratio}px ${getComputedStyle(this.root).fontFamily}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = this.colours.panel;
    ctx.fillStyle = this.colours["ink-soft"];
    const length = ctx.measureText(this.words.notObserved).width + 12 * ratio;
    if (right - left < 14 * ratio) return;
    ctx.translate((left + right) / 2, bbox.top + bbox.height / 2);
    if (right - left < length) ctx.rotate(-Math.PI / 2);
    ctx.strokeText(this.words.notObserved, 0, 0);
    ctx.fillText(this.words.notObserved, 0, 0);
  }

  /** Each line has its name at it: two lines must not be told apart by colour alone. */
  #nameLines(plot) {
    const { ctx, bbox } = plot;
    const ratio = uPlot.pxRatio;
    const [times, ...values] = this.data.columns;
    const names = [this.words.altitude, this.words.speed];
    ctx.save();
    ctx.font = `600 ${11 * ratio}px ${getComputedStyle(this.root).fontFamily}`;
    const widest = Math.max(...names.map((name) => ctx.measureText(name).width));
    const at = (value, scale) => plot.valToPos(value, scale, true);
    const places = labelPlaces(times, values[0], values[1], {
      x: (time) => at(time, "x"), first: (value) => at(value, FT), second: (value) => at(value, KT),
      left: bbox.left, right: bbox.left + bbox.width, top: bbox.top, bottom: bbox.top + bbox.height, width: widest, line: 15 * ratio,
    });
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3 * ratio;
    ctx.strokeStyle = this.colours.panel;
    places?.y.forEach((y, line) => {
      ctx.fillStyle = this.colours[line ? "accent" : "ink"];
      ctx.strokeText(names[line], places.x, y);
      ctx.fillText(names[line], places.x, y);
    });
    ctx.restore();
  }

  #scrubByDragging() {
    const { over } = this.plot;
    const seek = (event) => this.clock.seek(this.plot.posToVal(event.clientX - over.getBoundingClientRect().left, "x"));
    let finger = null; // where one came down: a swipe that scrolls the page is not meant for the time
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      over.setPointerCapture(event.pointerId);
      finger = event.pointerType === "touch" ? event.clientX : null;
      if (finger === null) seek(event);
    });
    over.addEventListener("pointermove", (event) => {
      if (!over.hasPointerCapture(event.pointerId)) return;
      if (finger !== null && Math.abs(event.clientX - finger) < SWIPE) return;
      finger = null;
      seek(event);
    });
    over.addEventListener("pointerup", (event) => {
      if (finger !== null) seek(event); // a tap
      finger = null;
    });
  }

  #point(plot) {
    const { left } = plot.cursor;
    this.selection?.hoverTime(left >= 0 ? plot.posToVal(left, "x") : null, "chart");
  }

  #follow() {
    this.playhead.style.transform = `translateX(${this.plot.valToPos(this.clock.time, "x")}px)`;
  }

  /** The moment pointed at, here or anywhere else on the page, with its time in words. */
  #showPointed() {
    const { time } = this.selection;
    const within = time !== null && time >= this.clock.start && time <= this.clock.end;
    this.pointed.hidden = !within;
    if (!within) return;
    const at = this.plot.valToPos(time, "x");
    this.pointed.style.transform = `translateX(${at}px)`;
    this.pointed.classList.toggle("is-late", at > this.plot.over.clientWidth / 2); // the words stay within the chart
    this.pointed.firstChild.textContent = this.sayTime?.(time) ?? "";
  }

  /** "Altitude, pressure (ft)": of which kind the observed altitudes are, as far as the file states it. */
  #altitudeLabel() {
    const { words } = this;
    const kinds = [...this.data.kinds].sort().map((kind) => words.kinds[kind]).filter(Boolean);
    return `${[words.altitude, kinds.join(" / ")].filter(Boolean).join(", ")} (${words.feet})`;
  }

  #fit() {
    const size = this.#size();
    if (size.width === this.plot.width && size.height === this.plot.height) return;
    this.plot.axes[METRES].show = size.width >= NARROW;
    this.plot.setSize(size);
    this.#follow();
  }

  #recolour() {
    this.colours = colours(...TOKENS);
    this.plot.redraw(false, true);
  }
}

const lonely = (plot, series) => loneValues(plot.data[series]);

function timeLabel(time, step) {
  const { date, minute, time: full } = zoned(time);
  if (step < 60) return full;
  return minute === "00:00" || step >= 86400 ? `${minute}\n${date.slice(5)}` : minute;
}

/** Round metres on the axis in feet. */
function metreSplits(highest) {
  const metres = highest * FOOT;
  const step = [100, 200, 250, 500, 1000, 2000, 2500, 5000].find((size) => metres / size <= 6) ?? 10000;
  return Array.from({ length: Math.floor(metres / step) + 1 }, (_, i) => (i * step) / FOOT);
}
