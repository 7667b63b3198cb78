import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ZONES, beside, duration, offsetName, utc, zoned } from "../../static/flightmap/js/time-format.js";

const DURATIONS = JSON.parse(readFileSync(new URL("../duration_cases.json", import.meta.url), "utf8"));

const at = (iso) => Date.parse(iso) / 1000;

test("Pyongyang stood half an hour behind Seoul until 4 May 2018, 23:30, which was then midnight", () => {
  assert.equal(offsetName(at("2018-05-04T14:59:59Z"), ZONES.pyongyang), "UTC+08:30");
  assert.equal(offsetName(at("2018-05-04T15:00:00Z"), ZONES.pyongyang), "UTC+09:00");
  assert.deepEqual(zoned(at("2018-05-04T14:59:59Z"), ZONES.pyongyang), { date: "2018-05-04", time: "23:29:59", minute: "23:29" });
  assert.deepEqual(zoned(at("2018-05-04T15:00:00Z"), ZONES.pyongyang), { date: "2018-05-05", time: "00:00:00", minute: "00:00" });
});

test("Vladivostok has stood at UTC+10 since 26 October 2014 and at UTC+11 before", () => {
  assert.equal(offsetName(at("2024-07-01T00:00:00Z"), ZONES.vladivostok), "UTC+10:00");
  assert.equal(offsetName(at("2014-07-01T00:00:00Z"), ZONES.vladivostok), "UTC+11:00");
});

test("UTC is written with its date, seconds rounded down, midnight as 00", () => {
  assert.equal(utc(at("2024-03-21T00:00:00Z")), "2024-03-21 00:00:00");
  assert.equal(utc(at("2024-03-21T12:59:59Z") + 0.999), "2024-03-21 12:59:59");
  assert.equal(utc(-0.5), "1969-12-31 23:59:59");
});

test("a clock beside UTC marks another day", () => {
  assert.equal(beside(at("2024-03-21T04:12:00Z"), ZONES.pyongyang), "13:12");
  assert.equal(beside(at("2024-03-21T15:12:00Z"), ZONES.pyongyang), "00:12 (+1 d)");
});

test("a duration is told in its two largest units, as the server tells it", () => {
  for (const [seconds, words] of DURATIONS) assert.equal(duration(seconds), words, `${seconds} s`);
  assert.equal(duration(-7500), "2 h 5 min");
});
