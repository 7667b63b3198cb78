import assert from "node:assert/strict";
import { test } from "node:test";
import { eachChevron, hasChevron, spacingAt } from "../../static/flightmap/js/chevrons.js";
import { TrailPainter } from "../../static/flightmap/js/trail-painter.js";
import { project } from "../../static/flightmap/js/trail-pieces.js";
import { Trail } from "../../static/flightmap/js/trail.js";
import { RecordingContext, makePath } from "./make-path.js";

const T0 = 1711000000;
const SCALE = 64;
const [LEFT, TOP] = project(128, 44).map((value) => value * SCALE);
/** Eastwards with a waver from side to side, 0.9 px a fix. */
const wavering = Array.from({ length: 1001 }, (_, i) => [i, 129 + i * 0.02, 42 + (i % 2) * 0.002]);
const pieceOf = (rows) => new Trail(makePath("f", T0, [{ rows }])).pieces[0];
const chevrons = (piece, runs, every, scale = SCALE) => {
  const found = [];
  for (const [from, to] of runs) eachChevron(piece, from, to, every, scale, (...chevron) => found.push(chevron));
  return found;
};

test("however a line comes in bits, its chevrons stand at the same places, at equal distances along it", () => {
  const piece = pieceOf(wavering);
  const every = spacingAt(SCALE);
  const whole = chevrons(piece, [[0, 1000]], every);
  assert.ok(whole.length >= 6);
  const bits = [[0, 1], [1, 2], [2, 57], [57, 58], [58, 333], [333, 900], [900, 1000]];
  assert.deepEqual(chevrons(piece, bits, every), whole);
  const steps = whole.slice(1).map(([x], i) => (x - whole[i][0]) / every);
  assert.ok(steps.every((step) => step > 0.97 && step <= 1), steps.join());
});

test("a chevron points the way of flight, not the way of one wavering fix", () => {
  for (const rows of [wavering, wavering.map(([t], i) => [t, ...wavering[1000 - i].slice(1)])]) {
    const way = Math.sign(rows[1000][1] - rows[0][1]);
    for (const [, , dx, dy] of chevrons(pieceOf(rows), [[0, 1000]], spacingAt(SCALE))) {
      assert.ok(dx * way > 0.95 && Math.abs(dy) < 0.3);
    }
  }
});

test("nearer views keep the chevrons of farther ones or put more of them between; none is closer than the spacing", () => {
  for (let zoom = 0; zoom <= 18; zoom += 0.25) {
    const [near, far] = [spacingAt(2 ** (zoom + 1)), spacingAt(2 ** zoom)];
    assert.ok(near === far / 2);
    assert.ok(far * 2 ** zoom >= 96 && far * 2 ** zoom < 192);
  }
});

test("an aircraft that stands still, or a single fix, has none", () => {
  assert.deepEqual(chevrons(pieceOf([[0, 129, 42], [10, 129, 42], [20, 129, 42]]), [[0, 2]], 0.01), []);
  assert.deepEqual(chevrons(pieceOf([[0, 129, 42]]), [[0, 0]], 0.01), []);
});

test("chevrons are strokes of the line they lie on: of its colour and width, cased like it", () => {
  const [ground, trail] = [new RecordingContext(), new RecordingContext()];
  const painter = new TrailPainter(ground, trail);
  painter.setView({ scale: SCALE, left: LEFT, top: TOP, width: 1000, height: 800, ratio: 1 });
  const entry = { id: "f", trail: new Trail(makePath("f", T0, [{ rows: wavering }])), colour: "blue", dimmed: false, copies: [], dash: 0 };
  painter.paintAll([entry], T0 + 1000);
  const vees = trail.strokes.filter(({ points }) => points.length === 3 && points[1][0] > points[0][0] && points[1][0] > points[2][0]);
  assert.ok(vees.length >= 6);
  assert.ok(vees.every(({ style, width }) => style === "blue" && width === 2.5));
  assert.equal(ground.strokes.length, trail.strokes.length);
});

test("what is kept of where there is no chevron hides none: forwards, again from the start, in another zoom and piece", () => {
  const [piece, other] = [pieceOf(wavering), pieceOf(wavering.slice(0, 700))];
  const entry = {};
  const runs = Array.from({ length: 100 }, (_, i) => [i * 6, i * 6 + 6]);
  for (const [of, scale] of [[piece, SCALE], [piece, SCALE], [other, SCALE], [piece, SCALE * 4], [piece, SCALE * 4]]) {
    const every = spacingAt(scale);
    let found = 0;
    for (const [from, to] of runs) {
      const has = hasChevron(entry, of, from, to, every);
      assert.equal(has, chevrons(of, [[from, to]], every, scale).length > 0, `${from}…${to}`);
      found += has;
    }
    assert.ok(found >= 3);
  }
});
