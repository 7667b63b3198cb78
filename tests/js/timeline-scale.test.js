import assert from "node:assert/strict";
import { test } from "node:test";

import {
  DAY, HOUR, SHORTEST, YEAR, calendarUnit, clampView, padInterval, panView, stepView, ticks, timeToX, unitOf, wholeUnit, xToTime, zoomView,
} from "../../static/flightmap/js/timeline-scale.js";

const at = (text) => Date.parse(text) / 1000;
const iso = ({ time }) => new Date(time * 1000).toISOString().slice(0, 16);
const LIMITS = { start: at("2018-01-01T00:00Z"), end: at("2027-01-01T00:00Z") };

test("pixel and time are each other's inverse", () => {
  const view = { start: 1_700_000_000, end: 1_700_086_400 };
  assert.equal(timeToX(view.start, view, 800), 0);
  assert.equal(timeToX(view.end, view, 800), 800);
  assert.equal(xToTime(timeToX(1_700_012_345, view, 800), view, 800), 1_700_012_345);
});

test("zooming keeps the moment under the pointer under the pointer", () => {
  const view = { start: at("2024-03-01T00:00Z"), end: at("2024-03-31T00:00Z") };
  const around = at("2024-03-20T12:00Z");
  const closer = zoomView(view, 0.5, around, LIMITS);
  assert.equal(closer.end - closer.start, 15 * DAY);
  assert.ok(Math.abs(timeToX(around, closer, 1000) - timeToX(around, view, 1000)) < 1e-6);
});

test("zooming stops at five minutes and at the limits", () => {
  const view = { start: at("2024-03-01T00:00Z"), end: at("2024-03-02T00:00Z") };
  const closest = zoomView(view, 1e-9, view.start + 100, LIMITS);
  assert.ok(Math.abs(closest.end - closest.start - SHORTEST) < 1e-6);
  assert.deepEqual(zoomView(view, 1e9, view.start + 100, LIMITS), LIMITS);
});

test("a view moved past the limits stops there and keeps its span", () => {
  const view = { start: at("2018-02-01T00:00Z"), end: at("2018-03-01T00:00Z") };
  assert.deepEqual(panView(view, -1000 * DAY, LIMITS), { start: LIMITS.start, end: LIMITS.start + 28 * DAY });
  assert.deepEqual(panView(view, 10_000 * DAY, LIMITS), { start: LIMITS.end - 28 * DAY, end: LIMITS.end });
});

test("a view the wrong way round or of no length becomes one that can be drawn", () => {
  const view = clampView({ start: at("2024-03-01T00:00Z"), end: at("2024-03-01T00:00Z") }, LIMITS);
  assert.equal(view.end - view.start, SHORTEST);
});

test("a flight is framed with a margin, a moment with half an hour", () => {
  assert.deepEqual(padInterval({ start: 0, end: 100_000 }, 0.1), { start: -10_000, end: 110_000 });
  assert.deepEqual(padInterval({ start: 1000, end: 1000 }), { start: 100, end: 1900 });
});

test("ten years have a tick each year and nothing coarser", () => {
  const axis = ticks({ start: at("2018-06-01T00:00Z"), end: at("2027-06-01T00:00Z") }, 1000);
  assert.equal(axis.unit, "year");
  assert.deepEqual(axis.minor.map(iso).slice(0, 2), ["2019-01-01T00:00", "2020-01-01T00:00"]);
  assert.deepEqual(axis.major, []);
});

test("a month's ticks are the same dates wherever the view begins", () => {
  const width = 1000;
  const first = ticks({ start: at("2024-01-20T00:00Z"), end: at("2024-04-05T00:00Z") }, width).minor.map(iso);
  const moved = ticks({ start: at("2024-01-23T05:00Z"), end: at("2024-04-08T05:00Z") }, width).minor.map(iso);
  assert.deepEqual(first.filter((tick) => moved.includes(tick)), moved.filter((tick) => first.includes(tick)));
  assert.ok(first.includes("2024-02-01T00:00") && first.includes("2024-03-01T00:00"));
});

test("labels never come closer than asked, except for a month's last, shortened step", () => {
  for (let hours = 1; hours < 24 * 365 * 9; hours *= 1.3) {
    const view = { start: at("2023-12-27T03:21Z"), end: at("2023-12-27T03:21Z") + hours * HOUR };
    const { minor } = ticks(view, 1000, 64);
    for (let n = 1; n < minor.length; n += 1) {
      const distance = timeToX(minor[n].time, view, 1000) - timeToX(minor[n - 1].time, view, 1000);
      assert.ok(distance >= 64 * 0.7, `${distance} px at ${hours} h`);
    }
  }
});

test("a view of three days has midnights as its coarse ticks, the first before the view", () => {
  const axis = ticks({ start: at("2024-03-20T06:00Z"), end: at("2024-03-22T20:00Z") }, 1000);
  assert.equal(axis.parent, "day");
  assert.deepEqual(axis.major.map(iso), ["2024-03-20T00:00", "2024-03-21T00:00", "2024-03-22T00:00"]);
  assert.equal(axis.minor[0].time, at("2024-03-20T06:00Z"));
});

test("the leap day and times before 1970 are where the calendar has them", () => {
  assert.ok(ticks({ start: at("2024-02-25T00:00Z"), end: at("2024-03-04T00:00Z") }, 1000).minor.map(iso).includes("2024-02-29T00:00"));
  assert.deepEqual(
    ticks({ start: at("1967-06-01T00:00Z"), end: at("1971-06-01T00:00Z") }, 300).minor.map(iso),
    ["1968-01-01T00:00", "1969-01-01T00:00", "1970-01-01T00:00", "1971-01-01T00:00"],
  );
});

test("a span is named by the unit button that would show it", () => {
  assert.equal(unitOf(HOUR), "hour");
  assert.equal(unitOf(20 * HOUR), "day");
  assert.equal(unitOf(10 * HOUR), "day");
  assert.equal(unitOf(4 * HOUR), "hour");
  assert.equal(unitOf(7 * DAY), "month");
  assert.equal(unitOf(28 * DAY), "month");
  assert.equal(unitOf(9 * YEAR), "year");
});

const span = (start, end) => ({ start: at(start), end: at(end) });

test("a moment's unit is the calendar's, leap days and the turn of the year included", () => {
  const moment = at("2024-02-29T23:59:59Z");
  assert.deepEqual(calendarUnit("year", moment), span("2024-01-01T00:00Z", "2025-01-01T00:00Z"));
  assert.deepEqual(calendarUnit("month", moment), span("2024-02-01T00:00Z", "2024-03-01T00:00Z"));
  assert.deepEqual(calendarUnit("day", moment), span("2024-02-29T00:00Z", "2024-03-01T00:00Z"));
  assert.deepEqual(calendarUnit("hour", moment), span("2024-02-29T23:00Z", "2024-03-01T00:00Z"));
  assert.deepEqual(calendarUnit("day", at("2024-12-31T00:00Z")), span("2024-12-31T00:00Z", "2025-01-01T00:00Z"));
});

test("a step from a month goes to the next month, however long, and back again", () => {
  const january = span("2024-01-01T00:00Z", "2024-02-01T00:00Z");
  assert.equal(wholeUnit(january), "month");
  assert.deepEqual(stepView(january, 1), span("2024-02-01T00:00Z", "2024-03-01T00:00Z"));
  assert.deepEqual(stepView(stepView(january, 1), -1), january);
  assert.deepEqual(stepView(january, -1), span("2023-12-01T00:00Z", "2024-01-01T00:00Z"));
});

test("a step from what is no whole unit goes on by as much time", () => {
  const view = span("2024-01-01T06:00Z", "2024-01-03T06:00Z");
  assert.equal(wholeUnit(view), null);
  assert.deepEqual(stepView(view, -1), span("2023-12-30T06:00Z", "2024-01-01T06:00Z"));
});
