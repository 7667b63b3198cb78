import assert from "node:assert/strict";
import test from "node:test";

globalThis.L = { Layer: { extend: () => class {} } };
const { around, closely, isClear, wholeFirst } = await import("../../static/flightmap/js/gap-labels.js");

const SIZE = { width: 100, height: 20 };

test("the first place for a label is right above its gap, the next below", () => {
  const [above, below] = around({ x: 200, y: 200 }, SIZE);
  assert.deepEqual([Math.round(above.x), Math.round(above.y)], [150, 170]);
  assert.deepEqual([Math.round(below.x), Math.round(below.y)], [150, 210]);
});

test("a label is clear of a line only if no point of it is in it or close to it", () => {
  const box = { x: 0, y: 0, ...SIZE };
  assert.equal(isClear(box, [{ x: 50, y: 26 }, { x: 106, y: 10 }]), true);
  assert.equal(isClear(box, [{ x: 50, y: 24 }]), false);
});

test("near the map's edge places that can be read whole come first, none is lost", () => {
  const frame = { min: { x: 0, y: 0 }, max: { x: 390, y: 600 } };
  const places = around({ x: 5, y: 300 }, SIZE);
  const sorted = wholeFirst(places, frame);
  assert.ok(places[0].x < 0, "the nearest place is cut by the edge");
  assert.ok(sorted[0].x >= 0);
  assert.equal(sorted.findIndex(({ x }) => x < 0), places.filter(({ x }) => x >= 0).length);
  assert.deepEqual(new Set(sorted), new Set(places));
});

test("a label does not lie on a line between two fixes far apart", () => {
  const line = closely([{ x: 0, y: 10 }, { x: 4, y: 10 }, { x: 204, y: 10 }]);
  assert.equal(isClear({ x: 60, y: 0, ...SIZE }, line), false);
  assert.ok(line.length >= 12);
  assert.deepEqual(line.at(-1), { x: 204, y: 10 });
});
