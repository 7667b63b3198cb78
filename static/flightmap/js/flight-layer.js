/**
 * The Leaflet layer of moving flights. Three canvases, one above the other: "ground" (the path ahead, faint,
 * and casings), "trail" (what has been flown, only added to) and "heads" (cleared and painted every frame).
 * A frame costs what is in view and what was newly flown, however many fixes the flights hold.
 *
 * What a reader cannot mistake: across a gap no line is drawn and no head moves; a cross stays at the last fix,
 * saying since when there is no data. Only with estimates shown does a hollow head follow a dashed grey line.
 *
 * Leaflet is the global `L` that django-leaflet serves.
 */

import { boxAt } from "./head-labels.js";
import { HeadPainter } from "./head-painter.js";
import { Rest } from "./rest.js";
import { theme, colour, colours } from "./theme.js";
import { nearestTrail } from "./trail-hit.js";
import { Trail } from "./trail.js";
import { TrailPainter } from "./trail-painter.js";

const { L } = globalThis;
const HEAD_REACH = { fine: 15, coarse: 26 }; // px around a head that count as it
// Playing backwards: painting all trails takes at most one part in so many of the time, and they are put right so many
// ms after the last frame.
const [SHARE, BEHIND] = [4, 60];
const TRAIL_REACH = { fine: 6, coarse: 14 };

export const FlightLayer = L.Renderer.extend({
  options: {
    pane: "overlayPane",
    padding: 0.1, // canvas beyond the map's edge, as a share of its size
    estimates: false, // whether estimated stretches and interpolation across gaps are drawn
    ahead: false, // whether the path still to come is drawn, faint
    fade: 0, // seconds of data after which a trail has faded away; 0: it stays
    labels: "auto", // which heads are labelled, see HeadLabels
    obstacles: () => [], // what labels leave free: boxes `{x, y, width, height}` in px of the map's layers
    details: () => [], // lines of a label beside the name: of a piece and the number of its fix
    since: (seconds) => new Date(seconds * 1000).toISOString(), // words for "no data since"
    font: "system-ui, sans-serif",
  },

  /**
   * @param {object} options the above
   * Events fired (Leaflet's): "flighthover" and "flightclick" with `id` (a flight's, or null) and `latlng`
   */
  initialize(options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._entries = [];
    this._trails = new Map(); // path object -> Trail: filters come and go, trails stay
    this._time = -Infinity;
    this._isBehind = false; // whether trails reach past this moment: backwards, heads are painted more often than trails
    this._catchUp = null;
    this._notBefore = 0;
    // At rest every head of a crowd is where its fixes say, not only as near as is seen in motion.
    this._rest = new Rest(() => {
      this._trailPainter?.motions.tighten();
      this.setTime(this._time);
    });
    this._chosen = { hovered: null, selected: null };
    this._onTheme = () => this._restyle();
  },

  /**
   * What to show. Flights without a path are left out: nothing may move for them.
   *
   * @param {{id: string, path: object, label: string, callsign?: string, token: string, shape: string, gaps: object[]}[]} flights
   *    path: decoded; token: the colour's name in tokens.css; shape: of the head; gaps: of the flight's summary
   */
  setFlights(flights) {
    const kept = new Map();
    this._entries = flights
      .filter(({ path }) => path?.stretches.length)
      .map(({ id, path, label, callsign, token, shape, gaps = [] }) => {
        const trail = this._trails.get(path) ?? new Trail(path);
        kept.set(path, trail);
        const open = (kind) => gaps.some((gap) => gap.kind === kind);
        return { id, trail, label, callsign, token, shape, openStart: open("leading"), openEnd: open("trailing"), copies: [], dash: 0, plainPiece: null, plainEvery: 0, plainFrom: 0, plainTo: 0 };
      });
    this._trails = kept;
    this._restyle();
    return this;
  },

  /** Show this moment (epoch seconds). Forward is cheap; backward paints the trails again, as often as time allows. */
  setTime(epoch) {
    const forward = epoch >= this._time && !this._isBehind;
    if (epoch !== this._time && this._trailPainter?.motions.slack) this._rest.touch();
    this._time = epoch;
    if (!this._map) return this;
    if (forward) this._trailPainter.paintOn(this._entries, epoch);
    else if (performance.now() >= this._notBefore) this._paintTrails();
    else {
      this._trailPainter.place(this._entries, epoch);
      this._isBehind = true;
      this._catchUp ??= setTimeout(() => this._repaint(), BEHIND);
    }
    this._paintHeads();
    return this;
  },

  /** Where a flight's head is at the moment shown: a point of the container (px), or null when it is nowhere yet. */
  placeOf(id) {
    const i = this._entries.findIndex((entry) => entry.id === id);
    if (i < 0 || !this._map) return null;
    const { motions, view } = this._trailPainter;
    const { state, x, y } = motions.head(i, this._time);
    if (state === "before") return null;
    const world = 256 * view.scale;
    const size = this._map.getSize();
    const place = this._map.layerPointToContainerPoint(this._bounds.min.add([x * view.scale - view.left, y * view.scale - view.top]));
    place.x -= Math.round((place.x - size.x / 2) / world) * world; // the world nearest to the middle
    return place;
  },

  /** Which heads are labelled ("auto", "full", "names", "none"), and after how many seconds trails fade (0: never). */
  setLook({ labels = this.options.labels, fade = this.options.fade }) {
    Object.assign(this.options, { labels, fade });
    return this._repaint();
  },

  setEstimates(shown) {
    this.options.estimates = shown;
    return this._repaint();
  },

  /** Flights other than the selected one step back. */
  setSelected(id) {
    this._chosen.selected = id;
    return this._restyle();
  },

  setHovered(id) {
    this._chosen.hovered = id;
    return this.paintLabels();
  },

  /** Heads and their labels anew, as when what labels leave free has moved. */
  paintLabels() {
    if (this._map) this._paintHeads();
    return this;
  },

  /** The flight at a point of the container (px), or null: heads first, then trails flown. */
  flightAt(point, coarse = false) {
    const reach = coarse ? "coarse" : "fine";
    const at = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
    return (
      this._headPainter.headAt(at.x, at.y, HEAD_REACH[reach]) ??
      nearestTrail(this._entries, this._trailPainter.motions, this._trailPainter.view, at, TRAIL_REACH[reach], this.options.ahead, this._trailPainter.fade ? this._time - this._trailPainter.fade : -Infinity)
    );
  },

  /** Latitudes and longitudes around the flights' paths, or null when there are none. */
  getFlightBounds(id = null) {
    const bounds = L.latLngBounds([]);
    for (const { trail, id: own } of this._entries) {
      if (id !== null && own !== id) continue;
      const { left, right, top, bottom } = trail.bounds;
      const { crs } = this._map.options;
      bounds.extend(crs.pointToLatLng(L.point(left, top), 0)).extend(crs.pointToLatLng(L.point(right, bottom), 0));
    }
    return bounds.isValid() ? bounds : null;
  },

  onAdd(map) {
    L.Renderer.prototype.onAdd.call(this, map);
    theme.addEventListener("change", this._onTheme);
  },

  onRemove(map) {
    theme.removeEventListener("change", this._onTheme);
    clearTimeout(this._catchUp);
    this._catchUp = null;
    this._rest.stop();
    map.getContainer().classList.remove("flight-under-pointer");
    L.Renderer.prototype.onRemove.call(this, map);
  },

  getEvents() {
    return {
      ...L.Renderer.prototype.getEvents.call(this),
      move: this._onMove,
      mousemove: this._onPointer,
      mouseout: this._onPointerGone,
      click: this._onClick,
    };
  },

  _initContainer() {
    this._container = L.DomUtil.create("div", "flight-layer");
    const contexts = ["ground", "trail", "heads"].map((name) => {
      const canvas = L.DomUtil.create("canvas", `flight-canvas flight-canvas-${name}`, this._container);
      canvas.setAttribute("aria-hidden", "true"); // the table of fixes says the same in words
      return canvas.getContext("2d");
    });
    this._canvases = contexts.map((context) => context.canvas);
    this._trailPainter = new TrailPainter(contexts[0], contexts[1]);
    this._headPainter = new HeadPainter(contexts[2], this._trailPainter, {
      since: this.options.since,
      details: this.options.details,
      font: this.options.font,
      obstacles: () => this.options.obstacles().map(({ x, y, width, height }) => boxAt(x - this._bounds.min.x, y - this._bounds.min.y, width, height)),
      makeCanvas: () => document.createElement("canvas"),
    });
    this._readColours();
  },

  _destroyContainer() {
    L.DomUtil.remove(this._container);
    delete this._container;
    delete this._canvases;
    delete this._trailPainter;
    delete this._headPainter;
  },

  /** Renderer's own hook: the view has settled. Size the canvases for it and paint all. */
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds;
    const size = this._bounds.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    L.DomUtil.setPosition(this._container, min);
    for (const canvas of this._canvases) {
      const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
      if (canvas.width !== width || canvas.height !== height) {
        [canvas.width, canvas.height] = [width, height];
        [canvas.style.width, canvas.style.height] = [`${size.x}px`, `${size.y}px`];
      }
    }
    if (this._trailPainter.view.ratio !== ratio) this._headPainter.forgetLabels();
    const corner = this._map.getPixelOrigin().add(min);
    const shown = this._map.containerPointToLayerPoint([0, 0]).subtract(min);
    const shownSize = this._map.getSize();
    this._trailPainter.setView({
      scale: this._map.getZoomScale(this._zoom, 0),
      left: corner.x,
      top: corner.y,
      width: size.x,
      height: size.y,
      ratio,
      frame: { left: shown.x, top: shown.y, right: shown.x + shownSize.x, bottom: shown.y + shownSize.y },
    });
    this._repaint();
  },

  /** A long drag leaves the padding behind before the map has settled: follow it. */
  _onMove() {
    if (this._map._animatingZoom || this._zoom !== this._map.getZoom()) return;
    const min = this._map.containerPointToLayerPoint([0, 0]);
    const shown = L.bounds(min, min.add(this._map.getSize()));
    if (!this._bounds.contains(shown)) this._update();
  },

  _readColours() {
    const { casing, estimated, ink } = colours("casing", "estimated", "ink");
    this._trailPainter.colours = { casing, estimated, ink };
    this._headPainter.forgetLabels();
  },

  /** Colours, dimming and order of the entries, then paint all. */
  _restyle() {
    const { selected } = this._chosen;
    const named = new Map();
    for (const entry of this._entries) {
      if (!named.has(entry.token)) named.set(entry.token, colour(entry.token));
      entry.colour = named.get(entry.token);
      entry.dimmed = selected !== null && entry.id !== selected;
    }
    // The selected flight on top; the others by colour, which then share strokes.
    this._entries.sort((a, b) => (a.id === selected) - (b.id === selected) || (a.token < b.token ? -1 : a.token > b.token ? 1 : 0));
    if (this._map) this._readColours();
    return this._repaint();
  },

  _repaint() {
    if (!this._map) return this;
    this._paintTrails();
    this._paintHeads();
    return this;
  },

  _paintTrails() {
    clearTimeout(this._catchUp);
    this._catchUp = null;
    this._isBehind = false;
    const { estimates, ahead, fade } = this.options;
    Object.assign(this._trailPainter, { estimates, ahead, fade });
    const began = performance.now();
    this._trailPainter.paintAll(this._entries, this._time);
    this._notBefore = began + SHARE * (performance.now() - began);
  },

  _paintHeads() {
    this._headPainter.labels.mode = this.options.labels;
    this._headPainter.paint(this._entries, this._chosen);
  },

  _onPointer(event) {
    const id = this.flightAt(event.containerPoint);
    this._map.getContainer().classList.toggle("flight-under-pointer", id !== null);
    if (id === this._chosen.hovered) return;
    this.fire("flighthover", { id, latlng: event.latlng });
  },

  _onPointerGone(event) {
    this._map.getContainer().classList.remove("flight-under-pointer");
    if (this._chosen.hovered !== null) this.fire("flighthover", { id: null, latlng: event.latlng });
  },

  _onClick(event) {
    const coarse = event.originalEvent?.pointerType === "touch";
    this.fire("flightclick", { id: this.flightAt(event.containerPoint, coarse), latlng: event.latlng });
  },
});
