/**
 * How positions reached the tracker, beside the observed line: small strokes of a shape for each source, and its
 * name where it begins. A layer of its own, painted when the view stands still. Leaflet is the global `L`.
 */

import { prepare } from "./canvas.js";
import { shortWay } from "./path.js";
import { Places, SOURCE_SHAPES, marksAlong } from "./source-marks.js";
import { colours, theme } from "./theme.js";

const { L } = globalThis;
const FONT = "600 11px system-ui, sans-serif";
const SHARPEST = 3; // device px a CSS px
const PADDING = 60; // px around the view that are painted too, for small drags
const UNNAMED = 12; // "other": what no shape is for

export const SourceLayer = L.Layer.extend({
  /**
   * @param {string[]} names of the sources, by their number
   * @param {() => {x: number, y: number, width: number, height: number}[]} taken boxes on the layer that no name may lie on
   */
  initialize(names, taken) {
    this._names = names;
    this._taken = taken;
    this._paths = [];
    this.boxes = []; // px of the map's layers, of the names written
    this._paint = this._paint.bind(this);
  },

  /** @param {object[]} paths decoded flights */
  setPaths(paths) {
    this._paths = paths;
    if (this._map) this._paint();
    return this;
  },

  onAdd() {
    this._canvas = L.DomUtil.create("canvas", "flight-canvas source-canvas leaflet-zoom-hide");
    this.getPane().prepend(this._canvas); // under heads and their labels
    this._canvas.setAttribute("aria-hidden", "true"); // the legend and the table of fixes say it in words
    theme.addEventListener("change", this._paint);
    this._paint();
  },

  onRemove() {
    theme.removeEventListener("change", this._paint);
    this._canvas.remove();
    this.boxes = [];
  },

  getEvents() {
    return { moveend: this._paint, zoomend: this._paint, resize: this._paint };
  },

  _paint() {
    const map = this._map;
    const size = map.getSize().add([2 * PADDING, 2 * PADDING]);
    const corner = map.containerPointToLayerPoint([-PADDING, -PADDING]);
    L.DomUtil.setPosition(this._canvas, corner);
    const context = prepare(this._canvas, size.x, size.y, SHARPEST);
    context.clearRect(0, 0, size.x, size.y);
    const found = this._paths.flatMap((path) => path.stretches.filter((stretch) => stretch.class === "observed").map((stretch) => this._along(stretch, corner)));
    const { ink, casing } = colours("ink", "casing");
    const inView = ({ x, y }) => x > 0 && y > 0 && x < size.x && y < size.y;
    context.lineCap = context.lineJoin = "round";
    // First all the casings, then all the strokes: no mark bites into its neighbour.
    for (const [width, style] of [[4, casing], [1.5, ink]]) {
      [context.lineWidth, context.strokeStyle] = [width, style];
      for (const { marks } of found) for (const mark of marks) if (inView(mark)) strokeMark(context, mark);
    }
    const places = new Places();
    for (const box of this._taken()) places.take({ ...box, x: box.x - corner.x, y: box.y - corner.y });
    context.font = FONT;
    context.textBaseline = "middle";
    [context.lineWidth, context.strokeStyle, context.fillStyle] = [4, casing, ink];
    this.boxes = [];
    for (const mark of found.flatMap(({ names }) => names).filter(inView)) {
      const words = this._names[mark.source] ?? this._names[UNNAMED];
      const [x, y] = [mark.x + 9, mark.y];
      const box = { x, y: y - 8, width: context.measureText(words).width, height: 16 };
      if (!places.take(box)) continue;
      this.boxes.push({ ...box, x: x + corner.x, y: box.y + corner.y });
      context.strokeText(words, x, y);
      context.fillText(words, x, y);
    }
  },

  /** The marks of a stretch, px of the canvas. */
  _along({ n, lon, lat, source }, corner) {
    const x = new Float64Array(n), y = new Float64Array(n);
    let running = lon[0]; // on past ±180
    for (let i = 0; i < n; i++) {
      running += i ? shortWay(lon[i] - lon[i - 1]) : 0;
      const point = this._map.latLngToLayerPoint([lat[i], running]);
      [x[i], y[i]] = [point.x - corner.x, point.y - corner.y];
    }
    return marksAlong(x, y, source);
  },
});

const shapes = new Map();

function strokeMark(context, { x, y, source }) {
  const shape = SOURCE_SHAPES[source] ?? SOURCE_SHAPES[UNNAMED];
  if (!shapes.has(shape)) shapes.set(shape, new Path2D(shape));
  context.save();
  context.translate(x, y);
  context.stroke(shapes.get(shape));
  context.restore();
}
