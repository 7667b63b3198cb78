import assert from "node:assert/strict";
import { test } from "node:test";

import { Describer } from "../../static/flightmap/js/timeline-describe.js";
import { fill, plural } from "../../static/flightmap/js/timeline-words.js";

const words = {
  moment: "{date} {time} UTC", moments: "{date} {time} – {lastDate} {lastTime} UTC", route: "{origin} → {destination}", routeSpoken: "{origin} to {destination}",
  durations: { day: "{n} d", hour: "{n} h", minute: "{n} min", second: "{n} s" }, observed: "observed", reported: "only reported",
  demonstration: "simulated", assertions: { scheduled_only: "scheduled only" }, unknownPlace: "unknown place", unknownAircraft: "Aircraft unknown",
  unknownRegistration: "which one unknown", undated: "date unknown", timeNotStated: "time of day not stated", dayNotStated: "day not stated",
  flights: { one: "{n} flight", other: "{n} flights" }, gaps: { one: "{n} gap", other: "{n} gaps" }, gapsLongest: "{count}, the longest {duration}",
  bunchHint: "Click to look closer",
};
const describer = new Describer(words, "en", { UHWW: "Vladivostok" });
const at = (text) => Date.parse(text) / 1000;
const flight = (fields) => ({
  id: "k3x9q7wz", class: "observed", demonstration: false, start: at("2024-03-20T23:10Z"), end: at("2024-03-21T01:05Z"), gaps: [],
  date: { text: "2024-03-20", precision: "second" }, origin: { name: "Vladivostok International", icao: "UHWW" }, destination: null, assertion_level: null, ...fields,
});

test("an observed flight says from when to when, with both dates across midnight", () => {
  assert.equal(describer.when(flight({})), "2024-03-20 23:10 – 2024-03-21 01:05 UTC");
  assert.equal(describer.when(flight({ start: at("2024-03-20T03:10Z"), end: at("2024-03-20T05:05Z") })), "2024-03-20 03:10–05:05 UTC");
});

test("a report says how vague its date is, and never a time nobody stated", () => {
  const report = flight({ class: "reported", date: { text: "2024-03-20", precision: "day" } });
  assert.equal(describer.when(report), "2024-03-20 (time of day not stated)");
  assert.equal(describer.when(flight({ class: "reported", date: { text: "2023-11", precision: "month" } })), "2023-11 (day not stated)");
  assert.equal(describer.when(flight({ class: "reported", start: null, end: null, date: { text: "", precision: "unknown" } })), "date unknown");
});

test("days alone name a long interval, and one that ends at midnight does not reach into the next day", () => {
  assert.equal(describer.interval(at("2024-03-01T00:00Z"), at("2024-04-01T00:00Z")), "2024-03-01 – 2024-03-31");
});

test("a place nobody knows is said to be unknown, an airport may go by its city", () => {
  assert.equal(describer.route(flight({})), "Vladivostok → unknown place");
});

test("a flight only scheduled says so beside its class", () => {
  assert.equal(describer.standing(flight({ class: "reported", assertion_level: "scheduled_only" })), "only reported · scheduled only");
  assert.equal(describer.standing(flight({ demonstration: true })), "observed · simulated");
});

test("gaps are counted; an open one has no length and lends none", () => {
  const open = { kind: "trailing", start: 100, end: null };
  const closed = { kind: "interior", start: 0, end: 2 * 3600 + 300 };
  assert.equal(describer.gaps(flight({ gaps: [open] })), "1 gap");
  assert.equal(describer.gaps(flight({ gaps: [open, closed] })), "2 gaps, the longest 2 h 5 min");
  assert.equal(describer.gaps(flight({})), "");
});

test("bunched bars say how many they are and over which days", () => {
  const bars = [{ flight: flight({}), start: at("2018-07-03T00:00Z"), end: at("2018-07-04T00:00Z") }, { flight: flight({}), start: at("2018-07-09T00:00Z"), end: at("2018-07-09T12:00Z") }];
  assert.deepEqual(describer.lines({ bars }, {}), ["2 flights, 2018-07-03 – 2018-07-09", "Click to look closer"]);
  const lane = { key: "RA-82030", named: true, title: "RA-82030" };
  assert.equal(describer.sentence({ bars }, lane), "RA-82030, 2 flights, 3 July 2018 – 9 July 2018, Click to look closer");
});

test("a bar is named for the ear: aircraft, route, class, date in words, gaps", () => {
  const lane = { key: "RA-82030", named: true, title: "RA-82030" };
  const heard = (fields) => describer.sentence({ bars: [{ flight: flight(fields) }] }, lane);
  const place = { name: "Pyongyang" };
  const times = { start: at("2024-03-21T04:30Z"), end: at("2024-03-21T05:48Z"), destination: place, gaps: [{ kind: "leading" }, { kind: "trailing" }] };
  assert.equal(heard(times), "RA-82030, Vladivostok to Pyongyang, observed, 21 March 2024 04:30–05:48 UTC, 2 gaps");
  const reported = { class: "reported", demonstration: true, destination: place };
  assert.equal(heard({ ...reported, date: { text: "2024-03-21", precision: "day" } }), "RA-82030, Vladivostok to Pyongyang, only reported, simulated, 21 March 2024 (time of day not stated)");
  assert.match(heard({ ...reported, date: { text: "2023-11", precision: "month" } }), /, November 2023 \(day not stated\)$/);
  assert.match(heard({ ...reported, date: { text: "spring 2023", precision: "year" } }), /, spring 2023 \(day not stated\)$/);
});

test("a phrase has the form its number asks for in the page's language", () => {
  assert.equal(plural(words.flights, 1, "en"), "1 flight");
  assert.equal(plural(words.flights, 1234, "en"), "1,234 flights");
  assert.equal(plural({ one: "{n} рейс", few: "{n} рейса", many: "{n} рейсов", other: "{n} рейса" }, 5, "ru"), "5 рейсов");
});

test("a missing value stays visible as its name", () => {
  assert.equal(fill("{a} and {b}", { a: 0 }), "0 and {b}");
});
