/**
 * The name of demonstration data across the map: inside the frame, so that no screenshot is without it.
 * Leaflet is the global `L`.
 */

import { prepare } from "./canvas.js";
import { colour, theme } from "./theme.js";

const { L } = globalThis;
const SHARPEST = 3; // device px a CSS px
const SLANT = -0.42; // radians
const STEP = { x: 340, y: 150 }; // px between repetitions
const FONT = "700 30px system-ui, sans-serif";
/** Diagonal of the map from which on it is written larger, px: on a large screen as plain to see as on a small one. */
const LARGE = 1300;

export const Watermark = L.Layer.extend({
  /** @param {string} words what to write */
  initialize(words) {
    this._words = words;
    this._paint = this._paint.bind(this);
  },

  onAdd(map) {
    this._canvas = L.DomUtil.create("canvas", "map-watermark", map.getContainer());
    this._canvas.setAttribute("role", "img");
    this._canvas.setAttribute("aria-label", this._words);
    theme.addEventListener("change", this._paint);
    this._paint();
  },

  onRemove() {
    theme.removeEventListener("change", this._paint);
    this._canvas.remove();
  },

  getEvents() {
    return { resize: this._paint };
  },

  _paint() {
    const { x: width, y: height } = this._map.getSize();
    const context = prepare(this._canvas, width, height, SHARPEST);
    context.clearRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.rotate(SLANT);
    const larger = Math.max(1, Math.hypot(width, height) / LARGE);
    context.scale(larger, larger);
    context.font = FONT;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour("demonstration-ink");
    context.globalAlpha = 0.1;
    const reach = Math.hypot(width, height) / 2 / larger;
    for (let row = -Math.ceil(reach / STEP.y); row * STEP.y <= reach; row++) {
      for (let column = -Math.ceil(reach / STEP.x); column * STEP.x <= reach; column++) {
        context.fillText(this._words, (column + (row % 2) / 2) * STEP.x, row * STEP.y);
      }
    }
  },
});
