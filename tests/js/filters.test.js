import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  NO_FILTERS, activeFilters, applyFilters, asWritten, countValues, explainEmpty, passes, searchWith,
} from "../../static/flightmap/js/filters.js";
import { Search } from "../../static/flightmap/js/search.js";
import { inWindow } from "../../static/flightmap/js/timeline-layout.js";
import { parseState } from "../../static/flightmap/js/url-state.js";

const sunan = { name: "Pyongyang Sunan", icao: "ZKPY", precision: "airport" };
const knevichi = { name: "Vladivostok (Knevichi)", icao: "UHWW", precision: "airport" };
const somewhere = { name: "North Korea", icao: null, precision: "country" };
const ruslan = { key: "RA-82030", registration: "RA-82030", icao24: "15406e", type: "A124", type_name: "Ан-124", operator: "224th", sanctioned: true };
const ilyushin = { key: "P-885", registration: "P-885", type: "IL62", type_name: "Il-62M", operator: "Air Koryo", sanctioned: false };

const base = { demonstration: false, callsign: null, title: "", date: { text: "2024-03-20" }, direction: null, origin: null, destination: null };
const A = { ...base, id: "aaaa", class: "reported", aircraft: ruslan, lane: "RA-82030", origin: knevichi, destination: somewhere, direction: "outbound", start: 0, end: 10 };
const B = { ...base, id: "bbbb", class: "observed", aircraft: ruslan, lane: "RA-82030", origin: sunan, destination: knevichi, direction: "inbound", start: 20, end: 30 };
const C = { ...base, id: "cccc", class: "reported", aircraft: ilyushin, lane: "P-885", origin: sunan, destination: knevichi, direction: "inbound", start: null, end: null, callsign: "KOR271" };
const D = { ...base, id: "dddd", class: "reported", aircraft: null, lane: "unknown", start: 5, end: 25 };
const ALL = [A, B, C, D];
const ids = (filters) => applyFilters(ALL, { ...NO_FILTERS, ...filters }).map((flight) => flight.id).join(" ");

test("no filter leaves everything", () => {
  assert.deepEqual(activeFilters(NO_FILTERS), []);
  assert.equal(ids({}), "aaaa bbbb cccc dddd");
});

test("several values of one filter add up, several filters cut down", () => {
  assert.equal(ids({ aircraft: ["RA-82030"] }), "aaaa bbbb");
  assert.equal(ids({ aircraft: ["RA-82030", "P-885"] }), "aaaa bbbb cccc");
  assert.equal(ids({ aircraft: ["RA-82030", "P-885"], class: ["reported"] }), "aaaa cccc");
  assert.equal(ids({ aircraft: ["RA-82030"], direction: "inbound" }), "bbbb");
});

test("an airport counts at either end, by code or, lacking one, by name", () => {
  assert.equal(ids({ airport: ["ZKPY"] }), "bbbb cccc");
  assert.equal(ids({ airport: ["UHWW"] }), "aaaa bbbb cccc");
  assert.equal(ids({ airport: ["North Korea"] }), "aaaa");
});

test("an aircraft nobody identified is neither sanctioned nor not sanctioned", () => {
  assert.equal(ids({ sanctioned: true }), "aaaa bbbb");
  assert.equal(ids({ sanctioned: false }), "cccc");
});

test("a value a flight does not have never matches", () => {
  assert.equal(passes(D, { ...NO_FILTERS, operator: ["null"] }), false);
  assert.equal(passes(D, { ...NO_FILTERS, airport: [null] }), false);
});

const table = JSON.parse(readFileSync(new URL("../filter_cases.json", import.meta.url), "utf8"));

for (const [query, expected] of Object.entries(table.finds)) {
  test(`the map finds what the list of flights finds: ${query || "no filter"}`, () => {
    const flights = Object.entries(table.flights).map(([id, flight]) => ({ id, ...flight }));
    searchWith(new Search({ months: table.months, flights: Object.fromEntries(flights.map(({ id, search }) => [id, search])) }));
    const found = applyFilters(flights, parseState(query).filters).map(({ id }) => id);
    assert.deepEqual(found.sort(), [...expected].sort());
  });
}

test("the filters of an address are settled on the writing of the flights", () => {
  const asked = { ...NO_FILTERS, aircraft: ["ra-82030", "15406E", "P-999"], operator: ["air koryo"], airport: ["zkpy", "pyongyang sunan"], callsign: ["kor271"] };
  const settled = asWritten(ALL, asked);
  assert.deepEqual(settled.aircraft, ["RA-82030", "RA-82030", "P-999"]);
  assert.deepEqual([settled.operator, settled.airport, settled.callsign], [["Air Koryo"], ["ZKPY", "pyongyang sunan"], ["KOR271"]]);
});

test("a choice of type counts what it finds: designators and names that hold it", () => {
  const typed = [{ ...A, type: "A124", type_name: "An-124" }, { ...B, type: null, type_name: "An-124 (A124)" }, { ...C, type: "IL62", type_name: "Il-62M" }];
  const counts = countValues(typed, NO_FILTERS, "type");
  for (const [value, n] of counts) assert.equal(n, applyFilters(typed, { ...NO_FILTERS, type: [value] }).length);
});

test("without a date is a choice of its own", () => {
  assert.equal(ids({ undated: true }), "cccc");
  assert.deepEqual([...countValues(ALL, NO_FILTERS, "undated")], [[true, 1]]);
});

test("demonstration flights alone, without them, or both", () => {
  const simulated = { ...A, id: "demo", demonstration: true };
  const left = (demonstration) => applyFilters([A, simulated], { ...NO_FILTERS, demonstration }).map((flight) => flight.id);
  assert.deepEqual(left("only"), ["demo"]);
  assert.deepEqual(left("no"), ["aaaa"]);
  assert.deepEqual(left("all"), ["aaaa", "demo"]);
  assert.deepEqual(activeFilters({ ...NO_FILTERS, demonstration: "all" }), []);
});

test("each choice is counted under the other filters, and one that leaves nothing stays with 0", () => {
  const counts = countValues(ALL, { ...NO_FILTERS, class: ["observed"], aircraft: ["RA-82030"] }, "aircraft");
  assert.deepEqual([...counts], [["RA-82030", 1], ["P-885", 0], ["unknown", 0]]);
  assert.deepEqual([...countValues(ALL, { ...NO_FILTERS, aircraft: ["RA-82030"] }, "class")], [["reported", 1], ["observed", 1]]);
});

test("a flight from and to one airport is counted once for it", () => {
  const round = { ...A, origin: sunan, destination: sunan };
  assert.equal(countValues([round], NO_FILTERS, "airport").get("ZKPY"), 1);
});

test("nothing left is explained by the filters whose removal would help, the most helpful first", () => {
  const filters = { ...NO_FILTERS, aircraft: ["P-885"], class: ["observed"], direction: "inbound" };
  assert.deepEqual(explainEmpty(ALL, filters), [
    { name: "aircraft", without: 1 }, { name: "class", without: 1 }, { name: "direction", without: 0 },
  ]);
  assert.deepEqual(explainEmpty(ALL, { ...NO_FILTERS, aircraft: ["P-885"] }), []);
  const inFirstHours = (flight) => inWindow(flight, { start: 0, end: 12 });
  assert.deepEqual(explainEmpty(ALL, { ...NO_FILTERS, aircraft: ["P-885"] }, inFirstHours), [{ name: "aircraft", without: 2 }]);
});

test("a flight without a date is in no window, one that touches it is", () => {
  assert.equal(inWindow(C, { start: 0, end: 100 }), false);
  assert.equal(inWindow(A, { start: 10, end: 100 }), true);
  assert.equal(inWindow(B, { start: 0, end: 15 }), false);
});
