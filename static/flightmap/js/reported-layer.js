/**
 * Flights of which only a report is known: a dotted arc between the named places, hollow at its ends, that
 * nothing moves along. It is bowed, because it is not a way anybody flew. A place known only as an area or a
 * country is a fuzzy patch. A flight with one known place shows that place; with none, nothing.
 *
 * Leaflet is the global `L`. Colours come from map.css by class, so they follow the theme by themselves.
 */

import { WORLD, project } from "./trail-pieces.js";

const { L } = globalThis;
const VAGUE = new Set(["area", "country"]);
const BOW = { first: 0.1, more: 0.045, most: 8 }; // of the arc's length; each further report of a pair bows more
const POINTS = 40;
const PATCH_CLEAR = 0.55; // share of a patch's radius that an arc stays out of
const PATCH_DARKEST = 0.4; // opacity of a patch at its middle
const GRADIENT = "reported-patch-gradient";

/** @typedef {object} Summary a flight's summary, as the API gives it */

export const ReportedLayer = L.FeatureGroup.extend({
  /**
   * @param {{describe?: (flight: Summary) => string}} options describe: the words shown on hover
   * Events: "flighthover" and "flightclick" with `id`
   */
  initialize(options = {}) {
    L.FeatureGroup.prototype.initialize.call(this, []);
    L.setOptions(this, options);
    this._parts = new Map(); // flight id -> its layers
    this._marks = { hovered: null, selected: null };
  },

  onAdd(map) {
    addGradient();
    L.FeatureGroup.prototype.onAdd.call(this, map);
  },

  /** @param {Summary[]} flights those to show; flights with a path are left out: they are drawn as observed */
  setFlights(flights) {
    this.clearLayers();
    this._parts.clear();
    const seen = new Map(); // how many arcs a pair of places has
    const patches = new Map(); // place -> its patch, drawn once: thirty reports from one country are not thirty times as sure of it
    for (const flight of flights) {
      if (flight.has_path) continue;
      const parts = this._draw(flight, seen, patches);
      if (!parts.length) continue;
      this._parts.set(flight.id, parts);
      for (const part of parts) {
        if (this.hasLayer(part)) continue; // a patch of several flights answers for the first of them
        if (this.options.describe && part.options.interactive) part.bindTooltip(text(this.options.describe(flight)), { sticky: true });
        part.on("mouseover", () => this.fire("flighthover", { id: flight.id }));
        part.on("mouseout", () => this.fire("flighthover", { id: null }));
        part.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.fire("flightclick", { id: flight.id });
        });
        this.addLayer(part);
      }
    }
    this._emphasise();
    return this;
  },

  setHovered(id) {
    this._marks.hovered = id;
    this._emphasise();
    return this;
  },

  setSelected(id) {
    this._marks.selected = id;
    this._emphasise();
    return this;
  },

  _draw(flight, seen, patches) {
    const { origin, destination } = flight;
    const ends = [origin, destination].filter(isPlaced);
    const parts = [];
    if (ends.length === 2 && !samePlace(origin, destination)) {
      const key = [origin, destination].map(placeName).sort().join(" – ");
      const number = seen.get(key) ?? 0;
      seen.set(key, number + 1);
      const scheduled = flight.assertion_level === "scheduled_only";
      const points = arcBetween(origin, destination, number);
      const line = (className, interactive) => L.polyline(points, { className, interactive, smoothFactor: 0.5, bubblingMouseEvents: false });
      parts.push(line("reported-reach", true), line(`reported-arc${scheduled ? " reported-scheduled" : ""}`, false));
    }
    for (const place of ends) {
      if (!isVague(place)) {
        parts.push(ring(place));
        continue;
      }
      const key = `${place.lat} ${place.lon} ${place.radius_km}`;
      if (!patches.has(key)) patches.set(key, patch(place));
      if (!parts.includes(patches.get(key))) parts.push(patches.get(key));
    }
    return parts;
  },

  _emphasise() {
    const { hovered, selected } = this._marks;
    const marked = (id) => new Set(this._parts.get(id) ?? []);
    const [isHovered, isSelected] = [marked(hovered), marked(selected)];
    for (const part of new Set([...this._parts.values()].flat())) {
      const element = part.getElement?.();
      element?.classList.toggle("is-hovered", isHovered.has(part));
      element?.classList.toggle("is-selected", isSelected.has(part));
      element?.classList.toggle("is-dimmed", selected !== null && !isSelected.has(part));
    }
  },
});

const isPlaced = (place) => Number.isFinite(place?.lat) && Number.isFinite(place?.lon);
const placeName = (place) => place.icao ?? place.name;
const samePlace = (a, b) => a.lat === b.lat && a.lon === b.lon;
const text = (words) => Object.assign(document.createElement("span"), { textContent: words });

const isVague = (place) => VAGUE.has(place.precision) && Boolean(place.radius_km);

/** A patch without edge, where only an area is named. */
function patch({ lat, lon, radius_km: radius }) {
  return L.circle([lat, lon], {
    radius: radius * 1000, className: "reported-patch", stroke: false, fillColor: `url(#${GRADIENT})`, fillOpacity: 1, bubblingMouseEvents: false,
  });
}

/** A hollow ring, where an airport or a city is named. */
function ring(place) {
  const rough = place.precision !== "airport" && place.precision !== "runway";
  return L.circleMarker([place.lat, place.lon], {
    radius: rough ? 8 : 5, className: `reported-end${rough ? " reported-end-rough" : ""}`, bubblingMouseEvents: false,
  });
}

/**
 * A bowed line between two places.
 *
 * @param {number} number how many lines this pair of places has already
 * @returns {[number, number][]} latitudes and longitudes, running on past the antimeridian
 */
export function arcBetween(origin, destination, number = 0) {
  const [x1, y1] = project(origin.lon, origin.lat);
  let [x2, y2] = project(destination.lon, destination.lat);
  if (x2 - x1 > WORLD / 2) x2 -= WORLD;
  else if (x1 - x2 > WORLD / 2) x2 += WORLD;
  // To the left of the way flown, so that outbound and return do not lie on each other.
  const bow = BOW.first + BOW.more * (number % BOW.most);
  const middle = [(x1 + x2) / 2 + (y2 - y1) * 2 * bow, (y1 + y2) / 2 - (x2 - x1) * 2 * bow];
  const points = [];
  for (let i = 0; i <= POINTS; i++) {
    const t = i / POINTS;
    const on = (from, by, to) => (1 - t) * (1 - t) * from + 2 * t * (1 - t) * by + t * t * to;
    points.push([on(x1, middle[0], x2), on(y1, middle[1], y2)]);
  }
  const outside = points.filter(
    ([x, y]) => apart(x, y, x1, y1) >= clearOf(origin) && apart(x, y, x2, y2) >= clearOf(destination),
  );
  return (outside.length > 1 ? outside : points).map(unproject);
}

/** World units around a place that lines stay out of. */
function clearOf(place) {
  if (!isVague(place)) return 0;
  return (PATCH_CLEAR * place.radius_km * WORLD) / (40075 * Math.cos((place.lat * Math.PI) / 180));
}

const apart = (x1, y1, x2, y2) => Math.hypot(x2 - x1, y2 - y1);

/** The inverse of `project`. */
function unproject([x, y]) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI;
  return [lat, (x / WORLD - 0.5) * 360];
}

/** The fading of fuzzy patches, once for the document. */
function addGradient() {
  if (document.getElementById(GRADIENT)) return;
  const make = (tag, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const stop = (offset, opacity) => make("stop", { offset, "stop-opacity": opacity, class: "reported-patch-stop" });
  const gradient = make("radialGradient", { id: GRADIENT }, stop("0", String(PATCH_DARKEST)), stop("0.5", "0.22"), stop("1", "0"));
  document.body.append(make("svg", { class: "visually-hidden", width: "0", height: "0", "aria-hidden": "true" }, make("defs", {}, gradient)));
}
