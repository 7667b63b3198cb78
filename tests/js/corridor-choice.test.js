import assert from "node:assert/strict";
import { test } from "node:test";

import { leftToCard } from "../../static/flightmap/js/corridor-choice.js";

test("a flight is framed above the card where there is room for it", () => {
  assert.equal(leftToCard(460, 300), 160);
});

test("on a phone on its side a high card leaves the flight a part of the map, which is never asked for more than it has", () => {
  for (const height of [100, 225, 255]) {
    for (const top of [-60, 8, 32, 100]) {
      const left = leftToCard(height, top);
      assert.ok(left >= 0 && left + 2 * 36 < height, `${height} px high, card at ${top}: ${left}`);
    }
  }
});
