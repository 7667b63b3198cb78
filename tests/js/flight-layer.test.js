import assert from "node:assert/strict";
import { test } from "node:test";
import { HeadPainter } from "../../static/flightmap/js/head-painter.js";
import { nearestTrail } from "../../static/flightmap/js/trail-hit.js";
import { TrailPainter } from "../../static/flightmap/js/trail-painter.js";
import { copiesInView, project } from "../../static/flightmap/js/trail-pieces.js";
import { Trail } from "../../static/flightmap/js/trail.js";
import { RecordingContext, makePath } from "./make-path.js";

const T0 = 1711000000;
const SCALE = 64; // zoom 6
const [LEFT, TOP] = project(128, 44).map((value) => value * SCALE);
const VIEW = { scale: SCALE, left: LEFT, top: TOP, width: 1000, height: 800, ratio: 1 };
const east = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 129 + (from + i) * 0.05, 42, 90]);

/** Painters over contexts that write down what is drawn, and entries for them. */
function scene(paths, { estimates = false, ahead = false } = {}) {
  const [ground, trail, heads] = [new RecordingContext(), new RecordingContext(), new RecordingContext()];
  const painter = new TrailPainter(ground, trail);
  painter.spacing = 0; // chevrons have tests of their own
  painter.estimates = estimates;
  painter.ahead = ahead;
  painter.colours = { casing: "casing", estimated: "estimated", ink: "ink" };
  painter.setView(VIEW);
  const headPainter = new HeadPainter(heads, painter, {
    since: (seconds) => `no data since ${seconds - T0}`,
    details: ({ stretch }, fix) => [stretch ? `${stretch.altitude[fix]} m` : "estimated"],
    makeCanvas: () => {
      const drawing = new RecordingContext();
      return { drawing, getContext: () => drawing };
    },
    font: "sans-serif",
  });
  const entries = paths.map((path, i) => ({
    id: path.id, trail: new Trail(path), label: path.id, shape: "swept", colour: `colour${i}`, openStart: false, openEnd: false,
    dimmed: false, copies: [], dash: 0,
  }));
  return { ground, trail, heads, painter, headPainter, entries };
}
const nobody = { hovered: null, selected: null };
/** The words of each label put on the heads' canvas. */
const labelled = (context) => context.images.map(({ canvas }) => canvas.drawing.texts);
const coloured = (context) => context.strokes.filter((stroke) => stroke.style === "colour0");

test("an observed trail is a solid line of 2.5 px with a casing under it", () => {
  const { painter, entries, ground, trail } = scene([makePath("f", T0, [{ rows: east(0, 50) }])]);
  painter.paintAll(entries, T0 + 50);
  assert.equal(trail.strokes.length, 1);
  assert.deepEqual([trail.strokes[0].width, trail.strokes[0].dash], [2.5, []]);
  assert.deepEqual([ground.strokes[0].style, ground.strokes[0].width], ["casing", 4.5]);
});

test("each step adds only what was newly flown and clears nothing", () => {
  const { painter, entries, trail } = scene([makePath("f", T0, [{ rows: east(0, 50) }])]);
  painter.paintAll(entries, T0 + 10);
  const cleared = trail.cleared;
  trail.strokes.length = 0;
  painter.paintOn(entries, T0 + 12.5);
  painter.paintOn(entries, T0 + 12.7);
  assert.equal(trail.cleared, cleared);
  assert.deepEqual(trail.strokes.map((stroke) => stroke.points.length), [3]); // fixes 10, 11 and 12
});

test("nothing is drawn across a gap and the ends of observation get a bar", () => {
  const { painter, entries, trail } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
  painter.paintAll(entries, T0 + 50);
  const [edgeX] = project(129.5, 42).map((v) => v * SCALE);
  const [againX] = project(131, 42).map((v) => v * SCALE);
  for (const { points } of trail.strokes) {
    const xs = points.map(([x]) => x + LEFT);
    assert.ok(Math.max(...xs) <= edgeX + 5 || Math.min(...xs) >= againX - 5, "a line crosses the gap");
  }
  assert.equal(trail.strokes.filter((stroke) => stroke.width === 2).length, 2); // one bar at each side
});

test("with estimates the gap is crossed by a thin dashed grey line and by nothing else", () => {
  const { painter, entries, trail, ground } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])], { estimates: true });
  painter.paintAll(entries, T0 + 50);
  const dashed = trail.strokes.filter((stroke) => stroke.dash.length);
  assert.equal(dashed.length, 1);
  assert.deepEqual([dashed[0].style, dashed[0].width, dashed[0].dash], ["estimated", 1.5, [6, 6]]);
  assert.ok(ground.strokes.every((stroke) => stroke.dash.length === 0));
});

test("dashes drawn bit by bit run on where they stopped", () => {
  const { painter, entries, trail } = scene([makePath("f", T0, [{ class: "estimated", rows: east(0, 50) }])], { estimates: true });
  painter.paintAll(entries, T0 + 10);
  painter.paintOn(entries, T0 + 20);
  const [first, second] = trail.strokes;
  const length = first.points.at(-1)[0] - first.points[0][0];
  assert.ok(Math.abs(second.offset - length) < 0.01);
});

test("the head in data is filled, in an estimate hollow, without data a cross that does not move", () => {
  const path = makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }]);
  const paint = (time, estimates) => {
    const { painter, headPainter, entries, heads } = scene([path], { estimates });
    painter.paintAll(entries, T0 + time);
    headPainter.paint(entries, nobody);
    return { heads, placed: headPainter.placed[0] };
  };
  const seen = paint(5.5, false).heads;
  assert.deepEqual(seen.fills.map((fill) => fill.style), ["colour0"]);
  const guessed = paint(25, true).heads;
  assert.deepEqual(guessed.fills.map((fill) => fill.style), ["casing"]);
  assert.ok(guessed.strokes.some((stroke) => stroke.style === "estimated" && stroke.dash.length === 0));
  const [early, late] = [paint(15, false), paint(35, false)];
  assert.deepEqual(early.heads.fills, []);
  assert.deepEqual([early.placed.x, early.placed.y], [late.placed.x, late.placed.y]);
  assert.equal(coloured(early.heads).length, 2); // the two bars of the cross
});

test("the label beside a cross says since when there is no data", () => {
  const { painter, headPainter, entries, heads } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
  painter.paintAll(entries, T0 + 20);
  headPainter.paint(entries, nobody);
  assert.deepEqual(labelled(heads), [["f", "no data since 10"]]);
});

test("the bit of line between the trail's end and the head is drawn with the heads, so no frame draws it twice", () => {
  const path = makePath("f", T0, [{ rows: [[0, 129, 42], [10, 129.5, 42], [20, 130, 42]] }]);
  const { painter, headPainter, entries, trail, heads } = scene([path]);
  painter.paintAll(entries, T0 + 15);
  headPainter.paint(entries, nobody);
  const [tip] = coloured(heads);
  assert.deepEqual(tip.points[0], trail.strokes[0].points.at(-1));
});

test("a line as short as the head covers it is painted with the lines after it, and never left out", () => {
  // 0.01° are 0.46 px at this zoom.
  const rows = Array.from({ length: 101 }, (_, i) => [i, 129 + i * 0.01, 42, 90]);
  const { painter, headPainter, entries, trail, heads } = scene([makePath("f", T0, [{ rows }])]);
  const end = () => Math.max(...trail.strokes.flatMap(({ points }) => points.map(([x]) => x)));
  painter.paintAll(entries, T0 + 50);
  let painted = 0;
  trail.stroke = ((stroke) => () => { painted += 1; stroke.call(trail); })(trail.stroke);
  for (let t = 50; t <= 99; t += 0.5) {
    painter.paintOn(entries, T0 + t);
    headPainter.paint(entries, nobody);
    const [{ x }] = headPainter.placed;
    const reaches = Math.max(end(), ...coloured(heads).flatMap(({ points }) => points.map(([tipX]) => tipX)));
    assert.ok(x - reaches <= 3, `at ${t} nothing is painted on the last ${x - reaches} px`);
  }
  assert.ok(painted < 15, `${painted} strokes for 49 fixes`);
  painter.paintOn(entries, T0 + 100);
  assert.ok(Math.abs(end() - (project(130, 42)[0] * SCALE - LEFT)) < 1e-6); // the end of a stretch waits for nothing
});

test("behind a dimmed head, which is seen through, every line is painted at once", () => {
  const { painter, headPainter, entries, heads } = scene([makePath("f", T0, [{ rows: east(0, 10) }])]);
  entries[0].dimmed = true;
  painter.paintAll(entries, T0 + 5.5);
  headPainter.paint(entries, nobody);
  assert.equal(coloured(heads).length, 1);
});

test("in a crowd heads of one colour are one path, and none is missing", () => {
  const paths = Array.from({ length: 60 }, (_, i) => makePath(`f${i}`, T0, [{ rows: [[0, 129, 42 + i * 0.01, 0], [10, 130, 42 + i * 0.01, 0]] }]));
  const { painter, headPainter, entries, heads } = scene(paths);
  entries.forEach((entry, i) => (entry.colour = `colour${Math.floor(i / 20)}`));
  painter.paintAll(entries, T0 + 5);
  headPainter.paint(entries, nobody);
  assert.deepEqual(heads.fills.map(({ style, parts }) => [style, parts.length]), [["colour0", 20], ["colour1", 20], ["colour2", 20]]);
  headPainter.paint(entries, { hovered: "f30", selected: "f5" });
  assert.deepEqual(heads.fills.map(({ parts }) => parts.length), [19, 19, 20, 1, 1]);
  assert.deepEqual(heads.fills.slice(3).map(({ style }) => style), ["colour1", "colour0"]); // the selected one on top
});

test("the path still ahead is faint and only what was observed", () => {
  const { painter, entries, ground } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { class: "estimated", rows: east(11, 20) }])], { ahead: true });
  painter.paintAll(entries, T0 - 1);
  assert.equal(ground.strokes.length, 1);
  assert.ok(ground.strokes[0].alpha < 0.5 && ground.strokes[0].width < 2.5);
});

test("a flight out of view is not drawn, and one beyond the antimeridian is drawn in the world where it shows", () => {
  const world = 256 * SCALE;
  const bounds = (lon1, lon2) => ({ left: project(lon1, 0)[0], right: project(lon2, 0)[0], top: project(0, 43)[1], bottom: project(0, 42)[1] });
  assert.deepEqual(copiesInView(bounds(0, 5), VIEW), []);
  assert.deepEqual(copiesInView(bounds(130, 131), VIEW), [0]);
  assert.deepEqual(copiesInView(bounds(130 - 360, 131 - 360), VIEW), [world]);
  const wide = { ...VIEW, scale: 1, left: 0, width: 1000 };
  assert.equal(copiesInView({ left: 200, right: 210, top: 90, bottom: 100 }, { ...wide, top: 0 }).length, 4);
});

test("two hundred flights in six colours are a stroke for each colour, not for each flight", () => {
  const paths = Array.from({ length: 200 }, (_, i) => makePath(`f${i}`, T0, [{ rows: [[0, 129, 42 + i * 0.01], [10, 130, 42 + i * 0.01]] }]));
  const { painter, entries, trail } = scene(paths);
  entries.forEach((entry, i) => (entry.colour = `colour${Math.floor(i / 34)}`));
  let strokes = 0;
  trail.stroke = () => (strokes += 1);
  painter.paintAll(entries, T0 + 10);
  assert.equal(strokes, 6);
});

test("a point on a flown line finds its flight, one on the line ahead or across the gap does not", () => {
  const { painter, entries } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
  painter.paintAll(entries, T0 + 45);
  const at = (lon) => ({ x: project(lon, 42)[0] * SCALE - LEFT, y: project(lon, 42)[1] * SCALE - TOP + 3 });
  assert.equal(nearestTrail(entries, painter.motions, VIEW, at(129.2), 6), "f");
  assert.equal(nearestTrail(entries, painter.motions, VIEW, at(130.3), 6), null);
  assert.equal(nearestTrail(entries, painter.motions, VIEW, at(131.45), 6), null);
  assert.equal(nearestTrail(entries, painter.motions, VIEW, at(131.45), 6, true), "f");
});

test("of labels that would cover each other the chosen flight's stays beside its head", () => {
  const rows = (lat) => [[0, 129, lat], [10, 130, lat]];
  const paths = ["a", "b", "c", "d", "e", "f"].map((id, i) => makePath(id, T0, [{ rows: rows(42 + i * 0.001) }]));
  const { painter, headPainter, entries, heads } = scene(paths);
  painter.paintAll(entries, T0 + 5);
  headPainter.paint(entries, { hovered: "c", selected: null });
  assert.equal(labelled(heads).length, 4); // one on each side of the bunch
  assert.equal(labelled(heads)[0][0], "c");
  const names = heads.strokes.filter(({ style }) => style === "ink");
  assert.equal(names.length, 1); // the ring around it
});

/** A scene of n flights side by side, and what is labelled in it. */
function labelsOf(n, mode, chosen = nobody, time = 5) {
  const paths = Array.from({ length: n }, (_, i) => makePath(`f${i}`, T0, [{ rows: [[0, 129, 38 + i * 0.5], [10, 130, 38 + i * 0.5], [20, 131, 38 + i * 0.5]] }]));
  for (const path of paths) path.stretches[0].altitude.set([9000, 9100, 9200]);
  const { painter, headPainter, entries, heads } = scene(paths);
  painter.setView({ ...VIEW, top: project(128, 62)[1] * SCALE, height: 2000 });
  headPainter.labels.mode = mode;
  painter.paintAll(entries, T0 + time);
  headPainter.paint(entries, chosen);
  return labelled(heads).map((lines) => lines.join(" | "));
}

test("a few heads say what their last fix said; among many only the chosen one does", () => {
  assert.deepEqual(labelsOf(2, "auto").toSorted(), ["f0 | 9000 m", "f1 | 9000 m"]);
  assert.deepEqual(labelsOf(2, "auto", nobody, 12).toSorted(), ["f0 | 9100 m", "f1 | 9100 m"]);
  const many = labelsOf(12, "auto", { hovered: null, selected: "f7" });
  assert.deepEqual(many.filter((said) => said.includes("|")), ["f7 | 9000 m"]);
  assert.equal(many.length, 12);
});

test("labels can be had in full, as names, or not at all but for the chosen one", () => {
  assert.ok(labelsOf(12, "full").every((said) => said.endsWith(" | 9000 m")));
  assert.deepEqual(labelsOf(2, "names").toSorted(), ["f0", "f1"]);
  assert.deepEqual(labelsOf(2, "none"), []);
  assert.deepEqual(labelsOf(2, "none", { hovered: "f1", selected: null }), ["f1"]);
});

test("where all heads are can be known backwards without painting, and the next painting is of that moment", () => {
  const { painter, headPainter, entries, trail } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
  painter.paintAll(entries, T0 + 45.5);
  const cleared = trail.cleared;
  for (const time of [42.25, 30, 7.5, 3, 9.25]) {
    painter.place(entries, T0 + time);
    headPainter.paint(entries, nobody);
    const shown = headPainter.placed[0];
    const fresh = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
    fresh.painter.paintAll(fresh.entries, T0 + time);
    fresh.headPainter.paint(fresh.entries, nobody);
    assert.deepEqual([shown.x, shown.y, shown.state], [fresh.headPainter.placed[0].x, fresh.headPainter.placed[0].y, fresh.headPainter.placed[0].state]);
  }
  assert.equal(trail.cleared, cleared);
});

test("a fading trail is the last bit only, fainter towards its end, and moves on with the time", () => {
  const { painter, entries, trail } = scene([makePath("f", T0, [{ rows: east(0, 100) }])]);
  painter.fade = 20;
  painter.paintAll(entries, T0 + 60);
  const span = () => {
    const xs = trail.strokes.flatMap(({ points }) => points.map(([x]) => Math.round(((x + LEFT - project(129, 42)[0] * SCALE) / 0.05 / SCALE) * (360 / 256))));
    return [Math.min(...xs), Math.max(...xs)];
  };
  assert.deepEqual(span(), [40, 60]);
  const alphas = trail.strokes.toSorted((a, b) => a.points[0][0] - b.points[0][0]).map(({ alpha }) => alpha);
  assert.deepEqual(alphas, alphas.toSorted());
  assert.ok(alphas.length === 5 && alphas[0] < 0.3 && alphas.at(-1) === 1);
  for (let t = 60; t <= 90; t += 0.1) painter.paintOn(entries, T0 + t);
  const [from, to] = span();
  assert.ok(from >= 68 && from <= 70 && to >= 89, `${from}…${to}`);
  painter.fade = 0;
  painter.paintAll(entries, T0 + 90);
  assert.deepEqual(span(), [0, 90]);
});

test("a fading trail crosses no gap, and a flight long over has none", () => {
  const { painter, entries, trail } = scene([makePath("f", T0, [{ rows: east(0, 10) }, { rows: east(40, 50) }])]);
  painter.fade = 25;
  painter.paintAll(entries, T0 + 45);
  const world = (lon) => project(lon, 42)[0] * SCALE - LEFT;
  for (const { points } of trail.strokes) {
    const xs = points.map(([x]) => x);
    assert.ok(Math.max(...xs) <= world(129.5) + 5 || Math.min(...xs) >= world(131) - 5, "a line crosses the gap");
  }
  painter.paintAll(entries, T0 + 200);
  assert.deepEqual(trail.strokes, []);
});
