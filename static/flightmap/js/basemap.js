/**
 * The base map under every map of the site: Natural Earth, from this site alone, without any third party.
 *
 * The world at 1:110 million is painted as soon as it is there, then the corridor's region in detail;
 * other parts of the world get their detail sheet when a reader looks closely. XYZ tiles, if the site has
 * any set, can be laid over it; the offline map is the default and stays underneath. What does not come is said.
 *
 * Expects Leaflet as the global `L`, and css/basemap.css.
 */

import { BasemapLayer } from "./basemap-layer.js";
import { TOKENS } from "./basemap-paint.js";
import { Sheet, worldX, worldY } from "./basemap-sheet.js";
import { GraticuleLabels } from "./graticule-labels.js";
import { ScaleBar } from "./scale-bar.js";
import { colours, theme } from "./theme.js";

const { L } = globalThis;
const DETAIL_ZOOM = 5; // from here on detail sheets are fetched
const CREDIT = "Natural Earth · GeoNames";

/**
 * Put the base map on a Leaflet map.
 *
 * @param {L.Map} map
 * @param {object} options
 * @param {{world: string, region: string, sheets: string | null}} options.urls the prepared files; `sheets`
 *   is the folder of the detail sheets, with a slash at its end, or null for none
 * @param {object[]} [options.airports] {icao, name, lat, lon, zoom?, runways?: [{low: {lat, lon, ident?}, high, closed}]};
 *   `zoom` is where its name appears, 7 by default
 * @param {{name: string, url: string, attribution: string}[]} [options.tileLayers] XYZ tiles to choose from
 * @param {object} options.words "basemap" of templates/tracks/map_words.html
 * @returns {Basemap}
 */
export function createBasemap(map, options) {
  return new Basemap(map, options);
}

/**
 * The airports to draw: those with runways the page knows, and of `places` those that are not among them.
 * @param {object[]} known airports with runways
 * @param {object[]} places {icao, name, lat, lon, zoom?}; its `zoom` holds for a known one, too. One without a code or
 *   a position is none.
 */
export function allAirports(known, places) {
  const named = new Map(places.filter((place) => place?.icao && Number.isFinite(place.lat)).map((place) => [place.icao, place]));
  const shown = known.map((airport) => ({ ...airport, zoom: named.get(airport.icao)?.zoom ?? airport.zoom }));
  for (const { icao } of known) named.delete(icao);
  return [...shown, ...named.values()];
}

class Basemap {
  #map;
  #urls;
  #details = new Map(); // key -> Sheet, or null while it is on its way
  #said; // words
  #trouble = null; // the notice on the map, while something is wrong
  #listed = null; // the detail sheets there are: {size, at: Set of keys}
  #content = { world: null, region: null, details: [], airports: [] };

  constructor(map, { urls, airports = [], tileLayers = [], words, graticule = true, scale = true }) {
    this.#map = map;
    this.#said = words;
    this.#urls = urls;
    this.#content.airports = airports.map(projected);
    const font = getComputedStyle(map.getContainer()).fontFamily || "sans-serif";
    /** The layer of Leaflet that is the base map. */
    this.layer = new BasemapLayer(this.#content, colours(...TOKENS), { graticule, font, attribution: CREDIT });
    map.attributionControl?.setPrefix('<a href="https://leafletjs.com/">Leaflet</a>');
    this.#paper();
    if (graticule) {
      const labels = new GraticuleLabels(words);
      this.layer.on("add", () => labels.addTo(map)).on("remove", () => labels.remove());
    }
    this.layer.addTo(map);
    this.layer.on("paint", this.#fetchDetails, this);
    if (scale) new ScaleBar({ words }).addTo(map);
    if (tileLayers.length) this.#addTiles(tileLayers);

    theme.addEventListener("change", () => {
      this.#paper();
      this.layer.repaint(colours(...TOKENS));
    });

    /**
     * Settles when the world and the region are painted.
     * @type {Promise<void>} rejected when the world could not be read
     */
    this.ready = this.#load();
    this.ready.catch(() => this.#failed()); // the page works all the same, on an empty sea
  }

  async #load() {
    const region = read(this.#urls.region);
    region.catch(() => {}); // judged below, after the world is painted
    const world = await read(this.#urls.world);
    this.#content.world = new Sheet(world, this.#said.names);
    const { size, at } = world.sheets ?? { size: 20, at: [] };
    this.#listed = { size, at: new Set(at.map(([west, south]) => `${west}_${south}`)) };
    this.layer.repaint();
    try {
      this.#content.region = new Sheet(await region, this.#said.names);
    } catch {
      return; // the world alone is a map too
    }
    this.layer.repaint();
  }

  /** Fetch the detail sheets the view needs and does not have. */
  #fetchDetails() {
    const view = this.layer.view();
    const region = this.#content.region;
    if (!this.#urls.sheets || !this.#listed || view.zoom < DETAIL_ZOOM || !region || region.covers(view)) return;
    for (const key of this.#wanted(view)) {
      if (this.#details.has(key)) continue;
      this.#details.set(key, null);
      read(`${this.#urls.sheets}sheet_${key}.json`).then((json) => {
        const sheet = new Sheet(json, this.#said.names);
        this.#details.set(key, sheet);
        this.#content.details.push(sheet);
        this.layer.repaintSoon(); // several come at about the same time
      }).catch(() => this.#details.delete(key)); // asked for again when the map next moves
    }
  }

  #wanted(view) {
    const { size, at } = this.#listed;
    const keys = new Set();
    const west = Math.floor((view.west * 360 - 180) / size) * size;
    for (let longitude = west; longitude < view.east * 360 - 180; longitude += size) {
      const wrapped = ((((longitude + 180) % 360) + 360) % 360) - 180;
      for (let latitude = -80; latitude < 80; latitude += size) {
        const key = `${wrapped}_${latitude}`;
        if (at.has(key) && worldY(latitude + size) < view.south && worldY(latitude) > view.north) keys.add(key);
      }
    }
    return keys;
  }

  async #addTiles(tileLayers) {
    try {
      const { chooseTiles } = await import("./basemap-tiles.js");
      chooseTiles(this.#map, tileLayers, this.#said, (text) => this.#say(text));
    } catch {
      // Without the choice the offline map is there.
    }
  }

  #failed() {
    const again = () => this.#load().then(() => this.#say(null), () => this.#failed());
    addEventListener("online", again, { once: true });
    this.#say(this.#said.failed, again);
  }

  /** Say on the map what is wrong with it; null: nothing any more. */
  #say(text, again = null) {
    this.#trouble?.remove();
    this.#trouble = null;
    if (!text) return;
    this.#trouble = L.DomUtil.create("p", "basemap-trouble", this.#map.getContainer());
    this.#trouble.setAttribute("role", "status");
    this.#trouble.textContent = text;
    if (!again) return;
    const button = L.DomUtil.create("button", "button", this.#trouble);
    button.type = "button";
    button.textContent = this.#said.tryAgain;
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", again);
  }

  /** Beyond the painted canvas, and before it, the map is sea. */
  #paper() {
    this.#map.getContainer().style.backgroundColor = colours("map-sea")["map-sea"];
  }
}

async function read(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The base map at ${url} answers ${answer.status}.`);
  return answer.json();
}

function projected({ icao, name, lat, lon, zoom = 7, runways = [] }) {
  const point = (end) => ({ x: worldX(end.lon), y: worldY(end.lat), ident: end.ident ?? "" });
  const ends = runways.flatMap(({ low, high }) => [worldY(low.lat), worldY(high.lat)]);
  return {
    kind: "airport",
    name: icao || name,
    zoom,
    ...point({ lat, lon }),
    southernmost: ends.length ? Math.max(...ends) : null,
    runways: runways.map(({ low, high, closed }) => ({ low: point(low), high: point(high), closed: Boolean(closed) })),
  };
}
