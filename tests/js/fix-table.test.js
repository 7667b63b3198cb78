import assert from "node:assert/strict";
import { test } from "node:test";
import { unobservedTimes } from "../../static/flightmap/js/chart-data.js";
import { FixRows, asText, fixFrom, gapsBefore } from "../../static/flightmap/js/fix-rows.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, 40]);

const named = (path, unobserved) => [...gapsBefore(path, unobserved)].map(([at, gaps]) => [at, gaps.map(({ gap }) => gap)]);

test("a gap is named where it begins: after its last observed fix, before the estimates within it", () => {
  const path = makePath("f", T0, [{ rows: rows(0, 5) }, { class: "estimated", rows: rows(20, 30) }, { rows: rows(400, 410) }, { class: "estimated", rows: rows(411, 420) }]);
  const interior = { kind: "interior", start: T0 + 5.04, end: T0 + 400 };
  assert.deepEqual(named(path, unobservedTimes(path, [interior])), [[1, [interior]]]);
});

test("an open gap stands before the first or after the last observed fix", () => {
  const path = makePath("f", T0, [{ class: "estimated", rows: rows(0, 1) }, { rows: rows(10, 20) }]);
  const leading = { kind: "leading", start: null, end: T0 + 10 };
  const trailing = { kind: "trailing", start: T0 + 20, end: null };
  const unobserved = [{ start: T0, end: T0 + 10, gap: leading }, { start: T0 + 20, end: T0 + 900, gap: trailing }];
  assert.deepEqual(named(path, unobserved), [[0, [leading]], [2, [trailing]]]);
});

test("a change of class without a gap has no gap to name", () => {
  const path = makePath("f", T0, [{ rows: rows(0, 5) }, { class: "estimated", rows: rows(14, 14) }, { rows: rows(15, 20) }]);
  assert.equal(gapsBefore(path, unobservedTimes(path, [])).size, 0);
});

const gapped = () => {
  const path = makePath("f", T0, [{ rows: [[0, 130, 40], [1, 131, 42]] }, { class: "estimated", rows: [[5, 132, 41]] }, { rows: [[60, 133, 39]] }]);
  path.stretches[0].altitude.set([300, NaN]);
  path.stretches[1].altitude.set([100]);
  path.stretches[2].altitude.set([200]);
  const gap = { kind: "interior", start: T0 + 1, end: T0 + 60 };
  return { path, rows: new FixRows(path, unobservedTimes(path, [gap])) };
};

test("in the order of time gaps and changes of class stand between the fixes; in any other order there are only fixes", () => {
  const { rows } = gapped();
  // The gap and "estimated from here" before the second stretch, "observed from here" before the third.
  assert.deepEqual([...rows.order()], [0, 1, -1, -2, 2, -3, 3]);
  assert.deepEqual(rows.notes.map(({ kind }) => kind), ["gap", "estimated", "observed"]);
  assert.deepEqual([...rows.order("time", true)], [3, 2, 1, 0]);
  assert.deepEqual([...rows.order("lat")], [3, 0, 2, 1]);
  assert.deepEqual([...rows.order("class")], [0, 1, 3, 2], "among equals time decides");
});

test("what the file does not give comes last, whichever way a column is sorted", () => {
  const { rows } = gapped();
  assert.deepEqual([...rows.order("altitude")], [2, 3, 0, 1]);
  assert.deepEqual([...rows.order("altitude", true)], [0, 3, 2, 1]);
});

test("a moment has the row of the fix before it, in a gap that of the gap, before the first fix none", () => {
  const { rows } = gapped();
  assert.deepEqual([-1, 0, 0.5, 1, 3, 5, 30, 60, 99].map((t) => rows.rowAt(T0 + t)), [null, 0, 0, 1, -1, 2, -1, 3, 3]);
  assert.deepEqual([0, 1, 2, 3].map((row) => rows.timeOf(row) - T0), [0, 1, 5, 60]);
});

test("the copied table has a line a row in its order, with units in its head and nothing where nothing is known", () => {
  const { rows } = gapped();
  const words = { head: ["a", "b"], note: ({ kind }) => `(${kind})`, kinds: ["", "pressure", "geometric", "?"], sources: ["unknown", "ADS-B"], observed: "observed", estimated: "estimated", yes: "yes" };
  const lines = asText(rows, rows.order(), words).split("\n");
  assert.equal(lines.length, 9);
  assert.deepEqual([lines[0], lines[3], lines[8]], ["a\tb", "(gap)", ""]);
  const cells = lines[1].split("\t");
  assert.deepEqual(cells.slice(0, 5), [new Date(T0 * 1000).toISOString(), "40.00000", "130.00000", "300", "984"]);
  assert.deepEqual(lines[2].split("\t").slice(3, 6), ["", "", ""], "an unknown altitude is no zero");
  assert.ok(lines[5].endsWith("estimated"));
});

test("arrows lead from fix to fix: over what stands between them, and not past the first or the last", () => {
  const order = Int32Array.of(-1, 0, 1, -2, -3, 2, 3, -4);
  assert.deepEqual([1, 2, 5, 6].map((at) => fixFrom(order, at, 1)), [2, 5, 6, 6]);
  assert.deepEqual([1, 2, 5, 6].map((at) => fixFrom(order, at, -1)), [1, 1, 2, 5]);
  assert.deepEqual([fixFrom(order, 1, 2), fixFrom(order, 6, -2), fixFrom(order, 5, -99), fixFrom(order, 2, 99)], [5, 2, 1, 6]);
  assert.deepEqual([fixFrom(order, 5, -Infinity), fixFrom(order, 2, Infinity)], [1, 6]);
});
