import assert from "node:assert/strict";
import { test } from "node:test";
import { labelPlaces } from "../../static/flightmap/js/chart-labels.js";

// 100 × 100 pixels; a value is as many pixels above the foot.
const frame = {
  x: (time) => time, first: (value) => 100 - value, second: (value) => 100 - value,
  left: 0, right: 100, top: 0, bottom: 100, width: 20, line: 10,
};

test("names stand where the lines are farthest apart, outside of both", () => {
  const places = labelPlaces([0, 50, 80], [40, 60, 55], [40, 30, 45], frame);
  assert.deepEqual(places, { x: 50, y: [33, 77] });
  const turned = labelPlaces([0, 50, 80], [40, 30, 45], [40, 60, 55], frame);
  assert.deepEqual(turned.y, [77, 33]);
});

test("a name that would leave the frame changes to the other side of its line", () => {
  assert.deepEqual(labelPlaces([50], [98], [2], frame).y, [9, 91]);
});

test("there are no names where a line has no value, at the edges, or where the lines lie upon each other", () => {
  assert.equal(labelPlaces([5, 96], [90, 90], [10, 10], frame), null);
  assert.equal(labelPlaces([50, 60], [90, null], [null, 10], frame), null);
  assert.equal(labelPlaces([50], [44], [40], frame), null);
});
