import assert from "node:assert/strict";
import { test } from "node:test";
import { backToMiddle } from "../../static/flightmap/js/follow.js";

const SIZE = { x: 900, y: 600 };

test("inside the middle third the map stays where it is", () => {
  for (const [x, y] of [[300, 200], [450, 300], [600, 400]]) assert.equal(backToMiddle({ x, y }, SIZE), null);
});

test("from anywhere one move brings the aircraft into the middle third", () => {
  for (let x = -2000; x <= 3000; x += 37) {
    for (let y = -2000; y <= 3000; y += 41) {
      const by = backToMiddle({ x, y }, SIZE) ?? [0, 0];
      const [left, top] = [x - by[0], y - by[1]];
      assert.ok(left >= 300 && left <= 600 && top >= 200 && top <= 400, `${x}, ${y} comes to ${left}, ${top}`);
    }
  }
});

test("who left on one side gets most of the third before them, and the other axis does not move", () => {
  assert.deepEqual(backToMiddle({ x: 601, y: 300 }, SIZE), [241, 0]); // to x = 360, 240 px before it
  assert.deepEqual(backToMiddle({ x: 299, y: 300 }, SIZE), [-241, 0]);
  assert.deepEqual(backToMiddle({ x: 450, y: 401 }, SIZE), [0, 161]);
});
