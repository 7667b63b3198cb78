/**
 * The base map as a layer of Leaflet: one canvas, up to a quarter larger than the view on each side.
 *
 * It is painted when the view leaves what is painted, when the zoom changes and when its content or the
 * theme does; never while it only moves, so that an aircraft followed across the map costs nothing here.
 * Builds on L.Renderer, which scales the canvas during zoom animations.
 */

import { paintBasemap } from "./basemap-paint.js";

const { L } = globalThis;
const MOST_PIXELS = 16e6; // of a canvas; phones refuse more
const PANE = "basemap";
const PADDING = { most: 0.25, least: 0.04 }; // of the view, on each side

/** On a large, dense screen less is painted beside the view, so that what is seen is as sharp as the screen. */
function paddingFor({ x, y }) {
  const sharp = Math.sqrt(MOST_PIXELS / (x * y)) / (globalThis.devicePixelRatio || 1);
  return Math.max(PADDING.least, Math.min(PADDING.most, (sharp - 1) / 2));
}

export const BasemapLayer = L.Renderer.extend({
  options: {
    pane: PANE,
    padding: PADDING.most,
    graticule: true,
    font: "system-ui, sans-serif",
  },

  /** @param {object} content what is painted, see `paintBasemap`; change it, then call `repaint` */
  initialize(content, colours, options) {
    L.Renderer.prototype.initialize.call(this, options);
    this._content = content;
    this._colours = colours;
    this.paints = 0; // how often it was painted; for tests and the benchmark
  },

  beforeAdd(map) {
    if (!map.getPane(PANE)) {
      const pane = map.createPane(PANE);
      pane.style.zIndex = 150; // under tiles (200) and tracks
      pane.style.pointerEvents = "none";
    }
  },

  getEvents() {
    return { ...L.Renderer.prototype.getEvents.call(this), move: this._paintIfBare };
  },

  /** The world units the whole canvas shows, or null before it is on a map. */
  view() {
    return this._view ?? null;
  },

  /** Paint again: the content or the colours have changed. */
  repaint(colours = this._colours) {
    this._colours = colours;
    if (!this._map) return;
    this._stale = true;
    this._update();
  },

  /** Paint again before the next frame, once for all who ask until then. */
  repaintSoon() {
    this._request ??= requestAnimationFrame(() => {
      this._request = null;
      this.repaint();
    });
  },

  _initContainer() {
    this._container = L.DomUtil.create("canvas", "basemap-canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._stale = true;
  },

  _destroyContainer() {
    if (this._request) cancelAnimationFrame(this._request);
    this._request = null;
    this._container.remove();
    this._container = null;
    this._view = null;
  },

  _reset() {
    this._update();
  },

  /** While the map moves at one zoom: paint only when it would show something bare. */
  _paintIfBare() {
    if (this._map.getZoom() === this._zoom) this._update();
  },

  _update() {
    const map = this._map;
    if (map._animatingZoom && this._view) return;
    const size = map.getSize();
    if (!size.x || !size.y) return;
    if (this._isGood(size)) return;
    this.options.padding = paddingFor(size);
    L.Renderer.prototype._update.call(this);
    this._size = size;
    this._origin = map.getPixelOrigin();
    this._stale = false;
    this._paint();
    this.fire("paint");
  },

  /** Whether what is painted still fills the view: same zoom, size and origin of layer coordinates. */
  _isGood(size) {
    const map = this._map;
    if (this._stale || map.getZoom() !== this._zoom || !this._size?.equals(size)) return false;
    if (!this._origin.equals(map.getPixelOrigin())) return false;
    const view = L.bounds(map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(size));
    return this._bounds.contains(view);
  },

  /** What is seen of the canvas, in its pixels. */
  _inner() {
    const { x: left, y: top } = this._map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min);
    return { left, top, right: left + this._size.x, bottom: top + this._size.y };
  },

  _paint() {
    const { x: width, y: height } = this._bounds.getSize();
    const ratio = Math.min(globalThis.devicePixelRatio || 1, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = this._container;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    L.DomUtil.setTransform(canvas, this._bounds.min, 1);

    const zoom = this._zoom;
    const scale = 256 * 2 ** zoom;
    const origin = this._map.getPixelOrigin().add(this._bounds.min).divideBy(scale);
    this._view = {
      zoom, scale, width, height,
      inner: this._inner(),
      west: origin.x, north: origin.y, east: origin.x + width / scale, south: origin.y + height / scale,
    };
    const context = canvas.getContext("2d", { alpha: false });
    context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    paintBasemap(context, this._view, this._content, this._colours, this.options);
    this.paints += 1;
  },
});
