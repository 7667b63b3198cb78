import assert from "node:assert/strict";
import { test } from "node:test";

import { windowBetween } from "../../static/flightmap/js/timeline-overview-hands.js";
import { densityOf } from "../../static/flightmap/js/timeline-overview.js";

const LIMITS = { start: 0, end: 1000 };
const flight = (middle, more = {}) => ({ class: "observed", demonstration: false, start: middle - 5, end: middle + 5, ...more });

test("flights of a few pixels are counted together, by what is known of them", () => {
  const flights = [
    flight(100), flight(101), flight(102, { class: "reported" }), flight(102.5, { demonstration: true }),
    flight(500, { class: "reported" }), flight(900), { ...flight(1), start: null, end: null },
  ];
  assert.deepEqual(densityOf(flights, LIMITS, 1000), [
    { x: 100, observed: 2, reported: 1, simulated: 1 },
    { x: 500, observed: 0, reported: 1, simulated: 0 },
    { x: 900, observed: 1, reported: 0, simulated: 0 },
  ]);
});

test("no flight is lost or counted twice, at any width, in whatever order they come", () => {
  const flights = Array.from({ length: 2000 }, (_, n) => flight((n * 7919) % 1000, n % 3 ? {} : { class: "reported" }));
  for (const width of [1, 320, 1111.5]) {
    const columns = densityOf(flights, LIMITS, width);
    assert.equal(columns.reduce((sum, { observed, reported }) => sum + observed + reported, 0), 2000);
    assert.ok(columns.every(({ x }, n) => n === 0 || x > columns[n - 1].x));
    assert.ok(columns.length <= width / 4 + 1);
  }
});

test("a window is drawn in either direction, not past what there is, and never shorter than the closest look", () => {
  const limits = { start: 0, end: 100_000 };
  assert.deepEqual(windowBetween(20_000, 50_000, limits), { start: 20_000, end: 50_000 });
  assert.deepEqual(windowBetween(50_000, 20_000, limits), { start: 20_000, end: 50_000 });
  assert.deepEqual(windowBetween(90_000, 130_000, limits), { start: 90_000, end: 100_000 });
  assert.deepEqual(windowBetween(40_000, 40_100, limits), { start: 39_900, end: 40_200 });
  assert.deepEqual(windowBetween(0, 10, limits), { start: 0, end: 300 });
});
