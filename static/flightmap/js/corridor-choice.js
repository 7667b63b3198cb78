/** What choosing a flight or another window brings about: the clock stands where it moves, the map has it in view. */

import { firstObserved } from "./path.js";
import { inWindow } from "./timeline-layout.js";
import { padInterval } from "./timeline-scale.js";

const { L } = globalThis;
/** Kept free around what is framed, pixels. */
const FRAME_PADDING = [36, 36];
/** Height in which a flight can still be framed, pixels. */
const LEAST_HEIGHT = 72;

/**
 * How much of a map's height to leave to a card at its foot. A card that leaves next to nothing covers some of the flight:
 * asked for more padding than a map has, Leaflet goes somewhere else altogether.
 *
 * @param {number} height of the map, px
 * @param {number} top of the card in the map, px
 * @returns {number} px
 */
export function leftToCard(height, top) {
  return Math.max(0, Math.min(height - top, height - 2 * FRAME_PADDING[1] - LEAST_HEIGHT));
}

export class Choice {
  wanted = null; // the flight whose window is on its way

  /** @param {object} page the CorridorPage */
  constructor(page) {
    this.page = page;
    page.selection.addEventListener("select", () => this.#onSelect());
    page.timeline.addEventListener("window", () => this.#onWindow());
    this.#onSelect();
  }

  /** The flight chosen, or undefined. */
  get flight() {
    return this.page.byId.get(this.page.selection.selected);
  }

  #onSelect() {
    const { page, flight } = this;
    if (!flight) return;
    page.notices.missing(null);
    if (flight.start !== null) {
      if (!inWindow(flight, page.timeline.window)) this.fit(flight);
      else this.#seekTo(flight);
    } else {
      page.show(); // a flight without a date is on the map while it is chosen
    }
    this.#reveal(flight);
  }

  fit(flight) {
    this.wanted = flight;
    // A day known only as a day gets some days around it; a flight gets its hours.
    this.page.timeline.setWindow(padInterval(flight, flight.has_path ? 0.15 : 1), { announce: true });
  }

  /** Stand where the flight can be seen moving. */
  #seekTo(flight) {
    const { clock, paths } = this.page;
    if (!flight.has_path || (clock.time >= flight.start && clock.time <= flight.end)) return;
    const path = paths.get(flight);
    clock.seek(path ? firstObserved(path) : flight.start);
  }

  /** A path that comes after its flight was chosen: on from an estimate at its start to the first observed fix. */
  pathsArrived() {
    const { flight } = this;
    const { clock, paths } = this.page;
    const path = flight && paths.get(flight);
    if (path && clock.time === flight.start) clock.seek(firstObserved(path));
  }

  #onWindow() {
    const { page } = this;
    const { clock, timeline: { window: { start, end } } } = page;
    const outside = clock.time < start || clock.time > end;
    clock.setRange(start, end);
    if (outside) clock.seek(this.#firstMovement() ?? start);
    if (this.wanted) this.#seekTo(this.wanted);
    this.wanted = null;
    page.show();
    page.load();
    page.url.flush(); // at once: it may be another entry of the history soon
  }

  #firstMovement() {
    const { start } = this.page.timeline.window;
    const starts = this.page.inWindow.filter((flight) => flight.has_path).map((flight) => Math.max(flight.start, start));
    return starts.length ? Math.min(...starts) : null;
  }

  /** Bring a flight into the view if none of it, or not both its ends, can be seen there; over a card as wide as a phone. */
  #reveal(flight) {
    const { map } = this.page.map;
    const card = this.page.part("card");
    const bounds = this.#boundsOf(flight);
    const { x, y } = map.getSize();
    const hidden = card.offsetWidth > x / 2 ? leftToCard(y, card.offsetTop) : 0;
    const seen = L.latLngBounds(map.containerPointToLatLng([0, y - hidden]), map.containerPointToLatLng([x, 0]));
    if (bounds && !seen.contains(bounds)) {
      const reduced = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.fitBounds(bounds, { paddingTopLeft: FRAME_PADDING, paddingBottomRight: [FRAME_PADDING[0], FRAME_PADDING[1] + hidden], maxZoom: 8, animate: !reduced });
    }
  }

  #boundsOf(flight) {
    if (flight.has_path) {
      const drawn = this.page.map.flights.getFlightBounds(flight.id);
      if (drawn) return drawn;
    }
    const ends = [flight.origin, flight.destination].filter((place) => Number.isFinite(place?.lat) && Number.isFinite(place?.lon));
    return ends.length ? L.latLngBounds(ends.map(({ lat, lon }) => [lat, lon])) : null;
  }
}
