/**
 * Which flights pass a filter, how many each choice would leave, and why nothing is left. Pure functions
 * over flight summaries; `filters` as `url-state.js` reads them.
 */

export const NO_FILTERS = Object.freeze({
  aircraft: [], registration: [], icao24: [], operator: [], type: [], callsign: [], airport: [], class: [],
  direction: null, sanctioned: null, undated: null, demonstration: null, q: "",
});

/** What a flight offers to each filter as a choice: the values any of which has to be among the chosen ones. */
const VALUES = {
  aircraft: (flight) => [flight.lane],
  registration: (flight) => [flight.aircraft?.registration],
  icao24: (flight) => [flight.aircraft?.icao24],
  operator: (flight) => [operatorOf(flight)],
  type: (flight) => [flight.type || flight.type_name],
  callsign: (flight) => [flight.callsign],
  airport: (flight) => [placeKey(flight.origin), placeKey(flight.destination)],
  class: (flight) => [flight.class],
  direction: (flight) => [flight.direction],
  // Of an aircraft nobody identified, nobody can say that it is not sanctioned.
  sanctioned: (flight) => [flight.aircraft ? Boolean(flight.aircraft.sanctioned) : null],
  undated: (flight) => [flight.start === null ? true : null],
  // "all" asks the server for them and narrows nothing here.
  demonstration: (flight) => [flight.demonstration ? "only" : "no"],
};
/** All the ways an address may write what a flight offers, where there are more; case does not count. */
const SPELLINGS = {
  ...VALUES,
  aircraft: ({ aircraft, lane }) => (aircraft ? [aircraft.registration, aircraft.icao24] : [lane]),
  airport: ({ origin, destination }) => [origin?.icao, origin?.name, destination?.icao, destination?.name],
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

const written = (value) => (typeof value === "string" ? value.toLowerCase() : value);
const chosenValues = new WeakMap();

/** The chosen values of a filter as a set, small letters; made once for each list. */
function setOf(chosen) {
  if (!Array.isArray(chosen)) return new Set([written(chosen)]);
  if (!chosenValues.has(chosen)) chosenValues.set(chosen, new Set(chosen.map(written)));
  return chosenValues.get(chosen);
}

/** Whether a flight has one of the chosen values: the rule of the server's `FlightFilter`. */
function has(flight, name, chosen) {
  const wanted = setOf(chosen);
  if (name === "type") {
    const [designator, kind] = [written(flight.type), written(flight.type_name) ?? ""];
    return [...wanted].some((value) => value === designator || kind.includes(value));
  }
  return SPELLINGS[name](flight).some((value) => value !== null && value !== undefined && value !== "" && wanted.has(written(value)));
}

let finds = () => true;

/** The search of the page (`Search` of search.js), which has the text of each flight. */
export function searchWith(search) {
  finds = (flight, text) => search.finds(flight, text);
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
      if (!finds(flight, filters.q)) return false;
      continue;
    }
    if (!has(flight, name, filters[name])) return false;
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
      if (value === null || value === undefined || value === "") continue;
      counts.set(value, (counts.get(value) ?? 0) + (passing ? 1 : 0));
    }
  }
  // One type may be named by designator or as part of its name: more flights than those that name it so themselves.
  if (name === "type") for (const value of counts.keys()) counts.set(value, countOf(flights, filters, name, value));
  return counts;
}

/** How many flights there would be with this value of a filter and all other filters. */
export function countOf(flights, filters, name, value) {
  const asked = [value];
  return flights.reduce((sum, flight) => sum + (has(flight, name, asked) && passes(flight, filters, name) ? 1 : 0), 0);
}

/** The filters with each value as the flights write it: an address may say "ra-82030" or "15406e". */
export function asWritten(flights, filters) {
  const settled = { ...filters };
  for (const name of ["aircraft", "operator", "airport", "callsign"]) {
    settled[name] = filters[name].map((asked) => {
      const same = new Set(flights.filter((flight) => has(flight, name, [asked])).flatMap((flight) => VALUES[name](flight)));
      const alike = [...same].filter((value) => name === "aircraft" || written(value) === written(asked));
      return alike.length === 1 ? alike[0] : asked;
    });
  }
  return settled;
}

/**
 * Why nothing passes: for each filter set, how many flights there would be without it. Sorted so that the
 * filter whose removal gives most comes first; empty when something passes.
 *
 * @param {object[]} flights
 * @param {object} filters
 * @param {(flight: object) => boolean} [within] where to look: a window
 * @returns {{name: string, without: number}[]}
 */
export function explainEmpty(flights, filters, within = () => true) {
  const some = flights.filter(within);
  if (some.some((flight) => passes(flight, filters))) return [];
  return activeFilters(filters)
    .map((name) => ({ name, without: some.filter((flight) => passes(flight, filters, name)).length }))
    .sort((a, b) => b.without - a.without);
}
