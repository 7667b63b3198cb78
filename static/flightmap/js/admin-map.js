/**
 * The maps of the curators' pages: a path, read-only, on the offline base map.
 *
 * Observed stretches are solid, estimated ones dashed. Across a gap nothing is drawn; crosses stand where it begins
 * and ends. Leaflet is the global `L` that django-leaflet serves.
 */

import { followAdminTheme } from "./admin-theme.js";
import { createBasemap } from "./basemap.js";
import { Legend } from "./legend.js";
import { decodePaths } from "./path.js";
import { colour, colours, theme } from "./theme.js";
import { element, fill, readPageJson } from "./timeline-words.js";

const { L } = globalThis;
const FEET = 0.3048; // metres
const SCALE_HEIGHT = 45; // pixels, of the scale and the margins below the legend
const BESIDE = { weight: 8, opacity: 0.55 }; // a band below the line: both are seen where one track lies on the other
const LINES = {
  observed: { weight: 2.5, token: "identity-1" },
  estimated: { weight: 1.5, token: "estimated", dashArray: "6 6" },
};

/** "2024-03-21 06:14:05Z". */
export function utc(epoch) {
  return `${new Date(epoch * 1000).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** Longitudes as one run: a path across the antimeridian goes on beyond ±180 instead of around the world. */
export function unwrapped(longitudes, from = null) {
  const run = Float64Array.from(longitudes);
  let before = from;
  for (let i = 0; i < run.length; i++) {
    if (before !== null) run[i] += 360 * Math.round((before - run[i]) / 360);
    before = run[i];
  }
  return run;
}

/** One fix in words: time, altitude, ground speed, as far as they are known. */
export function fixInWords(flight, stretch, index) {
  const parts = [utc(flight.t0 + stretch.time[index])];
  const altitude = stretch.altitude[index];
  if (!Number.isNaN(altitude)) parts.push(`${Math.round(altitude)} m (${Math.round(altitude / FEET)} ft)`);
  if (!Number.isNaN(stretch.speed[index])) parts.push(`${Math.round(stretch.speed[index])} kt`);
  return parts.join(" · ");
}

/** The fix of a decoded flight nearest to a time (epoch seconds): its stretch and its index in it; null without fixes. */
export function nearestFix(flight, time) {
  let best = null;
  let least = Infinity;
  for (const stretch of flight.stretches) {
    for (let index = 0; index < stretch.n; index++) {
      const away = Math.abs(flight.t0 + stretch.time[index] - time);
      if (away < least) [best, least] = [{ stretch, index }, away];
    }
  }
  return best;
}

class PathMap {
  constructor(container, data) {
    this.words = data.words;
    const renderer = L.canvas({ tolerance: 6 }); // a line is thin, a finger is not
    this.map = L.map(container, { preferCanvas: true, renderer, worldCopyJump: false, minZoom: 2, maxZoom: 15 });
    this.map.fitBounds(data.bounds);
    this.basemap = createBasemap(this.map, data.basemap);
    this.lines = { observed: L.featureGroup().addTo(this.map), estimated: L.featureGroup().addTo(this.map) };
    this.legend = new Legend({ estimates: true, reported: false, words: data.words.legend }).addTo(this.map);
    this.legend.events.on("estimates", ({ shown }) => {
      this.map[shown ? "addLayer" : "removeLayer"](this.lines.estimated);
    });
    this.beside = L.featureGroup().addTo(this.map);
    this.map.createPane("marked").style.zIndex = 390; // below the path
    this.marked = L.featureGroup().addTo(this.map);
    this.hint = L.tooltip({ direction: "top", offset: [0, -6] });
  }

  /** Draw a decoded flight and the ends of its gaps. */
  draw(flight, gaps) {
    this.flight = flight;
    const ink = colours("casing", ...Object.values(LINES).map(({ token }) => token));
    let last = null;
    for (const stretch of flight.stretches) {
      const longitudes = unwrapped(stretch.lon, last);
      last = longitudes.at(-1);
      this.#drawStretch(flight, stretch, longitudes, ink);
    }
    this.#markEnds(flight);
    for (const gap of gaps) this.#markGap(gap);
    this.fit();
    theme.addEventListener("change", () => this.#recolour());
  }

  /**
   * Draw a track that the flight does not show: a pale band in a colour of its own, below the lines.
   *
   * @param {object} flight as decoded
   * @param {{token: string, name: string}} track its colour and what it is called
   */
  drawBeside(flight, { token, name }) {
    const ink = colour(token);
    let last = this.flight?.stretches[0]?.lon[0] ?? null;
    for (const stretch of flight.stretches) {
      const longitudes = unwrapped(stretch.lon, last);
      last = longitudes.at(-1);
      if (stretch.class !== "observed") continue;
      const points = Array.from(longitudes, (longitude, i) => [stretch.lat[i], longitude]);
      const line =
        points.length === 1
          ? L.circleMarker(points[0], { ...BESIDE, radius: 4, weight: 0, fillColor: ink, fillOpacity: BESIDE.opacity })
          : L.polyline(points, { ...BESIDE, color: ink });
      line.flightmap = { stroke: token, fill: points.length === 1 ? token : "" };
      this.#explain(line, flight, stretch, points, name).addTo(this.beside);
    }
    this.beside.bringToBack();
  }

  /** Show all that was drawn. */
  fit() {
    const bounds = L.latLngBounds([]);
    for (const group of [this.lines.observed, this.lines.estimated, this.beside]) bounds.extend(group.getBounds());
    if (!bounds.isValid()) return;
    this.#fitTo(bounds, 30, 12);
  }

  /** With so many pixels around: beside the legend where there is room, above it where it is folded up, not below it. */
  #fitTo(bounds, around, maxZoom) {
    const legend = this.legend.getContainer();
    const left = legend.open && this.map.getSize().x > 2 * legend.offsetWidth ? legend.offsetWidth + 20 : around;
    const bottom = legend.open ? around : around + legend.offsetHeight + SCALE_HEIGHT;
    const room = { paddingTopLeft: [Math.max(left, around), around], paddingBottomRight: [around, bottom] };
    this.map.fitBounds(bounds, { ...room, maxZoom, animate: false });
  }

  #drawStretch(flight, stretch, longitudes, ink) {
    const { weight, token, dashArray = null } = LINES[stretch.class];
    const points = Array.from(longitudes, (longitude, i) => [stretch.lat[i], longitude]);
    const group = this.lines[stretch.class];
    if (points.length === 1) {
      const dot = L.circleMarker(points[0], { radius: 3, weight: 1, color: ink.casing, fillColor: ink[token], fillOpacity: 1 });
      dot.flightmap = { stroke: "casing", fill: token };
      this.#explain(dot, flight, stretch, points).addTo(group);
      return;
    }
    if (!dashArray) {
      const casing = L.polyline(points, { weight: weight + 2, color: ink.casing, interactive: false });
      casing.flightmap = { stroke: "casing" };
      casing.addTo(group);
    }
    const line = L.polyline(points, { weight, dashArray, color: ink[token] });
    line.flightmap = { stroke: token };
    this.#explain(line, flight, stretch, points).addTo(group);
  }

  /** Under the pointer, the nearest fix says what it is. */
  #explain(layer, flight, stretch, points, name = "") {
    layer.on("mousemove click", ({ latlng, type }) => {
      const at = this.map.latLngToLayerPoint(latlng);
      let nearest = 0;
      let least = Infinity;
      for (let i = 0; i < points.length; i++) {
        const distance = at.distanceTo(this.map.latLngToLayerPoint(points[i]));
        if (distance < least) [nearest, least] = [i, distance];
      }
      const fix = fixInWords(flight, stretch, nearest);
      const text = name ? fill(this.words.of, { track: name, fix }) : fix;
      this.hint.setLatLng(points[nearest]).setContent(element("span", {}, text)).addTo(this.map);
      if (type !== "click") return;
      const detail = { time: flight.t0 + stretch.time[nearest] };
      this.map.getContainer().dispatchEvent(new CustomEvent("fixchosen", { detail, bubbles: true }));
    });
    return layer.on("mouseout", () => this.hint.remove());
  }

  #markEnds(flight) {
    const first = flight.stretches[0];
    const last = flight.stretches.at(-1);
    const i = last.n - 1;
    this.#mark([first.lat[0], first.lon[0]], "path-end path-start", fill(this.words.first, { time: utc(flight.t0 + first.time[0]) }));
    this.#mark([last.lat[i], last.lon[i]], "path-end path-stop", fill(this.words.last, { time: utc(flight.t0 + last.time[i]) }));
  }

  /**
   * Open on one spot: the fix nearest to a time, and where a fix claimed to be that was dropped.
   *
   * @param {{time: number|null, at: [number, number]|null}} spot epoch seconds; degrees
   * @returns {{text: string, kind: string}[]} what is shown, a sentence each
   */
  showSpot(flight, { time, at }) {
    const seen = [];
    const told = [];
    const nearest = time === null ? null : nearestFix(flight, time);
    if (nearest) {
      const { stretch, index } = nearest;
      const [longitude] = unwrapped([stretch.lon[index]], at ? at[1] : null);
      seen.push([stretch.lat[index], longitude]);
      const text = fill(this.words.nearest, { fix: fixInWords(flight, stretch, index) });
      this.#mark(seen[0], "spot-mark", text);
      told.push({ text, kind: "kept" });
    }
    if (at) {
      seen.push(at);
      const text = time === null ? this.words.droppedUndated : fill(this.words.dropped, { time: utc(time) });
      this.#mark(at, "spot-mark spot-dropped", text);
      told.push({ text, kind: "dropped" });
    }
    if (seen.length) this.#fitTo(L.latLngBounds(seen), 50, 11);
    return told;
  }

  /**
   * Underlay the fixes of an interval, both ends included; a map shows times to the second.
   *
   * @param {number|null} from epoch seconds; null leaves that end open, both null show nothing
   * @param {number|null} to
   */
  highlight(from, to) {
    this.marked.clearLayers();
    if (!this.flight || (from === null && to === null)) return;
    let before = null;
    for (const stretch of this.flight.stretches) {
      const longitudes = unwrapped(stretch.lon, before);
      before = longitudes.at(-1);
      const points = [];
      for (let i = 0; i < stretch.n; i++) {
        const time = this.flight.t0 + stretch.time[i];
        if ((from === null || time >= from - 0.5) && (to === null || time <= to + 0.5)) points.push([stretch.lat[i], longitudes[i]]);
      }
      const ink = { color: colour("ink"), opacity: 0.35, interactive: false, pane: "marked" };
      if (points.length === 1) L.circleMarker(points[0], { ...ink, radius: 7, weight: 4, fill: false }).addTo(this.marked);
      else if (points.length) L.polyline(points, { ...ink, weight: 12 }).addTo(this.marked);
    }
  }

  #markGap({ kind, from, to, start, end }) {
    if (from && kind !== "leading") this.#mark(from, "gap-mark", fill(this.words.lastFix, { time: utc(start) }));
    if (to && kind !== "trailing") this.#mark(to, "gap-mark", fill(this.words.firstFix, { time: utc(end) }));
  }

  #mark(latlng, className, text) {
    const icon = L.divIcon({ className, iconSize: [11, 11], html: document.createElement("span") });
    L.marker(latlng, { icon, keyboard: false, alt: text, title: text }).addTo(this.map);
  }

  #recolour() {
    for (const group of [...Object.values(this.lines), this.beside]) {
      group.eachLayer((layer) => {
        const { stroke, fill: inside } = layer.flightmap;
        layer.setStyle({ color: colour(stroke), ...(inside ? { fillColor: colour(inside) } : {}) });
      });
    }
  }
}

async function pathsAt(url) {
  const answer = await fetch(url, { redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return decodePaths(await answer.arrayBuffer());
}

/** Fill the page's map, if it has one: `<div data-path-map="id of its JSON block">`. */
async function start(container) {
  const data = readPageJson(container.dataset.pathMap);
  const frame = container.closest(".map-frame");
  const say = (text) => frame.append(element("p", { class: "map-trouble", role: "status" }, text));
  followAdminTheme();
  const map = new PathMap(container, data);
  container.addEventListener("interval", ({ detail }) => map.highlight(detail.from, detail.to));
  try {
    const [flight] = await pathsAt(data.pathsUrl);
    if (flight?.stretches.length) map.draw(flight, data.gaps);
    else say(data.words.none);
    for (const track of data.beside) {
      for (const other of await pathsAt(track.url)) map.drawBeside(other, track);
    }
    if (data.beside.length) map.fit();
    const told = flight && data.spot ? map.showSpot(flight, data.spot) : [];
    if (told.length) {
      const lines = told.map(({ text, kind }) => element("span", { class: `spot-${kind}` }, text));
      frame.after(element("p", { class: "map-spot", role: "status" }, ...lines));
    }
  } catch (error) {
    say(fill(data.words.trouble, { why: error.message }));
  }
  await map.basemap.ready.catch(() => {});
  frame.dataset.ready = "";
  container.dispatchEvent(new Event("mapready"));
}

const container = globalThis.document?.querySelector("[data-path-map]");
if (container) start(container);
