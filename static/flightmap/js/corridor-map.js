/**
 * The map of the corridor: base map, moving flights, reports, legend, watermark. It shows what it is told and
 * says what the pointer does; which flights those are is the page's business.
 *
 * Leaflet is the global `L` that django-leaflet serves.
 */

import { allAirports, createBasemap } from "./basemap.js";
import { FlightLayer } from "./flight-layer.js";
import { headWords } from "./head-words.js";
import { Legend } from "./legend.js";
import { utcMinute } from "./time-format.js";
import { fill } from "./timeline-words.js";
import { Watermark } from "./watermark.js";

const { L } = globalThis;

export class CorridorMap {
  #reported = []; // summaries to show
  #reports = null; // resolves to their layer, asked for with the first of them

  /**
   * @param {HTMLElement} host its data attributes name the base map's files and the page about the method
   * @param {object} options
   * @param {object} options.corridor bounds and airports
   * @param {object[]} options.airports those with runways
   * @param {object[]} options.tileLayers
   * @param {{lat: number, lng: number, zoom: number}|null} options.view from the address
   * @param {import("./selection.js").Selection} options.selection
   * @param {import("./clock.js").Clock} options.clock
   * @param {boolean} options.estimates
   * @param {object} options.words
   * @param {(flight: object) => string} options.describe a report in words
   */
  constructor(host, { corridor, airports, tileLayers, view, selection, clock, estimates, words, describe }) {
    this.selection = selection;
    this.words = words;
    this.describe = describe;
    this.map = L.map(host, { zoomControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 15, worldCopyJump: false, attributionControl: true });
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    if (view) this.map.setView([view.lat, view.lng], view.zoom);
    else this.map.fitBounds(corridor.bounds, { animate: false });
    const { basemapWorld: world, basemapRegion: region, basemapSheets: sheets, method } = host.dataset;
    this.basemap = createBasemap(this.map, { urls: { world, region, sheets }, airports: allAirports(airports, corridor.airports), tileLayers, words: words.basemap });
    const since = (time) => fill(words.since, { time: utcMinute(time) });
    this.flights = new FlightLayer({ estimates, since, details: headWords(words.label) }).addTo(this.map);
    this.legend = new Legend({ estimates, words: words.legend, methodUrl: method }).addTo(this.map);
    if (!view) this.map.fitBounds(corridor.bounds, { paddingTopLeft: [8 + this.legend.room(), 8], paddingBottomRight: [8, 8], animate: false });
    this.watermark = new Watermark(words.watermark);
    this.#follow(clock);
    new ResizeObserver(() => this.map.invalidateSize({ animate: false, pan: false })).observe(host);
  }

  #follow(clock) {
    const { flights, selection } = this;
    flights.setTime(clock.time);
    clock.addEventListener("time", () => flights.setTime(clock.time));
    this.#tie(flights, "paths");
  }

  /** One hovered and one chosen flight, on a layer and beside the map. */
  #tie(layer, by) {
    const { selection } = this;
    const hover = () => layer.setHovered(selection.hovered);
    const select = () => layer.setSelected(selection.selected);
    selection.addEventListener("hover", hover);
    selection.addEventListener("select", select);
    layer.on("flighthover", ({ id }) => selection.hover(id, by));
    layer.on("flightclick", ({ id }) => selection.select(id));
    hover();
    select();
  }

  async #makeReports() {
    const { ReportedLayer } = await import("./reported-layer.js");
    const layer = new ReportedLayer({ describe: this.describe }).addTo(this.map);
    this.#tie(layer, "reports");
    return layer;
  }

  /**
   * @param {object[]} moving `{id, path, label, token, shape, gaps}` as FlightLayer takes them
   * @param {object[]} reported summaries
   * @param {boolean} demonstration whether any of them is simulated
   * @returns {Promise<void>} rejected when what draws the reports did not arrive
   */
  async show(moving, reported, demonstration) {
    this.flights.setFlights(moving);
    if (demonstration) this.watermark.addTo(this.map);
    else this.watermark.remove();
    this.#reported = reported;
    if (!reported.length && !this.#reports) return;
    try {
      (await (this.#reports ??= this.#makeReports())).setFlights(this.#reported);
    } catch (error) {
      this.#reports = null;
      throw error;
    }
  }

  /** The view for the address. */
  get view() {
    const { lat, lng } = this.map.getCenter();
    return { lat, lng, zoom: this.map.getZoom() };
  }

  /** Calls back when the reader has moved the map (and not the page). */
  onMoved(handler) {
    this.map.on("moveend", handler);
  }
}
