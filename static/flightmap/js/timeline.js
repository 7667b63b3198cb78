/**
 * Per-aircraft lanes under one time axis. What the lanes show *is* the window: zooming and moving them chooses
 * what the map plays. The clock is the playhead; hovering and choosing go through the shared selection.
 *
 * While the clock plays only the playhead moves; the lanes are drawn anew when the view, the flights, the
 * selection or the theme change, at most once a frame. Only rows in sight are drawn.
 *
 * Events: "window" when the reader has settled on another window (read `window`).
 */

import { colours, theme } from "./theme.js";
import { AXIS_HEIGHT, AxisLabels, paintAxis, paintGrid } from "./timeline-axis.js";
import { UndatedBin } from "./timeline-bin.js";
import { Describer } from "./timeline-describe.js";
import { buildFrame, placeBand } from "./timeline-frame.js";
import { placeBars, rowsBetween, rowsHeight, stackRows } from "./timeline-geometry.js";
import { barsInView, buildLanes, extentOf } from "./timeline-layout.js";
import { LaneNavigator } from "./timeline-navigate.js";
import { Overview } from "./timeline-overview.js";
import { PALETTE_TOKENS, paintRow } from "./timeline-paint.js";
import { attachPointer } from "./timeline-pointer.js";
import { LaneRows } from "./timeline-rows.js";
import { DAY, UNIT_SPANS, clampView, padInterval, panView, timeToX, unitOf, xToTime, zoomView } from "./timeline-scale.js";
import { TimeTip } from "./timeline-tip.js";
import { plural } from "./timeline-words.js";

/** Milliseconds without a change after which a window counts as chosen. */
const SETTLED = 220;
/** Milliseconds a jump to another window takes, where motion is welcome. */
const GLIDE = 220;

export class Timeline extends EventTarget {
  #lanes = [];
  #rows = [];
  #items = new Map(); // lane key → items drawn, for pointing
  #view;
  #window;
  #limits;
  #width = 0;
  #frame = null;
  #dirty = { lanes: false, rows: false, overview: false };
  #settleTimer = null;
  #glide = null;
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
   * @param {boolean} [options.wheelNeedsControl] leave the plain wheel to the page
   * @param {string|null} [options.far] what the corridor leads to, for the legend's directions
   * @param {boolean} [options.playable] whether there is a playhead to be moved
   */
  constructor(container, { flights, window, clock, selection, words, language = document.documentElement.lang || "en", cities, colourOf, wheelNeedsControl = false, playable = true, far = null }) {
    super();
    this.clock = clock;
    this.selection = selection;
    this.describer = new Describer(words, language, cities);
    this.colourOf = colourOf ?? (() => "identity-none");
    this.labels = new AxisLabels(language);
    this.playable = playable;
    this.parts = buildFrame(container, words, { playable, far });
    this.overview = new Overview(this.parts.overview, this.describer);
    this.bin = new UndatedBin(this.parts.root, this.parts.undated, this.describer, selection);
    this.tip = new TimeTip(this.parts.root, this.describer);
    this.navigator = new LaneNavigator(this);
    this.rows = new LaneRows(this.parts.rows, this.describer, this.navigator);
    this.#window = this.#view = { ...window };
    this.setFlights(flights);
    this.#listen(wheelNeedsControl);
    this.#readColours();
  }

  /** The window the reader settled on. */
  get window() {
    return this.#window;
  }

  /** What the lanes show at this moment, also in the middle of a gesture. */
  get view() {
    return this.#view;
  }

  get width() {
    return this.#width;
  }

  /** Rows as stacked now. */
  get stacked() {
    return this.#rows;
  }

  get limits() {
    return this.#limits;
  }

  /** Show other flights (after a filter changed); `narrowed` where filters hold some back. The window stays. */
  setFlights(flights, { narrowed = false } = {}) {
    this.#narrowed = narrowed;
    this.#lanes = buildLanes(flights);
    const extent = extentOf(flights) ?? this.#window;
    const margin = Math.max((extent.end - extent.start) * 0.03, 15 * DAY);
    this.#limits = {
      start: Math.min(extent.start - margin, this.#window.start),
      end: Math.max(extent.end + margin, this.#window.end),
    };
    this.overview.setContent(flights, this.#limits);
    this.bin.setLanes(this.#lanes);
    this.#stack();
    this.#invalidate({ lanes: true, rows: true, overview: true });
  }

  /** Show another window; `announce` as if the reader had chosen it. */
  setWindow(window, { announce = false, glide = true } = {}) {
    if (window.start < this.#limits.start || window.end > this.#limits.end) {
      this.#limits = { start: Math.min(window.start, this.#limits.start), end: Math.max(window.end, this.#limits.end) };
      this.overview.setContent(this.#lanes.flatMap((lane) => lane.flights), this.#limits);
      this.#invalidate({ overview: true });
    }
    const target = clampView(window, this.#limits);
    if (!announce) this.#window = target;
    this.#glideTo(target, glide, () => this.#settle(announce));
  }

  /** Frame a flight with a margin; choose it. */
  fitFlight(flight) {
    if (flight.start === null) return;
    this.selection.select(flight.id);
    this.setWindow(padInterval(flight), { announce: true });
  }

  /** Bring a moment into the view (for keyboard moves) without changing the span; at once. */
  revealTime(start, end) {
    const { start: from, end: to } = this.#view;
    if (start >= from && end <= to) return;
    this.#setView(panView(this.#view, (start + end - from - to) / 2, this.#limits));
    this.settle();
  }

  /** Scroll a row into sight and draw at once, so that its bars exist. */
  revealRow(row) {
    const { scroll } = this.parts;
    if (row.top < scroll.scrollTop) scroll.scrollTop = row.top;
    else if (row.top + row.height > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = row.top + row.height - scroll.clientHeight;
    this.#dirty.rows = true;
    this.#draw();
  }

  /** Move or zoom what is shown, in the middle of a gesture; `settle` when it is over. */
  moveBy(dx) {
    cancelAnimationFrame(this.#glide);
    this.#setView(panView(this.#view, (-dx / this.#width) * (this.#view.end - this.#view.start), this.#limits));
  }

  zoomBy(factor, x) {
    cancelAnimationFrame(this.#glide);
    this.#setView(zoomView(this.#view, factor, xToTime(x, this.#view, this.#width), this.#limits));
  }

  /** The view becomes the window when nothing has changed for a moment. */
  settle() {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => this.#settle(true), SETTLED);
  }

  /* What is shown */

  #stack() {
    const shown = this.#showAll ? this.#lanes : this.#lanes.filter((lane) => barsInView(lane, this.#window).length > 0);
    this.#rows = stackRows(shown);
    this.rows.setRows(this.#rows);
    this.parts.rows.style.height = `${rowsHeight(this.#rows)}px`;
    this.parts.root.classList.toggle("has-undated", shown.some((lane) => lane.undated.length > 0));
    const { words, language } = this.describer;
    const rest = this.#lanes.length - shown.length;
    this.parts.more.hidden = rest === 0 && !this.#showAll;
    this.parts.more.textContent = this.#showAll ? words.hideIdle : plural(words.moreLanes, rest, language);
    this.navigator.showEmpty(this.#lanes, shown.length === 0, this.#narrowed);
  }

  #setView(view) {
    this.#view = view;
    this.#invalidate({ lanes: true });
    this.#placePlayhead();
  }

  #glideTo(target, wanted, done) {
    cancelAnimationFrame(this.#glide);
    const from = this.#view;
    if (!wanted || globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
      this.#setView(target);
      done();
      return;
    }
    let began = null;
    const step = (now) => {
      began ??= now;
      const share = Math.min((now - began) / GLIDE, 1);
      const eased = 1 - (1 - share) ** 3;
      const between = (a, b) => a + (b - a) * eased;
      this.#setView(share === 1 ? target : { start: between(from.start, target.start), end: between(from.end, target.end) });
      if (share < 1) this.#glide = requestAnimationFrame(step);
      else done();
    };
    this.#glide = requestAnimationFrame(step);
  }

  #settle(announce) {
    clearTimeout(this.#settleTimer);
    const changed = this.#view.start !== this.#window.start || this.#view.end !== this.#window.end;
    this.#window = this.#view;
    this.#stack();
    this.#invalidate({ lanes: true, rows: true });
    if (announce && changed) this.dispatchEvent(new Event("window"));
  }

  /* Drawing */

  #readColours() {
    this.palette = colours(...PALETTE_TOKENS);
    this.font = getComputedStyle(this.parts.root).fontFamily;
    this.#invalidate({ lanes: true, overview: true });
  }

  #invalidate(what) {
    Object.assign(this.#dirty, what);
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (!this.palette) return;
    const dirty = this.#dirty;
    this.#dirty = { lanes: false, rows: false, overview: false };
    const { scroll, canvas, axis, chart } = this.parts;
    this.#width = chart.clientWidth;
    if (this.#width === 0) return;
    const whole = this.#view.end - this.#view.start > 0.99 * (this.#limits.end - this.#limits.start);
    this.parts.showUnit(whole ? "all" : unitOf(this.#view.end - this.#view.start));
    // The text's length moves the strip beside it, so it comes first.
    this.parts.range.textContent = this.describer.interval(this.#view.start, this.#view.end);
    if (dirty.overview || this.overview.isStale) this.overview.paint(this.palette, this.font);
    this.overview.showWindow(this.#view);
    const look = { view: this.#view, width: this.#width, palette: this.palette, font: this.font, labels: this.labels };
    paintAxis(prepare(axis, this.#width, AXIS_HEIGHT), look);
    this.#drawLanes(prepare(canvas, this.#width, scroll.clientHeight), look);
    if (dirty.rows) {
      this.rows.render(scroll.scrollTop, scroll.clientHeight, (row) => this.itemsOf(row), this.selection.selected);
    }
    this.#placePlayhead();
  }

  #drawLanes(context, look) {
    const { scroll } = this.parts;
    const height = scroll.clientHeight;
    const { hovered, selected } = this.selection;
    context.clearRect(0, 0, look.width, height);
    const used = Math.min(height, Math.max(0, rowsHeight(this.#rows) - scroll.scrollTop));
    this.parts.playhead.style.height = `${AXIS_HEIGHT + used}px`; // not through the words below the last lane
    this.#placeLoop();
    paintGrid(context, { ...look, height: used });
    context.font = `11px ${this.font}`;
    this.#items.clear();
    for (const row of rowsBetween(this.#rows, scroll.scrollTop, scroll.scrollTop + height)) {
      const items = placeBars(row.lane, this.#view, look.width);
      this.#items.set(row.lane.key, items);
      context.save();
      context.translate(0, row.top - scroll.scrollTop);
      paintRow(context, row, items, { ...look, hovered, selected, colour: this.palette[this.colourOf(row.lane.key)] });
      context.restore();
    }
  }

  /** What a row shows, as last drawn. */
  itemsOf(row) {
    return this.#items.get(row.lane.key) ?? placeBars(row.lane, this.#view, this.#width);
  }

  /** All that a frame of playing costs. */
  #placePlayhead = () => {
    if (!this.playable) return;
    const { playhead, scrub } = this.parts;
    const x = timeToX(this.clock.time, this.#view, this.#width);
    playhead.hidden = x < -1 || x > this.#width + 1;
    playhead.style.transform = `translateX(${x}px)`;
    if (this.clock.playing) return; // a screen reader is not told thirty times a second
    scrub.setAttribute("aria-valuemin", Math.round(this.clock.start));
    scrub.setAttribute("aria-valuemax", Math.round(this.clock.end));
    scrub.setAttribute("aria-valuenow", Math.round(this.clock.time));
    scrub.setAttribute("aria-valuetext", this.describer.moment(this.clock.time));
  };

  #placeLoop() {
    const { loop } = this.clock;
    const x = (time) => timeToX(time, this.#view, this.#width);
    placeBand(this.parts.loop, loop ? x(loop.start) : 0, loop ? x(loop.end) : 0, this.#width);
  }

  /* Listening */

  #listen(wheelNeedsControl) {
    const { clock, selection, parts } = this;
    clock.addEventListener("time", this.#placePlayhead);
    clock.addEventListener("state", this.#placePlayhead);
    clock.addEventListener("state", () => this.#placeLoop());
    theme.addEventListener("change", () => this.#readColours());
    selection.addEventListener("hover", () => this.#invalidate({ lanes: true }));
    selection.addEventListener("select", () => this.#invalidate({ lanes: true, rows: true }));
    selection.addEventListener("time", () => this.#placeHover());
    new ResizeObserver(() => this.#invalidate({ lanes: true, rows: true, overview: true })).observe(parts.root);
    parts.scroll.addEventListener("scroll", () => this.#invalidate({ lanes: true, rows: true }), { passive: true });
    this.overview.addEventListener("change", (event) => this.#setView(clampView(event.detail, this.#limits)));
    this.overview.addEventListener("settle", () => this.#settle(true));
    parts.onUnit((unit) => this.#zoomToUnit(unit));
    parts.onZoom((factor) => {
      this.setWindow(zoomView(this.#view, factor, this.#anchor(), this.#limits), { announce: true });
    });
    parts.more.addEventListener("click", () => {
      this.#showAll = !this.#showAll;
      this.#stack();
      this.#invalidate({ lanes: true, rows: true });
    });
    attachPointer(this, wheelNeedsControl);
  }

  /** Buttons zoom around the playhead when it is in sight, otherwise around the middle. */
  #anchor() {
    const { time } = this.clock;
    const { start, end } = this.#view;
    return time >= start && time <= end ? time : (start + end) / 2;
  }

  #zoomToUnit(unit) {
    const whole = unit === "all";
    const span = UNIT_SPANS[unit];
    const around = this.#anchor();
    const window = whole ? this.#limits : { start: around - span / 2, end: around + span / 2 };
    this.setWindow(window, { announce: true });
  }

  #placeHover() {
    const { hoverLine } = this.parts;
    const { time } = this.selection;
    const x = time === null ? -1 : timeToX(time, this.#view, this.#width);
    hoverLine.hidden = x < 0 || x > this.#width;
    hoverLine.style.transform = `translateX(${x}px)`;
  }
}

/** A canvas of the right size for the screen's pixels, ready to draw in CSS pixels. */
function prepare(canvas, width, height) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
