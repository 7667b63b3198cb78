import assert from "node:assert/strict";
import { test } from "node:test";

import { epochOf, timeText } from "../../static/flightmap/js/admin-edit.js";

test("a time is read as UTC however much of it is written", () => {
  const expected = Date.UTC(2024, 2, 21, 6, 14, 0) / 1000;
  for (const text of ["2024-03-21 06:14", "2024-03-21T06:14:00Z", " 2024-03-21 06:14:00 "]) assert.equal(epochOf(text), expected);
  assert.equal(epochOf("2024-03-21 06:14:05.250"), expected + 5.25);
});

test("what is no time is none", () => {
  for (const text of ["", "yesterday", "2024-03-21", "2024-13-41 06:14", "06:14"]) assert.equal(epochOf(text), null);
});

test("a fix's time is written to the second and read back", () => {
  assert.equal(timeText(1711001645.4), "2024-03-21 06:14:05");
  assert.equal(epochOf(timeText(1711001645.4)), 1711001645);
});
