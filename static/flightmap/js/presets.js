/**
 * Choices that investigators make again and again, as one press: filters that belong together, the visit of the
 * chosen flight, the last visit of its aircraft. What a visit is, the server says (tracks/serving/visits.py): its
 * answer is the address of that visit on this map.
 */

import { NO_FILTERS, applyFilters } from "./filters.js";
import { element } from "./timeline-words.js";
import { parseState } from "./url-state.js";

/** Filters that belong together, by the name of their words. A preset nothing passes is not offered. */
export const PRESETS = Object.freeze({
  sanctionedObserved: { sanctioned: true, class: ["observed"] },
  sanctioned: { sanctioned: true },
  outboundObserved: { direction: "outbound", class: ["observed"] },
  reportedOnly: { class: ["reported"] },
  undated: { undated: true },
});

/** The presets that leave something, and not everything, with how many flights. */
export function usefulPresets(flights) {
  return Object.entries(PRESETS)
    .map(([name, filters]) => ({ name, filters: { ...NO_FILTERS, ...filters }, n: applyFilters(flights, { ...NO_FILTERS, ...filters }).length }))
    .filter(({ n }) => n > 0 && n < flights.length);
}

/** The latest dated flight of a lane. */
export function latestOf(flights, lane) {
  return flights.filter((flight) => flight.lane === lane && flight.start !== null).reduce((last, flight) => (last && last.start >= flight.start ? last : flight), null);
}

/**
 * A visit as the map shows it.
 *
 * @param {object} flight summary
 * @param {(address: string) => Promise<object>} read an address of the API as JSON
 * @returns {Promise<{window: {start: number, end: number}|null, filters: object}|null>} null: no other leg of it is known
 */
export async function visitOf(flight, read) {
  const { visit } = await read(`/api/v1${flight.url}`);
  if (!visit?.map_url) return null;
  const { window, filters } = parseState(new URL(visit.map_url, "https://map.invalid").search);
  return { window, filters };
}

async function readJson(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
  return answer.json();
}

/** The presets over the groups of filters. */
export function attachPresets(host, page) {
  const useful = usefulPresets(page.flights);
  host.hidden = useful.length === 0;
  host.replaceChildren(
    ...useful.map(({ name, filters, n }) => {
      const count = new Intl.NumberFormat(page.language).format(n);
      const button = element("button", { type: "button", class: "chip preset" }, page.words.presets[name], element("span", { class: "filter-count" }, count));
      button.addEventListener("click", () => page.filters.put(filters));
      return button;
    }),
  );
}

/**
 * Show the visit of a flight: its window, its filters, the flight chosen.
 *
 * @param {object} page the CorridorPage
 * @param {object} flight summary
 * @param {{last?: boolean}} [options] last: the latest visit of the flight's aircraft instead
 */
export async function showVisit(page, flight, { last = false } = {}) {
  const of = last ? latestOf(page.flights, flight.lane) : flight;
  if (!of) return;
  let visit;
  try {
    visit = await visitOf(of, readJson);
  } catch (error) {
    console.warn("The visit could not be fetched:", error.message);
    page.notices.say(page.words.visitFailed);
    return;
  }
  if (!visit?.window) page.notices.say(page.words.noVisit);
  page.filters.put(visit?.filters ?? { aircraft: [of.lane] }); // first: going back leads to the flight chosen before
  if (last) page.selection.select(of.id);
  if (visit?.window) page.timeline.setWindow(visit.window, { announce: true });
  else page.reader.choice.fit(of);
}
