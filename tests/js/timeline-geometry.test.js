import assert from "node:assert/strict";
import { test } from "node:test";

import { LEAST_WIDTH, levelBox, placeBars, rowsBetween, rowsHeight, stackRows } from "../../static/flightmap/js/timeline-geometry.js";
import { itemAt, rowAt } from "../../static/flightmap/js/timeline-under.js";

let count = 0;
const bar = (start, end, level = 0) => ({ start, end, level, gaps: [], flight: { id: `f${(count += 1)}`, class: "observed" } });
const lane = (bars, levels = 1) => ({ key: "P-632", bars: bars.sort((a, b) => a.start - b.start), levels });
const VIEW = { start: 0, end: 1000 };

test("rows lie one under the other and are found by where the pointer is", () => {
  const rows = stackRows([lane([], 1), lane([], 3), lane([], 1)]);
  assert.equal(rows[1].top, rows[0].height);
  assert.ok(rows[1].height > rows[0].height);
  assert.equal(rowsHeight(rows), rows[2].top + rows[2].height);
  assert.equal(rowAt(rows, rows[1].top), rows[1]);
  assert.equal(rowAt(rows, rowsHeight(rows)), null);
  assert.deepEqual(rowsBetween(rows, rows[1].top, rows[1].top + 1), [rows[1]]);
});

test("every row is at least as high as a target must be, and its levels stay inside it", () => {
  for (const levels of [1, 2, 3, 4]) {
    const [row] = stackRows([lane([], levels)]);
    assert.ok(row.height >= 24);
    for (let level = 0; level < levels; level += 1) {
      const { middle, half } = levelBox(row, level);
      assert.ok(middle - half >= 0 && middle + half <= row.height);
    }
  }
});

test("a flight of a minute in a year is still wide enough to be seen, around its own time", () => {
  const [item] = placeBars(lane([bar(500, 500.001)]), VIEW, 1000);
  assert.equal(item.x1 - item.x0, LEAST_WIDTH);
  assert.ok(Math.abs((item.x0 + item.x1) / 2 - 500) < 0.01);
});

test("two flights a pixel apart are one item, on two levels they stay two", () => {
  assert.equal(placeBars(lane([bar(500, 500.5), bar(501, 501.5)]), VIEW, 1000).length, 1);
  assert.equal(placeBars(lane([bar(500, 500.5), bar(501, 501.5, 1)], 2), VIEW, 1000).length, 2);
});

test("what is drawn ends a little beyond the canvas, however long the bar", () => {
  const [item] = placeBars(lane([bar(-1e9, 1e9)]), VIEW, 1000);
  assert.ok(item.x0 >= -200 && item.x1 <= 1200);
});

test("bars outside the view are placed only when everything is asked for", () => {
  const bars = [bar(100, 200), bar(5000, 5100)];
  assert.equal(placeBars(lane(bars), VIEW, 1000).length, 1);
  assert.equal(placeBars(lane(bars), VIEW, 1000, true).length, 2);
});

test("of a narrow bar on a wide one the pointer means the narrow one, beside it the wide one", () => {
  const wide = bar(100, 900);
  const narrow = bar(400, 410);
  const [row] = stackRows([lane([wide, narrow])]);
  const items = placeBars(row.lane, VIEW, 1000);
  const { middle } = levelBox(row, 0);
  assert.equal(itemAt(row, items, 405, middle).bars[0], narrow);
  assert.equal(itemAt(row, items, 200, middle).bars[0], wide);
  assert.equal(itemAt(row, items, 950, middle), null);
});

test("a pointer a few pixels off still means the bar", () => {
  const [row] = stackRows([lane([bar(500, 501)])]);
  const items = placeBars(row.lane, VIEW, 1000);
  const { middle } = levelBox(row, 0);
  assert.ok(itemAt(row, items, 505, middle));
  assert.equal(itemAt(row, items, 512, middle), null);
});
