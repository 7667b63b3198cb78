import assert from "node:assert/strict";
import { test } from "node:test";

import { plural } from "../../static/flightmap/js/timeline-words.js";

const RUSSIAN = { one: "{n} рейс", few: "{n} рейса", many: "{n} рейсов", other: "{n} рейсов" };

test("a Russian number takes the form of its last digits", () => {
  const said = [0, 1, 2, 5, 11, 12, 21, 22, 25, 111, 121].map((n) => plural(RUSSIAN, n, "ru"));
  assert.deepEqual(said, [
    "0 рейсов", "1 рейс", "2 рейса", "5 рейсов", "11 рейсов", "12 рейсов", "21 рейс", "22 рейса", "25 рейсов", "111 рейсов", "121 рейс",
  ]);
});

test("Korean has one form, and numbers are grouped as the language does", () => {
  assert.equal(plural({ other: "비행 {n}건" }, 1, "ko"), "비행 1건");
  assert.equal(plural({ other: "비행 {n}건" }, 12345, "ko"), "비행 12,345건");
  assert.equal(plural(RUSSIAN, 12345, "ru"), "12\u00a0345 рейсов");
});
