/** Flights in order of time, to walk from one to the next. */

/**
 * The flight before or after one, by time; from a moment, the one on its way then comes first. Undated flights
 * have no place in that order.
 *
 * @param {object[]} flights summaries
 * @param {{id: string|null, time: number, way: 1|-1}} from a chosen flight's id, otherwise a moment
 * @returns {object|null}
 */
export function neighbour(flights, { id, time, way }) {
  const dated = flights.filter((flight) => flight.start !== null).sort((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));
  const index = dated.findIndex((flight) => flight.id === id);
  if (index >= 0) return dated[index + way] ?? null;
  return (way > 0 ? dated.find((flight) => flight.end >= time) : dated.findLast((flight) => flight.start < time)) ?? null;
}
