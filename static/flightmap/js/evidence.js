/**
 * What the map says of its evidence beyond the lines: gaps by name, position sources on demand, and, for the
 * newsroom, what was excluded. Loaded when the lines are drawn; layers of their own, switched in the legend.
 */

import { Covers, squareAround } from "./covers.js";
import { GapLabels } from "./gap-labels.js";
import { SOURCE_SHAPES, sourcesOf } from "./source-marks.js";
import { element } from "./timeline-words.js";

/** px of the map's height that the legend leaves to the controls over and under it. */
const CONTROLS = 140;
const LEAST_LEGEND = 150;
/** px round an aircraft, with the ring of a chosen one. */
const HEAD = 40;

/** A switch in the legend with rows of its own while it is on. */
class Switch extends EventTarget {
  constructor(legend, words, on) {
    super();
    const box = legend.getContainer();
    this.rows = element("ul", { class: "map-legend-more", hidden: true });
    this.box = element("input", { type: "checkbox" });
    this.box.checked = on;
    box.querySelector(".map-legend-foot").before(this.rows);
    const label = element("label", {}, this.box, words);
    (box.querySelector(".map-legend-foot label:last-of-type") ?? box.querySelector(".map-legend-foot").firstChild).after(label);
    addEventListener("resize", () => this.fit());
    this.box.addEventListener("change", () => this.dispatchEvent(new Event("change")));
  }

  get on() {
    return this.box.checked;
  }

  /** @param {[Element, string][]} rows samples with their words */
  show(rows) {
    this.rows.hidden = rows.length === 0;
    this.rows.replaceChildren(...rows.map(([sample, words]) => element("li", { class: sample ? null : "map-legend-hint" }, sample, element("span", {}, words))));
    this.fit();
  }

  /** The legend leaves the map's other controls free; what is more scrolls in it. */
  fit() {
    const box = this.rows.closest(".map-legend");
    const map = box?.closest(".leaflet-container");
    if (map) box.style.maxHeight = `${Math.max(LEAST_LEGEND, map.clientHeight - CONTROLS)}px`;
  }
}

function sample(viewBox, ...paths) {
  const make = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const svg = make("svg", { viewBox, "aria-hidden": "true" });
  svg.append(...paths.map((attributes) => make("path", attributes)));
  return svg;
}

const sourceSample = (source) => sample("0 0 16 16", { class: "legend-source", d: SOURCE_SHAPES[source] ?? SOURCE_SHAPES[0], transform: "translate(8 8)" });
const excludedSample = () => sample("0 0 52 22", { class: "excluded-line", d: "M4 11H48" });

/**
 * Gaps and sources of some flights on a map.
 *
 * @param {L.Map} map
 * @param {object} legend
 * @param {object} words of every map (map_words.html)
 * @param {{sources: boolean, change: () => void, heads: import("./flight-layer.js").FlightLayer, covers: HTMLElement[]}} options
 *   sources: whether the address asks for them; heads: whose labels leave the names of gaps free; covers: what else of
 *   the page lies over the map
 */
export class Evidence {
  #flights = [];
  #layer = null;

  constructor(map, legend, words, { sources, change, heads, covers = [] }) {
    Object.assign(this, { map, legend, words, heads });
    const over = new Covers(map, [legend.getContainer(), ...covers], () => this.gaps.place());
    this.gaps = new GapLabels(words, () => [...over.boxes, ...this.#headsNow]).on("placed", () => heads.paintLabels()).addTo(map);
    heads.options.obstacles = () => [...this.gaps.boxes, ...over.boxes, ...(this.#layer?.boxes ?? [])];
    this.switch = new Switch(legend, words.showSources, sources);
    this.switch.rows.classList.add("map-legend-sources");
    this.switch.addEventListener("change", () => {
      this.#showSources();
      change();
    });
  }

  /** What the file leaves open is not a source nobody knows: it is not stated. */
  get #names() {
    return [this.words.sourceNotStated, ...this.words.sources.slice(1)];
  }

  /** Where the aircraft are whose gaps are told, as boxes in px of the map's layers. */
  get #headsNow() {
    const points = this.#flights.map(({ path }) => this.heads.placeOf(path.id)).filter(Boolean);
    return points.map((point) => squareAround(this.map.containerPointToLayerPoint(point), HEAD));
  }

  get sources() {
    return this.switch.on;
  }

  /** @param {{path: object, gaps: object[]}[]} flights those drawn that gaps and sources are told of */
  setFlights(flights) {
    this.#flights = flights;
    this.gaps.setFlights(flights);
    return this.#showSources();
  }

  async #showSources() {
    if (!this.switch.on) {
      this.#layer?.remove();
      this.switch.show([]);
      return;
    }
    const { SourceLayer } = await import("./source-layer.js");
    this.#layer ??= new SourceLayer(this.#names, () => this.gaps.boxes);
    if (!this.switch.on) return; // switched off meanwhile
    this.#layer.setPaths(this.#flights.map(({ path }) => path)).addTo(this.map);
    const found = [...new Set(this.#flights.flatMap(({ path }) => sourcesOf(path)))];
    const rows = found.map((source) => [sourceSample(source), this.#names[source] ?? this.#names[0]]);
    this.switch.show(rows.length ? rows : [[null, this.words.chooseForSources]]);
  }
}

/**
 * What curators excluded, on the page of a flight. Only the newsroom's page has an address to ask.
 *
 * @param {L.Map} map
 * @param {object} legend
 * @param {object} words
 * @param {HTMLElement|null} section of the page that lists them
 */
export async function showExcluded(map, legend, words, section) {
  const address = map.getContainer().dataset.excluded;
  if (!address) return;
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  const { stretches } = await answer.json();
  if (!stretches.length) return;
  const { excludedLayer, listExcluded } = await import("./excluded-layer.js");
  const layer = excludedLayer(stretches, words).addTo(map);
  const shown = new Switch(legend, words.showExcluded, true);
  shown.show([[excludedSample(), words.excluded]]);
  shown.addEventListener("change", () => {
    if (shown.on) layer.addTo(map);
    else layer.remove();
    shown.show(shown.on ? [[excludedSample(), words.excluded]] : []);
  });
  if (section) {
    listExcluded(section, stretches, words, (i) => {
      const drawn = layer.getLayers()[i];
      map.fitBounds(drawn.getBounds?.() ?? drawn.getLatLng().toBounds(2000), { maxZoom: 12, padding: [60, 60] });
      drawn.openTooltip();
    });
  }
}
