import assert from "node:assert/strict";
import test from "node:test";

import { CASING, COVERED, DETAILS, casedOutlineOf, coveredByBare, outlineOf } from "../../static/flightmap/js/head-shapes.js";

const SHAPES = ["swept", "delta", "arrow"];
const corners = (outline) => Array.from({ length: outline.length / 2 }, (_, i) => [outline[2 * i], outline[2 * i + 1]]);

/** How far a point lies from the line through two others. */
function apart([x, y], [ax, ay], [bx, by]) {
  return Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / Math.hypot(bx - ax, by - ay);
}

for (const shape of SHAPES) {
  test(`the casing of a bare ${shape} lies half its width outside each edge, but for cut corners`, () => {
    const [bare, cased] = [corners(outlineOf(shape, "bare")), corners(casedOutlineOf(shape))];
    assert.equal(cased.length, bare.length);
    bare.forEach((from, i) => {
      const to = bare[(i + 1) % bare.length];
      const distances = [cased[i], cased[(i + 1) % cased.length]].map((corner) => apart(corner, from, to));
      for (const distance of distances) assert.ok(distance <= CASING / 2 + 1e-9 && distance > 0.4, `${distance}`);
    });
    cased.forEach(([x, y], i) => {
      const reach = Math.hypot(x - bare[i][0], y - bare[i][1]);
      assert.ok(reach >= CASING / 2 - 1e-9 && reach <= CASING + 1e-9, `${reach}`);
    });
  });

  test(`a bare ${shape} covers a line to its nearest edge, and no less than any other head does`, () => {
    const points = corners(outlineOf(shape, "bare"));
    const least = Math.min(...points.map((point, i) => distanceToSegment(point, points[(i + 1) % points.length])));
    assert.ok(Math.abs(coveredByBare(shape) - least - CASING / 2) < 1e-9);
    assert.ok(coveredByBare(shape) >= COVERED);
  });

  for (const detail of DETAILS) {
    test(`a line that ends near the middle of a ${detail} ${shape} is covered by it`, () => {
      const points = corners(outlineOf(shape, detail));
      const casing = CASING / 2;
      // Whatever way the line comes: from the middle to the nearest edge, and the casing beyond it.
      const least = Math.min(...points.map((point, i) => distanceToSegment(point, points[(i + 1) % points.length])));
      assert.ok(least + casing >= COVERED, `${least + casing}`);
    });
  }
}

/** How far the middle of a head lies from an edge of it. */
function distanceToSegment([ax, ay], [bx, by]) {
  const along = Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)));
  return Math.hypot(ax + along * (bx - ax), ay + along * (by - ay));
}
