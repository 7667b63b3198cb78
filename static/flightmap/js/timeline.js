/**
 * Per-aircraft lanes under one time axis. What the lanes show *is* the window: zooming and moving them chooses
 * what the map plays. The clock is the playhead; hovering and choosing go through the shared selection.
 *
 * While the clock plays only the playhead moves; the lanes are drawn anew when the view, the flights, the
 * selection or the theme change, at most once a frame. Only rows in sight are drawn.
 *
 * Events: "window" when the reader has settled on another window (read `window`); "flights" when there are other lanes.
 * What a reader does on the lanes is timeline-hands.js, which may come later.
 */

import { prepare } from "./canvas.js";
import { colours, theme } from "./theme.js";
import { AXIS_HEIGHT, AxisLabels, AxisLinks, paintAxis, paintGrid } from "./timeline-axis.js";
import { Describer } from "./timeline-describe.js";
import { buildFrame } from "./timeline-frame.js";
import { placeBars, rowsBetween, rowsHeight, stackRows } from "./timeline-geometry.js";
import { barsInView, buildLanes, extentOf } from "./timeline-layout.js";
import { Overview } from "./timeline-overview.js";
import { PALETTE_TOKENS, forcedPalette, paintRows } from "./timeline-paint.js";
import { Playhead } from "./timeline-playhead.js";
import { LaneRows } from "./timeline-rows.js";
import { DAY, clampView, padInterval, panView, unitOf, xToTime } from "./timeline-scale.js";
import { TimeWindow } from "./timeline-window.js";
import { plural } from "./timeline-words.js";

/** Whether the system forces colours of its own. */
const FORCED = globalThis.matchMedia?.("(forced-colors: active)");

export class Timeline extends EventTarget {
  #lanes = [];
  #rows = [];
  #items = new Map(); // lane key → items drawn, for pointing
  #time;
  // As the observer of sizes last saw them: reading them from elements would lay the page out in the middle of a frame.
  #width = 0;
  #height = 0;
  #scrolled = 0;
  #frame = null;
  #dirty = { rows: false, overview: false };
  #showAll = false;
  #narrowed = false;

  /**
   * @param {HTMLElement} container emptied and filled
   * @param {object} options
   * @param {object[]} options.flights summaries, all the archive's that may be shown
   * @param {{start: number, end: number}} options.window what to show first, epoch seconds
   * @param {import("./clock.js").Clock} options.clock
   * @param {import("./selection.js").Selection} options.selection
   * @param {object} options.words translated pieces
   * @param {string} [options.language]
   * @param {Record<string, string>} [options.cities] short names of airports by ICAO code
   * @param {(lane: string) => string} [options.colourOf] token of base.css for a lane's observed bars
   * @param {string|null} [options.far] what the corridor leads to, for the legend's directions
   * @param {boolean} [options.playable] whether there is a playhead to be moved
   */
  constructor(container, { flights, window, clock, selection, words, language = document.documentElement.lang || "en", cities, colourOf, playable = true, far = null }) {
    super();
    this.clock = clock;
    this.selection = selection;
    this.describer = new Describer(words, language, cities);
    this.colourOf = colourOf ?? (() => "identity-none");
    this.labels = new AxisLabels(language);
    this.links = new AxisLinks(() => this.#invalidate());
    this.playable = playable;
    this.parts = buildFrame(container, words, { playable, far });
    this.overview = new Overview(this.parts.overview, this.describer);
    this.rows = new LaneRows(this.parts.rows, this.describer);
    this.#time = new TimeWindow(window, { viewed: () => this.#viewed(), widened: () => this.#widened(), settled: (chosen) => this.#settled(chosen) });
    this.playhead = new Playhead(this);
    this.setFlights(flights);
    this.#listen();
    this.#readColours();
  }

  /** The window the reader settled on. */
  get window() {
    return this.#time.window;
  }

  /** All lanes of the flights shown, also those with none in the window. */
  get lanes() {
    return this.#lanes;
  }

  /** What the lanes show at this moment, also in the middle of a gesture. */
  get view() {
    return this.#time.view;
  }

  get width() {
    return this.#width;
  }

  /** Rows as stacked now. */
  get stacked() {
    return this.#rows;
  }

  get limits() {
    return this.#time.limits;
  }

  /** Pixels of the rows above those in sight. */
  get scrolled() {
    return this.#scrolled;
  }

  /** Show other flights (after a filter changed); `narrowed` where filters hold some back. The window stays. */
  setFlights(flights, { narrowed = false } = {}) {
    this.#narrowed = narrowed;
    this.#lanes = buildLanes(flights);
    const { start, end } = this.window;
    const extent = extentOf(flights) ?? this.window;
    const margin = Math.max((extent.end - extent.start) * 0.03, 15 * DAY);
    this.#time.limits = { start: Math.min(extent.start - margin, start), end: Math.max(extent.end + margin, end) };
    this.overview.setContent(flights, this.limits);
    const undated = this.#lanes.reduce((sum, lane) => sum + lane.undated.length, 0);
    this.parts.undated.hidden = undated === 0;
    this.parts.undated.textContent = plural(this.describer.words.undatedCount, undated);
    this.#stack();
    this.#invalidate({ rows: true, overview: true });
    this.dispatchEvent(new Event("flights"));
  }

  /** Show another window; `announce` as if the reader had chosen it. */
  setWindow(window, options) {
    this.#time.go(window, options);
  }

  /** Frame a flight with a margin; choose it. */
  fitFlight(flight) {
    if (flight.start === null) return;
    this.selection.select(flight.id);
    this.setWindow(padInterval(flight), { announce: true });
  }

  /** Bring a moment into the view (for keyboard moves) without changing the span; at once. */
  revealTime(start, end) {
    const { start: from, end: to } = this.view;
    if (start >= from && end <= to) return;
    this.#time.show(panView(this.view, (start + end - from - to) / 2, this.limits));
    this.settle();
  }

  /** Scroll a row into sight and draw at once, so that its bars exist. */
  revealRow(row) {
    const { scroll } = this.parts;
    if (row.top < scroll.scrollTop) scroll.scrollTop = row.top;
    else if (row.top + row.height > scroll.scrollTop + this.#height) scroll.scrollTop = row.top + row.height - this.#height;
    this.#scrolled = scroll.scrollTop;
    this.#dirty.rows = true;
    this.#draw();
  }

  /** Move or zoom what is shown, in the middle of a gesture; `settle` when it is over. */
  moveBy(dx) {
    this.#time.moveBy((-dx / this.#width) * (this.view.end - this.view.start));
  }

  zoomBy(factor, x) {
    this.#time.zoomBy(factor, xToTime(x, this.view, this.#width));
  }

  /** Show all lanes, or only those with something in the window. */
  switchIdle() {
    this.#showAll = !this.#showAll;
    this.#stack();
    this.#invalidate({ rows: true });
  }

  /** The view becomes the window when nothing has changed for a moment. */
  settle() {
    this.#time.settle();
  }

  /* What is shown */

  #stack() {
    const shown = this.#showAll ? this.#lanes : this.#lanes.filter((lane) => barsInView(lane, this.window).length > 0);
    this.#rows = stackRows(shown);
    this.rows.setRows(this.#rows);
    this.parts.rows.style.height = `${rowsHeight(this.#rows)}px`;
    this.parts.root.classList.toggle("has-undated", shown.some((lane) => lane.undated.length > 0));
    const { words, language } = this.describer;
    const rest = this.#lanes.length - shown.length;
    this.parts.more.hidden = rest === 0 && !this.#showAll;
    this.parts.more.textContent = this.#showAll ? words.hideIdle : plural(words.moreLanes, rest, language);
    this.parts.empty.hidden = shown.length > 0;
    if (!shown.length) this.#explain();
  }

  async #explain() {
    const { explainLanes } = await import("./timeline-empty.js");
    explainLanes(this, this.#lanes.flatMap((lane) => lane.flights), this.#narrowed);
  }

  #viewed() {
    this.#invalidate();
    this.playhead.place();
  }

  #widened() {
    this.overview.setContent(this.#lanes.flatMap((lane) => lane.flights), this.limits);
    this.#invalidate({ overview: true });
  }

  #settled(chosen) {
    this.#stack();
    this.#invalidate({ rows: true });
    if (chosen) this.dispatchEvent(new Event("window"));
  }

  /* Drawing */

  #readColours() {
    this.palette = FORCED.matches ? forcedPalette() : colours(...PALETTE_TOKENS);
    this.font = getComputedStyle(this.parts.root).fontFamily;
    this.#invalidate({ overview: true });
  }

  #invalidate(what = {}) {
    Object.assign(this.#dirty, what);
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (!this.palette) return;
    const dirty = this.#dirty;
    this.#dirty = { rows: false, overview: false };
    if (this.#width === 0) return;
    const { view, limits, parts } = this;
    const whole = view.end - view.start > 0.99 * (limits.end - limits.start);
    parts.showUnit(whole ? "all" : unitOf(view.end - view.start));
    // The text's length moves the strip beside it, so it comes first.
    parts.range.textContent = this.describer.interval(view.start, view.end);
    if (dirty.overview) this.overview.paint(this.palette, this.font);
    this.overview.showWindow(view);
    const look = { view, width: this.#width, palette: this.palette, font: this.font, labels: this.labels, pointed: this.links.pointed };
    this.links.shown = paintAxis(prepare(parts.axis, this.#width, AXIS_HEIGHT), look);
    this.#drawLanes(prepare(parts.canvas, this.#width, this.#height), look);
    if (dirty.rows) {
      this.overview.tellWindow(view);
      this.rows.render(this.#scrolled, this.#height, (row) => this.itemsOf(row), this.selection.selected);
    }
    this.playhead.place();
    this.playhead.placeLoop();
  }

  #drawLanes(context, look) {
    const [top, height] = [this.#scrolled, this.#height];
    const used = Math.min(height, Math.max(0, rowsHeight(this.#rows) - top));
    this.parts.playhead.style.height = `${AXIS_HEIGHT + used}px`; // not through the words below the last lane
    context.clearRect(0, 0, look.width, height);
    paintGrid(context, { ...look, height: used });
    const { hovered, selected } = this.selection;
    const rows = rowsBetween(this.#rows, top, top + height);
    this.#items = new Map(rows.map((row) => [row.lane.key, placeBars(row.lane, this.view, look.width)]));
    paintRows(context, rows, top, this.#items, { ...look, hovered, selected }, (lane) => this.palette[this.colourOf(lane)]);
  }

  /** What a row shows, as last drawn. */
  itemsOf(row) {
    return this.#items.get(row.lane.key) ?? placeBars(row.lane, this.view, this.#width);
  }

  /* Listening */

  #listen() {
    const { selection, parts } = this;
    theme.addEventListener("change", () => this.#readColours());
    FORCED.addEventListener("change", () => this.#readColours());
    selection.addEventListener("hover", () => this.#invalidate());
    selection.addEventListener("select", () => this.#invalidate({ rows: true }));
    const sizes = new ResizeObserver(() => this.#measure());
    for (const part of [parts.chart, parts.scroll, parts.overview]) sizes.observe(part);
    this.#measure();
    parts.scroll.addEventListener("scroll", () => {
      this.#scrolled = parts.scroll.scrollTop;
      this.#invalidate({ rows: true });
    }, { passive: true });
    this.overview.addEventListener("change", (event) => this.#time.show(clampView(event.detail, this.limits)));
    this.overview.addEventListener("settle", () => this.#time.finish(true));
  }

  #measure() {
    const { chart, scroll } = this.parts;
    this.#width = chart.clientWidth;
    this.#height = scroll.clientHeight;
    this.#scrolled = scroll.scrollTop;
    this.overview.measure();
    this.#invalidate({ rows: true, overview: true });
  }
}
