import assert from "node:assert/strict";
import { test } from "node:test";

import { AxisLabels, paintAxis } from "../../static/flightmap/js/timeline-axis.js";

const at = (text) => Date.parse(text) / 1000;
/** A canvas that draws nothing; each sign is six pixels wide. */
const context = new Proxy({ measureText: (text) => ({ width: text.length * 6 }) }, {
  get: (target, name) => target[name] ?? (() => {}),
  set: () => true,
});
const links = (start, end) => paintAxis(context, { view: { start: at(start), end: at(end) }, width: 1200, palette: {}, labels: new AxisLabels("en"), font: "Sans", pointed: null });
const day = (time) => new Date(time * 1000).toISOString().slice(0, 10);
const named = (found) => found.map(({ start, end }) => `${day(start)} ${day(end)}`);

test("in a view of a decade each labelled year leads to that year", () => {
  const found = named(links("2016-06-01T00:00Z", "2026-06-01T00:00Z"));
  assert.ok(found.includes("2024-01-01 2025-01-01"));
  assert.ok(found.every((text) => /^(\d{4})-01-01 \d{4}-01-01$/.test(text)));
});

test("in a view of a year the labels lead to months, in one of a quarter to the year above them and to days", () => {
  assert.ok(named(links("2024-01-01T00:00Z", "2025-01-01T00:00Z")).includes("2024-03-01 2024-04-01"));
  const quarter = links("2024-02-20T00:00Z", "2024-04-10T00:00Z");
  assert.ok(named(quarter).includes("2024-03-01 2024-04-01"));
  assert.ok(named(quarter).includes("2024-03-11 2024-03-12"));
});

test("an hour's label leads nowhere, that of its day leads out to the whole day; what is shown already leads nowhere", () => {
  assert.deepEqual(named(links("2024-03-21T03:00Z", "2024-03-21T09:00Z")), ["2024-03-21 2024-03-22"]);
  assert.deepEqual(named(links("2024-03-21T20:00Z", "2024-03-22T04:00Z")), ["2024-03-21 2024-03-22", "2024-03-22 2024-03-23"]);
  assert.ok(!named(links("2024-03-01T00:00Z", "2024-04-01T00:00Z")).includes("2024-03-01 2024-04-01"));
});

test("labels that lead somewhere do not lie over one another", () => {
  const found = links("2024-02-20T00:00Z", "2024-04-10T00:00Z");
  for (const one of found) {
    for (const other of found) {
      if (one === other || one.y0 !== other.y0) continue;
      assert.ok(one.x1 <= other.x0 || other.x1 <= one.x0);
    }
  }
});
