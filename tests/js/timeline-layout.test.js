import assert from "node:assert/strict";
import { test } from "node:test";

import {
  LONGEST_STAY, barsInView, buildBar, buildLanes, buildStays, extentOf, mergeBars,
} from "../../static/flightmap/js/timeline-layout.js";

let count = 0;
/** A summary with what the lanes read, over given fields. */
function flight(fields = {}) {
  count += 1;
  const { registration, ...rest } = fields;
  const aircraft = registration ? { key: registration, registration, type_name: "An-124", url: `/aircraft/${registration}/` } : null;
  return {
    id: `f${String(count).padStart(4, "0")}`, class: "observed", demonstration: false, aircraft, lane: registration ?? "unknown", origin: null,
    destination: null, departure: null, arrival: null, departure_basis: null, arrival_basis: null, start: 0, end: 3600, direction: null, gaps: [],
    ...rest,
  };
}
const airport = (icao) => ({ name: icao, icao, precision: "airport" });

test("seen aircraft come before simulated, reported and nameless ones, each group by name", () => {
  const lanes = buildLanes([
    flight({ lane: "unknown", class: "reported" }),
    flight({ registration: "P-885", class: "reported" }),
    flight({ registration: "DEMO-1", demonstration: true }),
    flight({ lane: "type:A124", class: "reported" }),
    flight({ registration: "P-632" }),
    flight({ registration: "RA-82030" }),
    flight({ registration: "DEMO-10", demonstration: true }),
    flight({ registration: "DEMO-2", demonstration: true }),
  ]);
  assert.deepEqual(lanes.map((lane) => lane.key), ["P-632", "RA-82030", "DEMO-1", "DEMO-2", "DEMO-10", "P-885", "type:A124", "unknown"]);
});

test("the order of the lanes does not depend on the order of the flights", () => {
  const flights = ["P-885", "RA-82030", "P-632"].map((registration) => flight({ registration }));
  const keys = (list) => buildLanes(list).map((lane) => lane.key);
  assert.deepEqual(keys(flights), keys([...flights].reverse()));
});

test("a flight without a date goes to the bin and has no bar", () => {
  const dated = flight({ registration: "P-632" });
  const undated = flight({ registration: "P-632", class: "reported", start: null, end: null });
  const [lane] = buildLanes([undated, dated]);
  assert.deepEqual(lane.undated, [undated]);
  assert.deepEqual(lane.bars.map((bar) => bar.flight), [dated]);
});

test("an aircraft with undated flights only still has its lane", () => {
  const [lane] = buildLanes([flight({ registration: "P-881", start: null, end: null })]);
  assert.equal(lane.title, "P-881");
  assert.equal(lane.bars.length, 0);
  assert.equal(lane.levels, 1);
});

test("two reports of one day lie one under the other, flights one after the other on one level", () => {
  const day = { class: "reported", start: 0, end: 86400 };
  const [same] = buildLanes([flight({ registration: "P-885", ...day }), flight({ registration: "P-885", ...day })]);
  assert.deepEqual(same.bars.map((bar) => bar.level), [0, 1]);
  assert.equal(same.levels, 2);
  const [after] = buildLanes([flight({ registration: "P-885", start: 0, end: 10 }), flight({ registration: "P-885", start: 10, end: 20 })]);
  assert.equal(after.levels, 1);
});

test("a report of a month does not push the flight seen in it down", () => {
  const month = flight({ registration: "P-632", class: "reported", start: 0, end: 30 * 86400 });
  const seen = flight({ registration: "P-632", start: 5 * 86400, end: 5 * 86400 + 7200 });
  const [lane] = buildLanes([month, seen]);
  assert.equal(lane.bars.find((bar) => bar.flight === seen).level, 0);
  assert.equal(lane.bars.find((bar) => bar.flight === month).level, 1);
});

test("twenty reports of one day do not make a lane twenty rows high", () => {
  const [lane] = buildLanes(Array.from({ length: 20 }, () => flight({ registration: "P-632", class: "reported", start: 0, end: 86400 })));
  assert.equal(lane.levels, 4);
  assert.equal(lane.bars.length, 20);
});

test("interior gaps lie within the bar", () => {
  const bar = buildBar(flight({ gaps: [{ kind: "interior", start: 1000, end: 2000 }] }));
  assert.deepEqual([bar.start, bar.end, bar.openStart, bar.openEnd], [0, 3600, false, false]);
  assert.deepEqual(bar.gaps, [{ start: 1000, end: 2000 }]);
});

test("a leading or trailing gap with no known end opens the bar and never lengthens it", () => {
  const bar = buildBar(flight({ gaps: [{ kind: "leading", start: null, end: 0 }, { kind: "trailing", start: 3600, end: null }] }));
  assert.deepEqual([bar.start, bar.end, bar.openStart, bar.openEnd], [0, 3600, true, true]);
  assert.deepEqual(bar.gaps, []);
});

test("a trailing gap up to a known arrival is a gap of the bar", () => {
  const bar = buildBar(flight({ gaps: [{ kind: "trailing", start: 3600, end: 5400 }] }));
  assert.deepEqual([bar.end, bar.openEnd], [5400, false]);
  assert.deepEqual(bar.gaps, [{ start: 3600, end: 5400 }]);
});

test("a stay needs an arrival and a departure known at one airport", () => {
  const arriving = flight({ arrival: 3600, arrival_basis: "observed", destination: airport("ZKPY"), direction: "outbound" });
  const leaving = flight({ start: 9000, end: 12000, departure: 9000, departure_basis: "observed", origin: airport("ZKPY") });
  assert.deepEqual(buildStays([arriving, leaving]), [
    { start: 3600, end: 9000, place: arriving.destination, observed: true, direction: "outbound" },
  ]);
  assert.deepEqual(buildStays([arriving, { ...leaving, origin: airport("UHWW") }]), []);
  assert.deepEqual(buildStays([{ ...arriving, arrival: null }, leaving]), []);
  assert.deepEqual(buildStays([arriving, { ...leaving, departure: null }]), []);
});

test("an estimated arrival makes a stay that is not observed", () => {
  const arriving = flight({ arrival: 3600, arrival_basis: "estimated", destination: airport("ZKPY") });
  const leaving = flight({ start: 9000, end: 12000, departure: 9000, departure_basis: "observed", origin: airport("ZKPY") });
  assert.equal(buildStays([arriving, leaving])[0].observed, false);
});

test("nobody knows where an aircraft was for a month between two flights: no stay", () => {
  const arriving = flight({ arrival: 3600, destination: airport("ZKPY") });
  const leaving = flight({ departure: 3600 + LONGEST_STAY + 1, origin: airport("ZKPY") });
  assert.deepEqual(buildStays([arriving, leaving]), []);
});

test("a place known only as a country is no place to stay at", () => {
  const country = { name: "North Korea", icao: "ZKPY", precision: "country" };
  const arriving = flight({ arrival: 3600, destination: country });
  const leaving = flight({ departure: 9000, origin: country });
  assert.deepEqual(buildStays([arriving, leaving]), []);
});

test("bunched bars below two pixels become one, a wide bar stays itself", () => {
  const place = (x0, x1) => ({ bar: { id: x0 }, x0, x1 });
  const items = mergeBars([place(0, 1), place(1.5, 2.5), place(3, 4.5), place(5, 30), place(30.5, 31), place(40, 41)]);
  assert.deepEqual(items.map(({ x0, x1, bars }) => [x0, x1, bars.length]), [[0, 4.5, 3], [5, 30, 1], [30.5, 31, 1], [40, 41, 1]]);
});

test("bars in view are found the same by halving as by looking at each", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const flights = Array.from({ length: 400 }, () => {
    const start = Math.floor(random() * 1e6);
    return flight({ registration: "P-632", class: "reported", start, end: start + Math.floor(random() ** 4 * 2e5) });
  });
  const [lane] = buildLanes(flights);
  for (let n = 0; n < 200; n += 1) {
    const start = random() * 1.1e6;
    const view = { start, end: start + random() * 5e4 };
    const expected = lane.bars.filter((bar) => bar.start <= view.end && bar.end >= view.start).map((bar) => bar.flight.id).sort();
    assert.deepEqual(barsInView(lane, view).map((bar) => bar.flight.id).sort(), expected);
  }
});

test("the extent leaves undated flights out, and none makes none", () => {
  assert.deepEqual(extentOf([flight({ start: 5, end: 9 }), flight({ start: null, end: null }), flight({ start: 2, end: 7 })]), { start: 2, end: 9 });
  assert.equal(extentOf([flight({ start: null, end: null })]), null);
});
