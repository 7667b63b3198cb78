import assert from "node:assert/strict";
import { test } from "node:test";
import { momentNear } from "../../static/flightmap/js/flight-hover.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const SIZE = 256 * 2 ** 8;
// World pixels of a place on the equator, where Mercator has the middle of the world.
const at = (lon, down = 0) => ({ x: (lon / 360 + 0.5) * SIZE, y: SIZE / 2 + down });

test("beside an observed line it is the moment of the nearest place of it, between two fixes too", () => {
  const path = makePath("f", T0, [{ rows: [[0, 10, 0], [100, 11, 0]] }]);
  assert.ok(Math.abs(momentNear(path, at(10.25, 5), SIZE, 14) - (T0 + 25)) < 0.01);
  assert.equal(momentNear(path, at(10.25, 20), SIZE, 14), null, "too far away");
  assert.equal(momentNear(path, at(9, 0), SIZE, 14), null, "before its beginning");
});

test("across a gap and along an estimate there is no moment", () => {
  const path = makePath("f", T0, [{ rows: [[0, 10, 0], [100, 11, 0]] }, { class: "estimated", rows: [[150, 12, 0], [200, 13, 0]] }, { rows: [[300, 14, 0], [400, 15, 0]] }]);
  for (const lon of [11.5, 12.5, 13.5]) assert.equal(momentNear(path, at(lon), SIZE, 14), null);
  assert.equal(momentNear(path, at(15), SIZE, 14), T0 + 400);
});

test("a path over the 180th meridian is found on every copy of the world, and a lone fix too", () => {
  const path = makePath("f", T0, [{ rows: [[0, 179, 0], [100, -179, 0]] }, { rows: [[200, 0, 0]] }]);
  for (const lon of [179.5, -180.5]) assert.ok(Math.abs(momentNear(path, at(lon), SIZE, 14) - (T0 + 25)) < 0.01, String(lon));
  assert.equal(momentNear(path, at(360), SIZE, 14), T0 + 200);
});
