import assert from "node:assert/strict";
import { test } from "node:test";

import {
  NO_FILTERS, activeFilters, applyFilters, countValues, explainEmpty, inWindow, passes,
} from "../../static/flightmap/js/filters.js";

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

test("free text finds every word in any field, whatever its case, dashes or accents", () => {
  assert.equal(ids({ q: "ra82030" }), "aaaa bbbb");
  assert.equal(ids({ q: "РА-82030" }), ""); // Cyrillic letters are other letters
  assert.equal(ids({ q: "ан124 ZKPY" }), "bbbb");
  assert.equal(ids({ q: "kor271" }), "cccc");
  assert.equal(ids({ q: "15406E" }), "aaaa bbbb");
  assert.equal(ids({ q: "koryo vladivostok" }), "cccc");
  assert.equal(ids({ q: "   " }), "aaaa bbbb cccc dddd");
});

test("a date is found as it is spoken", () => {
  const dated = { ...A, start: Date.UTC(2024, 2, 20, 3) / 1000, end: Date.UTC(2024, 2, 20, 9) / 1000, date: { text: "" } };
  assert.equal(passes(dated, { ...NO_FILTERS, q: "march 2024" }), true);
  assert.equal(passes(dated, { ...NO_FILTERS, q: "april 2024" }), false);
});

test("demonstration flights alone, without them, or both", () => {
  const simulated = { ...A, id: "demo", demonstration: true };
  const left = (demonstration) => applyFilters([A, simulated], { ...NO_FILTERS, demonstration }).map((flight) => flight.id);
  assert.deepEqual(left("only"), ["demo"]);
  assert.deepEqual(left("no"), ["aaaa"]);
  assert.deepEqual(left("all"), ["aaaa", "demo"]);
  assert.deepEqual(activeFilters({ ...NO_FILTERS, demonstration: "all" }), []);
});

test("free text is text, not a pattern", () => {
  assert.equal(ids({ q: ".*" }), "");
  assert.equal(ids({ q: "(knevichi)" }), "aaaa bbbb cccc");
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
});

test("a flight without a date is in no window, one that touches it is", () => {
  assert.equal(inWindow(C, { start: 0, end: 100 }), false);
  assert.equal(inWindow(A, { start: 10, end: 100 }), true);
  assert.equal(inWindow(B, { start: 0, end: 15 }), false);
});
