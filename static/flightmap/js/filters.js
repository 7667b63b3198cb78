/**
 * Which flights pass a filter, how many each choice would leave, and why nothing is left. Pure functions
 * over flight summaries; `filters` as `url-state.js` reads them.
 */

export const NO_FILTERS = Object.freeze({
  aircraft: [], operator: [], airport: [], class: [], direction: null, sanctioned: null, demonstration: null, q: "",
});

/** What a flight offers to each filter: the values any of which has to be among the chosen ones. */
const VALUES = {
  aircraft: (flight) => [flight.lane],
  operator: (flight) => [operatorOf(flight)],
  airport: (flight) => [placeKey(flight.origin), placeKey(flight.destination)],
  class: (flight) => [flight.class],
  direction: (flight) => [flight.direction],
  // Of an aircraft nobody identified, nobody can say that it is not sanctioned.
  sanctioned: (flight) => [flight.aircraft ? Boolean(flight.aircraft.sanctioned) : null],
  // "all" asks the server for them and narrows nothing here.
  demonstration: (flight) => [flight.demonstration ? "only" : "no"],
};
export const FILTER_NAMES = [...Object.keys(VALUES), "q"];

/** The operator a flight's facts name, or null. */
export function operatorOf(flight) {
  return flight.operator ?? flight.aircraft?.operator ?? null;
}

/** How an airport filter names a place: its ICAO code, otherwise its name; null when there is neither. */
export function placeKey(place) {
  return place?.icao || place?.name || null;
}

/** Whether a filter of this name narrows anything. */
export function isActive(filters, name) {
  const value = filters[name];
  if (name === "demonstration" && value === "all") return false;
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== "";
}

/** Names of the filters that narrow something. */
export function activeFilters(filters) {
  return FILTER_NAMES.filter((name) => isActive(filters, name));
}

/** Lower case without accents, dashes or spaces at will: "Ан-124" finds "ан124". */
export function fold(text) {
  return String(text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[-‐‑‒–—]/g, "");
}

let spoken = null;

/** "20 March 2024": so that a date can be searched for as it is spoken. */
function dateWords({ start }) {
  // Made at the first search: it takes milliseconds, which the opening of the page has not.
  spoken ??= new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  return typeof start === "number" ? spoken.format(start * 1000) : "";
}

function searchText(flight) {
  const { aircraft, origin, destination } = flight;
  const parts = [
    flight.id, flight.title, flight.callsign, flight.date?.text, aircraft?.registration, aircraft?.icao24, aircraft?.type, aircraft?.type_name,
    flight.type, flight.type_name, dateWords(flight), operatorOf(flight), origin?.name, origin?.icao, destination?.name, destination?.icao,
  ];
  return fold(parts.filter(Boolean).join(" \n "));
}

const folded = new WeakMap();

function matchesText(flight, q) {
  const words = fold(q).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  if (!folded.has(flight)) folded.set(flight, searchText(flight));
  return words.every((word) => folded.get(flight).includes(word));
}

/**
 * Whether a flight passes all filters, or all but one.
 *
 * @param {object} flight summary
 * @param {object} filters
 * @param {string|null} [except] name of a filter to leave aside
 */
export function passes(flight, filters, except = null) {
  for (const name of activeFilters(filters)) {
    if (name === except) continue;
    if (name === "q") {
      if (!matchesText(flight, filters.q)) return false;
      continue;
    }
    const chosen = [filters[name]].flat();
    if (!VALUES[name](flight).some((value) => value !== null && chosen.includes(value))) return false;
  }
  return true;
}

/** The flights that pass. */
export function applyFilters(flights, filters) {
  return flights.filter((flight) => passes(flight, filters));
}

/**
 * For each value of one filter, how many flights there would be with that value and all other filters.
 * Values that other filters leave nothing of are in it with 0, so that a choice never vanishes.
 *
 * @returns {Map<string|boolean, number>}
 */
export function countValues(flights, filters, name) {
  const counts = new Map();
  for (const flight of flights) {
    const passing = passes(flight, filters, name);
    for (const value of new Set(VALUES[name](flight))) {
      if (value === null || value === undefined) continue;
      counts.set(value, (counts.get(value) ?? 0) + (passing ? 1 : 0));
    }
  }
  return counts;
}

/**
 * Why nothing passes: for each filter set, how many flights there would be without it. Sorted so that the
 * filter whose removal gives most comes first; empty when something passes.
 *
 * @returns {{name: string, without: number}[]}
 */
export function explainEmpty(flights, filters) {
  if (flights.some((flight) => passes(flight, filters))) return [];
  return activeFilters(filters)
    .map((name) => ({ name, without: flights.filter((flight) => passes(flight, filters, name)).length }))
    .sort((a, b) => b.without - a.without);
}

/** Whether a dated flight's interval reaches into the window. */
export function inWindow(flight, window) {
  return flight.start !== null && flight.end !== null && flight.start <= window.end && flight.end >= window.start;
}
