/** Finding flights on the corridor map: search, filters, presets, visits, and why nothing is left. */

import { placeKey, searchWith } from "./filters.js";
import { FiltersForm } from "./filters-form.js";
import { listenToKeys } from "./keys.js";
import { Search } from "./search.js";
import { buildLanes, inWindow } from "./timeline-layout.js";

/**
 * @param {object} page the CorridorPage
 * @param {import("./timeline-describe.js").Describer} describer
 * @returns {FiltersForm}
 */
export function startFind(page, describer) {
  searchWith(new Search(page.data.search));
  const parts = Object.fromEntries(["search", "chips", "empty"].map((name) => [name, page.part(name)]));
  const form = new FiltersForm({ ...parts, groups: page.part("filters"), count: page.part("filter-count") }, page.asked.filters, page.words, {
    labels: labelsOf(page, describer), language: page.language,
  });
  form.setFlights(page.flights);
  form.addEventListener("change", ({ detail }) => page.filtered(detail ?? {}));
  listenToKeys({
    "/": () => {
      page.sheet.open();
      parts.search.focus();
      parts.search.select();
    },
  });
  parts.search.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !parts.search.value) parts.search.blur();
  });
  const open = page.part("filters").closest("details");
  open.addEventListener("toggle", () => presets().then(({ attachPresets }) => attachPresets(page.part("presets"), page)), { once: true });
  return form;
}

/** Not needed for the first frame. */
const presets = () => import("./presets.js");

/** Show the visit of a flight, or the last visit of its aircraft. */
export async function showVisit(page, flight, which) {
  (await presets()).showVisit(page, flight, which);
}

/** The words of a filter's values. */
function labelsOf(page, describer) {
  const airports = new Map();
  const types = new Map();
  for (const flight of page.flights) {
    for (const place of [flight.origin, flight.destination]) {
      if (place) airports.set(placeKey(place), place.icao ? `${place.name} (${place.icao})` : place.name);
    }
    if (flight.type && flight.type_name && !types.has(flight.type)) types.set(flight.type, `${flight.type_name} (${flight.type})`);
  }
  const lanes = new Map(buildLanes(page.flights).map((lane) => [lane.key, [describer.laneTitle(lane), describer.laneDetail(lane)].filter(Boolean).join(" · ")]));
  const known = { airport: airports, aircraft: lanes, type: types };
  return (name, value) => {
    if (known[name]) return known[name].get(value) ?? value;
    if (name === "direction") return page.directions[value] ?? value;
    return page.words.values[name]?.[String(value)] ?? String(value);
  };
}

/**
 * Say why the window is empty, or nothing.
 *
 * @param {object} page the CorridorPage
 * @param {object[]} shown the flights in the window that pass
 * @param {{n: number, when: string, jump: () => void}|null} elsewhere what passes outside the window
 */
export function explain(page, shown, elsewhere) {
  const undatedOnly = elsewhere ? 0 : page.passing.length - shown.length;
  page.filters.explain(elsewhere?.n ?? undatedOnly, shown.length, elsewhere, (flight) => inWindow(flight, page.timeline.window));
}
