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
import { ReportedLayer } from "./reported-layer.js";
import { utcMinute } from "./time-format.js";
import { fill } from "./timeline-words.js";
import { Watermark } from "./watermark.js";

const { L } = globalThis;
/** Kept free around what is framed, pixels. */
const FRAME_PADDING = [36, 36];

export class CorridorMap {
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
    this.map = L.map(host, { zoomControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 15, worldCopyJump: false, attributionControl: true });
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    if (view) this.map.setView([view.lat, view.lng], view.zoom);
    else this.map.fitBounds(corridor.bounds, { animate: false });
    const { basemapWorld: world, basemapRegion: region, basemapSheets: sheets, method } = host.dataset;
    this.basemap = createBasemap(this.map, { urls: { world, region, sheets }, airports: allAirports(airports, corridor.airports), tileLayers, words: words.basemap });
    const since = (time) => fill(words.since, { time: utcMinute(time) });
    this.flights = new FlightLayer({ estimates, since, details: headWords(words.label) }).addTo(this.map);
    this.reports = new ReportedLayer({ describe }).addTo(this.map);
    this.legend = new Legend({ estimates, words: words.legend, methodUrl: method }).addTo(this.map);
    if (!view) this.map.fitBounds(corridor.bounds, { paddingTopLeft: [8 + this.legend.room(), 8], paddingBottomRight: [8, 8], animate: false });
    this.watermark = new Watermark(words.watermark);
    this.#follow(clock);
    new ResizeObserver(() => this.map.invalidateSize({ animate: false, pan: false })).observe(host);
  }

  #follow(clock) {
    const { flights, reports, selection } = this;
    flights.setTime(clock.time);
    clock.addEventListener("time", () => flights.setTime(clock.time));
    const show = () => {
      for (const layer of [flights, reports]) layer.setHovered(selection.hovered);
    };
    selection.addEventListener("hover", show);
    selection.addEventListener("select", () => {
      for (const layer of [flights, reports]) layer.setSelected(selection.selected);
    });
    flights.on("flighthover", ({ id }) => selection.hover(id, "paths"));
    reports.on("flighthover", ({ id }) => selection.hover(id, "reports"));
    flights.on("flightclick", ({ id }) => selection.select(id));
    reports.on("flightclick", ({ id }) => selection.select(id));
  }

  /**
   * @param {object[]} moving `{id, path, label, token, shape, gaps}` as FlightLayer takes them
   * @param {object[]} reported summaries
   * @param {boolean} demonstration whether any of them is simulated
   */
  show(moving, reported, demonstration) {
    this.flights.setFlights(moving);
    this.reports.setFlights(reported);
    if (demonstration) this.watermark.addTo(this.map);
    else this.watermark.remove();
  }

  /** Bring a flight into the view if none of it, or not both its ends, can be seen there; over a card as wide as a phone. */
  reveal(flight, card) {
    const bounds = this.#boundsOf(flight);
    const { x, y } = this.map.getSize();
    const hidden = card.offsetWidth > x / 2 ? y - card.offsetTop : 0;
    const seen = L.latLngBounds(this.map.containerPointToLatLng([0, y - hidden]), this.map.containerPointToLatLng([x, 0]));
    if (bounds && !seen.contains(bounds)) {
      const reduced = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.map.fitBounds(bounds, { paddingTopLeft: FRAME_PADDING, paddingBottomRight: [FRAME_PADDING[0], FRAME_PADDING[1] + hidden], maxZoom: 8, animate: !reduced });
    }
  }

  #boundsOf(flight) {
    if (flight.has_path) {
      const drawn = this.flights.getFlightBounds(flight.id);
      if (drawn) return drawn;
    }
    const ends = [flight.origin, flight.destination].filter((place) => Number.isFinite(place?.lat) && Number.isFinite(place?.lon));
    return ends.length ? L.latLngBounds(ends.map(({ lat, lon }) => [lat, lon])) : null;
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
