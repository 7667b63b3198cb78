import assert from "node:assert/strict";
import { test } from "node:test";

import { upTo } from "../../static/flightmap/js/corridor-evidence.js";
import { Places, SOURCE_SHAPES, marksAlong, sourcesOf } from "../../static/flightmap/js/source-marks.js";

const ADSB = 1;
const MLAT = 6;

test("marks stand every 24 px beside the line, to the right of the way flown", () => {
  const { marks, names } = marksAlong([0, 50, 100], [0, 0, 0], [ADSB, ADSB, ADSB]);
  assert.deepEqual(marks.map(({ x, y }) => [x, y]), [[0, 10], [24, 10], [48, 10], [72, 10], [96, 10]]);
  assert.deepEqual(names.map(({ x, source }) => [x, source]), [[0, ADSB]]);
  const [north] = marksAlong([0, 0], [100, 0], [ADSB, ADSB]).marks;
  assert.deepEqual([north.x, north.y], [10, 100]); // northward on a screen is up; right of it is east
});

test("a source is marked and named where it begins, however short it is", () => {
  const { marks, names } = marksAlong([0, 30, 33, 60], [0, 0, 0, 0], [ADSB, ADSB, MLAT, ADSB]);
  assert.deepEqual(marks.map(({ x, source }) => [x, source]), [[0, ADSB], [24, ADSB], [30, MLAT], [33, ADSB], [57, ADSB]]);
  assert.deepEqual(names.map(({ source }) => source), [ADSB, MLAT, ADSB]);
});

test("a thousand fixes on one spot leave one mark, as a lone fix does", () => {
  const still = new Float64Array(1000);
  assert.equal(marksAlong(still, still, new Uint8Array(1000).fill(MLAT)).marks.length, 1);
  assert.deepEqual(marksAlong([5], [5], [MLAT]).marks, [{ x: 15, y: 5, source: MLAT }]);
});

test("marks do not depend on how densely the line has fixes", () => {
  const dense = Array.from({ length: 101 }, (_, x) => x);
  const zeros = dense.map(() => 0);
  const { marks } = marksAlong(dense, zeros, dense.map(() => ADSB));
  assert.deepEqual(marks.map(({ x }) => Math.round(x)), [0, 24, 48, 72, 96]);
});

test("only sources of observed fixes are told of, the commonest first, and each has a shape of its own", () => {
  const stretches = [
    { class: "observed", source: Uint8Array.from([MLAT, ADSB, ADSB]) },
    { class: "estimated", source: Uint8Array.from([13, 13, 13, 13]) },
  ];
  assert.deepEqual(sourcesOf({ stretches }), [ADSB, MLAT]);
  assert.equal(new Set(SOURCE_SHAPES).size, SOURCE_SHAPES.length);
});

test("a place is given once", () => {
  const places = new Places();
  assert.equal(places.take({ x: 0, y: 0, width: 10, height: 10 }), true);
  assert.equal(places.take({ x: 9, y: 9, width: 10, height: 10 }), false);
  assert.equal(places.take({ x: 10, y: 0, width: 10, height: 10 }), true);
});

test("on the corridor map evidence is told as far as the flight is drawn", () => {
  const stretch = (...time) => ({ class: "observed", n: time.length, time: Float64Array.from(time), lon: Float64Array.from(time), lat: Float64Array.from(time), source: Uint8Array.from(time) });
  const path = { t0: 1000, stretches: [stretch(0, 10, 20), stretch(50, 60)] };
  const drawn = (epoch) => upTo(path, epoch).stretches.map(({ n, time }) => [n, time.at(-1)]);
  assert.deepEqual(drawn(999), []);
  assert.deepEqual(drawn(1010), [[2, 10]]);
  assert.deepEqual(drawn(1049), [[3, 20]]);
  assert.deepEqual(drawn(1060), [[3, 20], [2, 60]]);
});

test("what others have taken before has no room either", () => {
  const places = new Places([{ x: 0, y: 0, width: 40, height: 40 }]);
  assert.equal(places.take({ x: 39, y: 20, width: 100, height: 20 }), false);
  assert.equal(places.take({ x: 40, y: 20, width: 100, height: 20 }), true);
});
