import assert from "node:assert/strict";
import { test } from "node:test";
import { graticuleLines, graticuleStep, meridianName, parallelName } from "../../static/flightmap/js/graticule.js";

const WORDS = { north: "N", south: "S", east: "E", west: "W" };

test("meridians never stand closer than a hundred pixels, from zoom 2 to 16", () => {
  for (let zoom = 2; zoom <= 16; zoom++) {
    const pixels = (graticuleStep(zoom) * 256 * 2 ** zoom) / 360;
    assert.ok(zoom < 3 || pixels >= 100, `zoom ${zoom}: ${pixels}`);
  }
  assert.equal(graticuleStep(5), 5);
});

test("the corridor at zoom 5 has the round fives", () => {
  const { meridians, parallels } = graticuleLines({ west: 121, east: 136, south: 36, north: 46 }, 5);
  assert.deepEqual(meridians, [125, 130, 135]);
  assert.deepEqual(parallels, [40, 45]);
});

test("lines beyond the antimeridian go on and are named by their own side", () => {
  const { meridians } = graticuleLines({ west: 172, east: 192, south: -5, north: 5 }, 5);
  assert.deepEqual(meridians, [175, 180, 185, 190]);
  assert.deepEqual(meridians.map((m) => meridianName(m, WORDS)), ["175° E", "180°", "175° W", "170° W"]);
  assert.equal(meridianName(-200, WORDS), "160° E");
  assert.equal(meridianName(0, WORDS), "0°");
});

test("tenths of a degree are named without a rounding tail", () => {
  const { parallels } = graticuleLines({ west: 0, east: 1, south: 39.05, north: 39.75 }, 11);
  assert.deepEqual(parallels.map((p) => parallelName(p, WORDS)), [
    "39.1° N", "39.2° N", "39.3° N", "39.4° N", "39.5° N", "39.6° N", "39.7° N",
  ]);
  assert.equal(parallelName(-30, WORDS), "30° S");
  assert.equal(parallelName(0, WORDS), "0°");
});

test("there is no parallel where the map ends", () => {
  const { parallels } = graticuleLines({ west: 0, east: 1, south: -90, north: 90 }, 1);
  assert.deepEqual(parallels, [-60, -30, 0, 30, 60]);
});
