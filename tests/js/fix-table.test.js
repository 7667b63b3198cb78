import assert from "node:assert/strict";
import { test } from "node:test";
import { unobservedTimes } from "../../static/flightmap/js/chart-data.js";
import { gapsBefore } from "../../static/flightmap/js/fix-table.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, 40]);

test("a gap is named where it begins: after its last observed fix, before the estimates within it", () => {
  const path = makePath("f", T0, [{ rows: rows(0, 5) }, { class: "estimated", rows: rows(20, 30) }, { rows: rows(400, 410) }, { class: "estimated", rows: rows(411, 420) }]);
  const interior = { kind: "interior", start: T0 + 5.04, end: T0 + 400 };
  assert.deepEqual([...gapsBefore(path, unobservedTimes(path, [interior]))], [[1, [interior]]]);
});

test("an open gap stands before the first or after the last observed fix", () => {
  const path = makePath("f", T0, [{ class: "estimated", rows: rows(0, 1) }, { rows: rows(10, 20) }]);
  const leading = { kind: "leading", start: null, end: T0 + 10 };
  const trailing = { kind: "trailing", start: T0 + 20, end: null };
  const unobserved = [{ start: T0, end: T0 + 10, gap: leading }, { start: T0 + 20, end: T0 + 900, gap: trailing }];
  assert.deepEqual([...gapsBefore(path, unobserved)], [[0, [leading]], [2, [trailing]]]);
});

test("a change of class without a gap has no gap to name", () => {
  const path = makePath("f", T0, [{ rows: rows(0, 5) }, { class: "estimated", rows: rows(14, 14) }, { rows: rows(15, 20) }]);
  assert.equal(gapsBefore(path, unobservedTimes(path, [])).size, 0);
});
