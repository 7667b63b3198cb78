/**
 * Everything known of what the pointer is on, for the tip: of a bar its facts and the gap under the pointer, between
 * two bars the stay on the ground.
 */

import { duration } from "./time-format.js";
import { fill } from "./timeline-words.js";

const METRES_A_KM = 1000;
const isTime = (value) => typeof value === "number" && Number.isFinite(value);

/**
 * Lines of a bar beyond its title, date and class.
 *
 * @param {object} flight the summary
 * @param {number} time epoch seconds under the pointer
 * @param {import("./timeline-describe.js").Describer} describer
 * @returns {string[]}
 */
export function flightDetails(flight, time, describer) {
  const { words } = describer;
  const { aircraft } = flight;
  const moment = (at, basis, text) => (isTime(at) && words.basis[basis] ? fill(text, { time: describer.moment(at), basis: words.basis[basis] }) : "");
  return [
    [flight.callsign, aircraft?.type_name || aircraft?.type, aircraft?.operator].filter(Boolean).join(" · "),
    moment(flight.departure, flight.departure_basis, words.tookOff),
    moment(flight.arrival, flight.arrival_basis, words.landed),
    describer.gaps(flight),
    gapUnder(flight, time, describer),
    aircraft?.sanctioned ? words.sanctioned : "",
    flight.disagreements?.length ? words.disagreement : "",
  ].filter(Boolean);
}

/** What is known of the gap a moment lies in; "" outside of gaps. */
function gapUnder(flight, time, describer) {
  const { words } = describer;
  const gap = (flight.gaps ?? []).find(({ start, end }) => isTime(start) && isTime(end) && time >= start && time <= end);
  if (!gap) return "";
  const text = fill(words.gapHere, { when: describer.interval(gap.start, gap.end), duration: duration(gap.end - gap.start, words.durations) });
  if (!isTime(gap.distance_m) || !isTime(gap.implied_speed_kt)) return text;
  const numbers = new Intl.NumberFormat(describer.language, { maximumFractionDigits: 0 });
  return `${text}; ${fill(words.gapApart, { km: numbers.format(gap.distance_m / METRES_A_KM), speed: numbers.format(gap.implied_speed_kt) })}`;
}

/** The stay of a lane a moment lies in, as lines; none where no stay is known. */
export function stayDetails(lane, time, describer) {
  const { words } = describer;
  const stay = lane.stays.find(({ start, end }) => time >= start && time <= end);
  if (!stay) return [];
  const { place, start, end } = stay;
  return [
    `${describer.laneTitle(lane)} · ${fill(words.stayAt, { place: describer.cities[place.icao] || place.name || place.icao })}`,
    `${describer.interval(start, end)} · ${duration(end - start, words.durations)}`,
    stay.observed ? "" : words.stayEstimated,
  ].filter(Boolean);
}
