import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, decodePaths, firstObserved, fixBefore } from "../../static/flightmap/js/path.js";
import { momentOf, positionAt, turnBetween } from "../../static/flightmap/js/path-moment.js";
import { arc, between, distance } from "../../static/flightmap/js/great-circle.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;

test("the checksum is CRC-32: of '123456789' it is the published check value", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("what is no message of paths is refused in words", () => {
  assert.throws(() => decodePaths(new TextEncoder().encode("<html>Bad gateway</html>")), /does not begin with FMP1/);
  assert.throws(() => decodePaths(new ArrayBuffer(0)), /does not begin with FMP1/);
});

test("a flight begins to be seen at its first observed fix, not at an estimate before it", () => {
  const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, 40]);
  const late = makePath("f", T0, [{ class: "estimated", rows: rows(0, 0) }, { rows: rows(9, 12) }]);
  assert.equal(positionAt(late, firstObserved(late)).class, "observed");
  assert.ok(Math.abs(firstObserved(late) - (T0 + 9)) < 0.01);
  assert.equal(firstObserved(makePath("f", T0, [{ rows: rows(3, 5) }])), T0 + 3);
});

test("the fix before a time is found from any starting place", () => {
  const time = Float64Array.from([0, 1, 1, 5, 9, 9.5, 12, 13, 20, 21, 22, 23, 24, 30]);
  for (let t = -1; t < 32; t += 0.25) {
    const expected = time.findLastIndex((value) => value <= t);
    for (let from = -1; from < time.length; from++) assert.equal(fixBefore(time, t, from), expected, `${t} from ${from}`);
  }
});

test("a moment is before, at a fix, in a gap or after", () => {
  const path = makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 41]] }, { rows: [[100, 133, 42]] }]);
  assert.equal(momentOf(path, T0 - 0.1).state, "before");
  assert.deepEqual(momentOf(path, T0 + 2.5), { state: "fix", stretch: 0, fix: 0, share: 0.25 });
  assert.equal(momentOf(path, T0 + 50).state, "gap");
  assert.deepEqual(momentOf(path, T0 + 100), { state: "fix", stretch: 1, fix: 0, share: 0 });
  assert.equal(momentOf(path, T0 + 101).state, "after");
});

test("a position is between the fixes around it, and there is none in a gap", () => {
  const path = makePath("f", T0, [{ rows: [[0, 130, 40, 350], [10, 131, 41, 10]] }, { rows: [[100, 133, 42]] }]);
  const position = positionAt(path, T0 + 5);
  assert.deepEqual([position.lon, position.lat, position.angle], [130.5, 40.5, 0]);
  assert.ok(Number.isNaN(position.altitude), "an unknown altitude stays unknown");
  assert.equal(positionAt(path, T0 + 11), null);
  assert.equal(positionAt(path, T0 + 99), null);
});

test("across the antimeridian a position goes the short way", () => {
  const path = makePath("f", T0, [{ rows: [[0, 179, 50], [10, -179, 50]] }]);
  assert.equal(positionAt(path, T0 + 5).lon, 180);
});

test("angles turn the short way and an unknown one makes the angle between unknown", () => {
  assert.equal(turnBetween(350, 10, 0.25), 355);
  assert.equal(turnBetween(10, 350, 0.75), 355);
  assert.ok(Number.isNaN(turnBetween(NaN, 10, 0.5)));
});

test("great-circle distance of Vladivostok and Pyongyang agrees with the cosine rule", () => {
  // UHWW 43.399° N 132.148° E, ZKPY 39.224° N 125.670° E: central angle worked by hand from the cosine rule,
  // cos c = sin φ1 sin φ2 + cos φ1 cos φ2 cos Δλ.
  const rad = Math.PI / 180;
  const cosine =
    Math.sin(43.399 * rad) * Math.sin(39.224 * rad) + Math.cos(43.399 * rad) * Math.cos(39.224 * rad) * Math.cos(6.478 * rad);
  assert.ok(Math.abs(distance(132.148, 43.399, 125.67, 39.224) - Math.acos(cosine) * 6371008.8) < 0.01);
});

test("points of an arc are evenly apart and lie on the great circle", () => {
  const points = arc(132.148, 43.399, -122.375, 37.619); // over the antimeridian
  const total = distance(132.148, 43.399, -122.375, 37.619);
  for (let i = 1; i < points.length; i++) {
    const step = distance(points[i - 1].lon, points[i - 1].lat, points[i].lon, points[i].lat);
    assert.ok(Math.abs(step - total / (points.length - 1)) < 1);
    assert.ok(points[i].lon > points[i - 1].lon, "longitudes run on eastward past 180");
  }
  assert.ok(Math.abs(points.at(-1).lon - 237.625) < 1e-9);
});

test("the middle of a quarter of the equator, of a meridian over the pole, and of no way at all", () => {
  assert.deepEqual(between(0, 0, 90, 0, 0.5).map((value) => Math.round(value * 1e9) / 1e9), [45, 0]);
  assert.ok(Math.abs(between(0, 80, 180, 80, 0.5)[1] - 90) < 1e-9);
  assert.deepEqual(between(10, 20, 10, 20, 0.5), [10, 20]);
});

test("between antipodes some shortest way is taken, and it is one", () => {
  const [lon, lat] = between(0, 0, 180, 0, 0.5);
  assert.ok(Math.abs(distance(0, 0, lon, lat) - distance(lon, lat, 180, 0)) < 1);
});
