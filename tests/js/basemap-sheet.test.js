import assert from "node:assert/strict";
import { test } from "node:test";
import { Sheet, lineFromDegrees, trace, worldX, worldY } from "../../static/flightmap/js/basemap-sheet.js";

const GRID = { scale: [1, 1], translate: [-180, -90] };

/** A canvas that writes down what is drawn, in whole pixels. */
function recorder() {
  const calls = [];
  const write = (name) => (...values) => calls.push([name, ...values.map(Math.round)]);
  return { calls, moveTo: write("move"), lineTo: write("line"), closePath: write("close") };
}

/** The whole world on `width` pixels, moved east by `turns`. */
function worldView(width = 360, turns = 0) {
  return { scale: width, width, height: width, west: turns, east: turns + 1, north: 0, south: 1, zoom: 0 };
}

/** Deltas of a ring from [longitude, latitude] pairs on GRID. */
function deltas(...points) {
  let [column, row] = [0, 0];
  return points.flatMap(([longitude, latitude]) => {
    const step = [longitude + 180 - column, latitude + 90 - row];
    [column, row] = [longitude + 180, latitude + 90];
    return step;
  });
}

test("world units agree with published Web Mercator tile numbers", () => {
  // Tile 10/887/375 of the OpenStreetMap scheme holds Vladivostok (43.1155 N, 131.8855 E).
  assert.equal(Math.floor(worldX(131.8855) * 1024), 887);
  assert.equal(Math.floor(worldY(43.1155) * 1024), 375);
  assert.equal(worldY(0), 0.5);
  assert.ok(Math.abs(worldY(85.0511287798)) < 1e-9);
  assert.ok(Math.abs(worldY(-89) - 1) < 1e-9, "beyond the projection's edge it stays at the edge");
});

test("a ring decodes to the places it was encoded from", () => {
  const sheet = new Sheet({ ...GRID, box: null, land: [deltas([10, 20], [30, 20], [30, 40], [10, 20])], borders: [] });
  const [ring] = sheet.land;
  assert.deepEqual([...ring.x].map((x) => Math.round(x * 360 - 180)), [10, 30, 30, 10]);
  assert.equal(ring.y[0], worldY(20));
  assert.equal(ring.cuts, null);
});

test("the coast is not drawn along the antimeridian, the fill is", () => {
  const land = [deltas([170, 10], [180, 10], [180, 30], [170, 30], [170, 10])];
  const sheet = new Sheet({ ...GRID, box: null, land, borders: [] });
  const stroke = recorder();
  trace(stroke, sheet.land, worldView(), false);
  const drawn = stroke.calls.filter(([name]) => name === "line");
  assert.equal(drawn.length, 3, "four edges, one of them the cut");
  const fill = recorder();
  trace(fill, sheet.land, worldView(), true);
  assert.equal(fill.calls.filter(([name]) => name === "line").length, 4);
  assert.equal(fill.calls.filter(([name]) => name === "close").length, 1);
});

test("Antarctica's edge over the pole is no coast", () => {
  const land = [deltas([180, -80], [180, -89], [-180, -89], [-180, -80], [0, -70], [180, -80])];
  const sheet = new Sheet({ ...GRID, box: null, land, borders: [] });
  const stroke = recorder();
  trace(stroke, sheet.land, worldView(), false);
  const horizontal = stroke.calls.filter(([name, , y]) => name === "line" && y >= 360);
  assert.deepEqual(horizontal, []);
});

test("land beyond 180° east is drawn at both edges of one world, without a streak between", () => {
  const land = [deltas([170, 60], [190, 60], [190, 70], [170, 70], [170, 60])]; // Chukotka, roughly
  const sheet = new Sheet({ ...GRID, box: null, land, borders: [] });
  const stroke = recorder();
  trace(stroke, sheet.land, worldView(), false);
  let from = null;
  for (const [name, x, y] of stroke.calls) {
    if (name === "line") assert.ok(Math.abs(x - from[0]) <= 21, `a streak from ${from} to ${x}, ${y}`);
    from = [x, y];
  }
  const copies = stroke.calls.filter(([name]) => name === "move").map(([, x]) => x);
  assert.deepEqual(copies.sort((a, b) => a - b), [-10, 350], "once at the left edge, once at the right");
});

test("every copy of the world a wide view shows is drawn", () => {
  const land = [deltas([10, 20], [30, 20], [30, 40], [10, 20])];
  const sheet = new Sheet({ ...GRID, box: null, land, borders: [] });
  for (const turns of [-2, 0, 3]) {
    const context = recorder();
    trace(context, sheet.land, { ...worldView(360, turns), east: turns + 3 }, true);
    assert.deepEqual(context.calls.filter(([name]) => name === "move").map(([, x]) => x), [190, 550, 910]);
  }
});

test("points that fall on the same pixel are drawn once, the last one always", () => {
  const points = Array.from({ length: 101 }, (_, i) => [10 + i / 1000, 20]);
  const line = lineFromDegrees([...points.flat(), 40, 20]);
  const context = recorder();
  trace(context, [line], worldView(), false);
  assert.deepEqual(context.calls.map(([name, x]) => [name, x]), [["move", 190], ["line", 220]]);
});

test("a sheet covers a view only when all of it lies inside its box", () => {
  const sheet = new Sheet({ ...GRID, box: [110, 28, 150, 56], land: [], borders: [] });
  const view = { west: worldX(120), east: worldX(140), north: worldY(50), south: worldY(35) };
  assert.equal(sheet.covers(view), true);
  assert.equal(sheet.covers({ ...view, east: worldX(151) }), false);
  assert.equal(sheet.covers({ ...view, south: worldY(20) }), false);
});

test("names stand in the page's language where it has them, both names of a sea below each other", () => {
  const places = [["Pyongyang", 125.75, 39.02, 3, "capital"], ["East Sea /\nSea of Japan", 131, 40, 4, "sea"], ["Odawara", 139, 35, 8, "city"]];
  const names = { Pyongyang: "평양", "East Sea / Sea of Japan": "동해 / 일본해" };
  const sheet = new Sheet({ ...GRID, box: null, land: [], borders: [], places }, names);
  assert.deepEqual(sheet.places.map(({ name }) => name), ["평양", "동해 /\n일본해", "Odawara"]);
  const plain = new Sheet({ ...GRID, box: null, land: [], borders: [], places });
  assert.equal(plain.places[1].name, "East Sea /\nSea of Japan");
});
