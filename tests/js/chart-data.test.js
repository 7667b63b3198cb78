import assert from "node:assert/strict";
import { test } from "node:test";
import { chartData, loneValues, unobservedTimes } from "../../static/flightmap/js/chart-data.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, 40]);

function path(stretches, altitude = 3048, kind = 1) {
  const made = makePath("f", T0, stretches);
  for (const stretch of made.stretches) {
    stretch.altitude.fill(altitude);
    stretch.altitudeKind.fill(kind);
    stretch.speed.fill(450);
  }
  return made;
}

test("altitude is in feet and speed in knots, at the epoch second of each fix", () => {
  const { columns } = chartData(path([{ rows: rows(0, 2) }]));
  assert.deepEqual(columns[0], [T0, T0 + 1, T0 + 2]);
  assert.ok(columns[1].every((feet) => Math.abs(feet - 10000) < 0.01));
  assert.deepEqual(columns[2], [450, 450, 450]);
});

test("across a gap the lines break and the time is named as not observed", () => {
  const gaps = [{ start: T0 + 1, end: T0 + 100 }];
  const { columns, unobserved } = chartData(path([{ rows: rows(0, 1) }, { rows: rows(100, 101) }]), gaps);
  assert.deepEqual(columns[2], [450, 450, null, 450, 450]);
  assert.deepEqual(unobserved, [{ start: T0 + 1, end: T0 + 100, gap: gaps[0] }]);
  assert.deepEqual(columns[0], [...columns[0]].sort((a, b) => a - b));
});

test("what a tracker estimated has columns of its own, and a change of class alone is no gap", () => {
  const { columns, unobserved } = chartData(path([{ rows: rows(0, 1) }, { class: "estimated", rows: rows(2, 3) }, { rows: rows(4, 5) }]));
  assert.deepEqual(columns[2].filter((value) => value !== null).length, 4);
  assert.deepEqual(columns[4].filter((value) => value !== null).length, 2);
  assert.deepEqual(unobserved, []);
});

test("an unknown altitude is a break in that line only, never a zero", () => {
  const made = path([{ rows: rows(0, 2) }]);
  made.stretches[0].altitude[1] = NaN;
  const { columns } = chartData(made);
  assert.equal(columns[1][1], null);
  assert.equal(columns[2][1], 450);
});

test("where altitude changes from pressure to geometric the line breaks, and both kinds are named", () => {
  const made = path([{ rows: rows(0, 3) }]);
  made.stretches[0].altitudeKind.set([1, 1, 2, 2]);
  const { columns, kinds } = chartData(made);
  assert.equal(columns[1].indexOf(null), 2);
  assert.deepEqual([...kinds], [1, 2]);
});

test("an open gap reaches as far as the path does, and one outside the path is left out", () => {
  const made = path([{ class: "estimated", rows: rows(0, 1) }, { rows: rows(3, 5) }, { class: "estimated", rows: rows(8, 9) }]);
  const gaps = [{ start: T0 + 5, end: null }, { start: null, end: T0 + 3 }];
  assert.deepEqual(unobservedTimes(made, gaps).map(({ start, end }) => [start - T0, end - T0]), [[0, 3], [5, 9]]);
  const observed = path([{ rows: rows(0, 5) }]);
  assert.deepEqual(unobservedTimes(observed, [{ start: null, end: T0 }, { start: T0 + 5, end: null }]), []);
});

test("values alone between unknown ones are found, so that they can be shown as points", () => {
  assert.deepEqual(loneValues([1, null, 2, 3, null, 4, null]), [0, 5]);
});
