/**
 * Gaps named on the map: how long nothing was received, and over what distance, where the line is broken. Words
 * only; nothing is drawn across a gap. Labels lie neither over a line nor over each other; the longest gap speaks first.
 */

import { between, distance } from "./great-circle.js";
import { Places, overlap } from "./source-marks.js";
import { duration, utcMinute } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

const { L } = globalThis;
const LEAST = 14; // px between the ends of a gap: below that its label would lie on the line
const HEIGHT = 20; // px of a label
const CLEAR = 5; // px kept free between a label and the line
const RINGS = [20, 34, 52, 76]; // px from the middle of a gap to the middle of a side of its label
const DIRECTIONS = 16;
const AFTER_MOVE = 150; // ms: who follows an aircraft moves the map in every frame

/**
 * Labels for the gaps of a path.
 *
 * @param {object} path a decoded flight
 * @param {object[]} gaps of its summary
 * @param {object} words `gapLabel`, `gapBefore`, `gapAfter`, `durations`
 * @returns {{lat: number, lon: number, ends: number[][]|null, text: string, length: number}[]} the longest first
 */
export function gapLabels(path, gaps, words) {
  const fixes = path.stretches.filter((stretch) => stretch.class === "observed");
  const ending = (time) => fixes.find(({ time: times, n }) => Math.abs(path.t0 + times[n - 1] - time) < 1);
  const beginning = (time) => fixes.find(({ time: times }) => Math.abs(path.t0 + times[0] - time) < 1);
  const labels = gaps.map((gap) => {
    const before = gap.start === null ? null : ending(gap.start);
    const after = gap.end === null ? null : beginning(gap.end);
    if (gap.kind === "interior" && before && after) {
      const [from, to] = [[before.lon[before.n - 1], before.lat[before.n - 1]], [after.lon[0], after.lat[0]]];
      const [lon, lat] = between(...from, ...to, 0.5);
      const km = new Intl.NumberFormat(document.documentElement.lang || "en").format(Math.round((gap.distance_m ?? distance(...from, ...to)) / 1000));
      const seconds = gap.end - gap.start;
      return { lat, lon, ends: [from, to], text: fill(words.gapLabel, { duration: duration(seconds, words.durations), km }), length: seconds };
    }
    if (gap.kind === "leading" && after) return { lat: after.lat[0], lon: after.lon[0], ends: null, text: fill(words.gapBefore, { time: utcMinute(gap.end) }), length: 0 };
    if (gap.kind === "trailing" && before) {
      return { lat: before.lat[before.n - 1], lon: before.lon[before.n - 1], ends: null, text: fill(words.gapAfter, { time: utcMinute(gap.start) }), length: 0 };
    }
    return null;
  });
  return labels.filter(Boolean).sort((a, b) => b.length - a.length);
}

export const GapLabels = L.Layer.extend({
  /**
   * Fires "placed" when its `boxes` have changed.
   *
   * @param {object} words as `gapLabels` wants them
   * @param {() => {x: number, y: number, width: number, height: number}[]} [avoid] what no label lies on, px of the layer
   */
  initialize(words, avoid = () => []) {
    this._words = words;
    this._avoid = avoid;
    this._labels = [];
    this._paths = [];
    this.boxes = []; // px of the layer, of the labels shown
  },

  /** @param {{path: object, gaps: object[]}[]} flights */
  setFlights(flights) {
    this._paths = flights.map(({ path }) => path);
    const shown = this._labels;
    this._labels = flights.flatMap(({ path, gaps }) => gapLabels(path, gaps, this._words));
    const same = shown.length === this._labels.length && shown.every(({ text, lat, lon }, i) => text === this._labels[i].text && lat === this._labels[i].lat && lon === this._labels[i].lon);
    if (this._map && !same) this._make();
    else if (this._avoid().some((box) => this.boxes.some((other) => overlap(box, other)))) this.place(); // an aircraft has come there
    return this;
  },

  onAdd() {
    this._host = L.DomUtil.create("div", "gap-labels leaflet-zoom-hide", this.getPane());
    this._make();
  },

  onRemove() {
    clearTimeout(this._later);
    this._host.remove();
  },

  getEvents() {
    return { zoomend: this.place, viewreset: this.place, moveend: this._placeLater };
  },

  _make() {
    this._host.replaceChildren(...this._labels.map(({ text }) => element("span", { class: "gap-label" }, text)));
    this.place();
  },

  /** They move with the map by themselves; those that the map's edge now cuts find a better place. */
  _placeLater() {
    this._later ??= setTimeout(() => this.place(), AFTER_MOVE);
  },

  /** Each beside its gap at this zoom, off every line, or nowhere; where it can be read whole if there is such a place. */
  place() {
    clearTimeout(this._later);
    this._later = null;
    if (!this._map) return;
    const places = new Places(this._avoid());
    const point = (lon, lat) => this._map.latLngToLayerPoint([lat, lon]);
    const lines = this._paths.flatMap((path) => path.stretches.flatMap(({ n, lon, lat }) => closely(Array.from({ length: n }, (_, i) => point(lon[i], lat[i])))));
    for (const { ends } of this._labels) if (ends) lines.push(...across(point(...ends[0]), point(...ends[1])));
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    const frame = L.bounds(corner, corner.add(this._map.getSize()));
    this.boxes = [];
    this._labels.forEach(({ lon, lat, ends }, i) => {
      const label = this._host.children[i];
      label.hidden = false;
      const size = { width: label.offsetWidth, height: HEIGHT };
      const apart = ends ? point(...ends[0]).distanceTo(point(...ends[1])) : LEAST;
      const box = apart < LEAST ? null : wholeFirst(around(point(lon, lat), size), frame).find((one) => isClear(one, lines) && places.take(one));
      label.hidden = !box;
      if (!box) return;
      L.DomUtil.setPosition(label, L.point(box.x, box.y));
      this.boxes.push(box);
    });
    this.fire("placed");
  },
});

/** Boxes around a place, the nearest first: above, then round. */
export function around({ x, y }, { width, height }) {
  return RINGS.flatMap((ring) =>
    Array.from({ length: DIRECTIONS }, (_, n) => {
      // Above, below, then ever further to the sides.
      const angle = (n % 2 ? Math.PI : 0) + (Math.floor(n / 2) / DIRECTIONS) * 2 * Math.PI;
      const [east, south] = [Math.sin(angle), -Math.cos(angle)];
      return { x: x + east * (ring + width / 2 - height / 2) - width / 2, y: y + south * ring - height / 2, width, height };
    }),
  );
}

/** The boxes that lie within a frame, then the others. */
export function wholeFirst(boxes, { min, max }) {
  const isWhole = ({ x, y, width, height }) => x >= min.x && y >= min.y && x + width <= max.x && y + height <= max.y;
  return [...boxes.filter(isWhole), ...boxes.filter((box) => !isWhole(box))];
}

/** Whether no point of a line is in a box or close to it. */
export function isClear({ x, y, width, height }, points) {
  return points.every((point) => point.x < x - CLEAR || point.x > x + width + CLEAR || point.y < y - CLEAR || point.y > y + height + CLEAR);
}

/** The points of a line, with further ones where they are so far apart that a label would fit between. */
export function closely(points) {
  return points.flatMap((point, i) => (i && Math.hypot(point.x - points[i - 1].x, point.y - points[i - 1].y) > HEIGHT ? across(points[i - 1], point) : [point]));
}

/** Points on a straight line, so close that no label fits between two. */
function across(from, to) {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / HEIGHT) + 1;
  return Array.from({ length: steps + 1 }, (_, i) => ({ x: from.x + ((to.x - from.x) * i) / steps, y: from.y + ((to.y - from.y) * i) / steps }));
}
