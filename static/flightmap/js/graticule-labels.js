/**
 * Degrees at the map's upper and right edge, where meridians and parallels leave it.
 *
 * The lines themselves are on the base map's canvas; these few words stay at the edge while it moves.
 */

import { graticuleLines, meridianName, parallelName } from "./graticule.js";

const { L } = globalThis;
const CORNER = 44; // pixels left free at the corners, where the map's controls are

export const GraticuleLabels = L.Layer.extend({
  /** @param {object} words {north, south, east, west}: the letters of the four directions */
  initialize(words) {
    this._words = words;
    this._spans = [];
  },

  onAdd(map) {
    this._box = L.DomUtil.create("div", "graticule-labels", map.getContainer());
    this._box.setAttribute("aria-hidden", "true");
    this._update();
  },

  onRemove() {
    this._box.remove();
    this._spans = [];
  },

  getEvents() {
    return { move: this._update, zoomend: this._update, resize: this._update, zoomstart: this._hide };
  },

  _hide() {
    this._box.hidden = true;
  },

  _update() {
    const map = this._map;
    const size = map.getSize();
    const bounds = map.getBounds();
    const lines = graticuleLines(
      { west: bounds.getWest(), east: bounds.getEast(), south: bounds.getSouth(), north: bounds.getNorth() },
      map.getZoom(),
    );
    const centre = map.getCenter();
    let used = 0;
    for (const longitude of lines.meridians) {
      const { x } = map.latLngToContainerPoint([centre.lat, longitude]);
      if (x < CORNER || x > size.x - CORNER) continue;
      this._place(used++, meridianName(longitude, this._words), `translate(-50%, 0) translate(${Math.round(x)}px, 2px)`);
    }
    for (const latitude of lines.parallels) {
      const { y } = map.latLngToContainerPoint([latitude, centre.lng]);
      if (y < CORNER || y > size.y - CORNER) continue;
      const shift = `translate(-100%, -50%) translate(${Math.round(size.x) - 3}px, ${Math.round(y)}px)`;
      this._place(used++, parallelName(latitude, this._words), shift);
    }
    for (let i = used; i < this._spans.length; i++) this._spans[i].hidden = true;
    this._box.hidden = false;
  },

  _place(index, text, transform) {
    const span = (this._spans[index] ??= L.DomUtil.create("span", "", this._box));
    if (span.textContent !== text) span.textContent = text;
    span.style.transform = transform;
    span.hidden = false;
  },
});
