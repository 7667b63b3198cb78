import assert from "node:assert/strict";
import { test } from "node:test";
import { Trail, project } from "../../static/flightmap/js/trail.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const north = (from, to, lat0 = 40) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, lat0 + (from + i) * 0.01, 0]);
const withGap = () => makePath("f", T0, [{ rows: north(0, 10) }, { rows: north(1000, 1010) }]);

function stateAt(trail, seconds, estimates = false) {
  trail.rewind();
  trail.advance(T0 + seconds);
  return { ...trail.head(estimates) };
}

test("the projection is Web Mercator with a world of 256", () => {
  assert.deepEqual(project(0, 0), [128, 128]);
  const [x, y] = project(180, 85.0511287798);
  assert.equal(x, 256);
  assert.ok(Math.abs(y) < 1e-6);
  // EPSG:3857 of 45° N is 5,621,521.486 m of 20,037,508.343 m.
  assert.ok(Math.abs(project(0, 45)[1] - (128 - (5621521.486 / 20037508.3428) * 128)) < 1e-6);
});

test("between two fixes the head is on the line between them, at the share of the time", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40]] }]));
  const head = stateAt(trail, 2.5);
  assert.equal(head.state, "observed");
  assert.ok(Math.abs(head.x - project(130.25, 40)[0]) < 1e-9);
  assert.ok(Math.abs(head.y - project(0, 40)[1]) < 1e-9);
});

test("before the first fix there is no head", () => {
  assert.equal(stateAt(new Trail(withGap()), -1).state, "before");
});

test("in a gap the head is lost: it stands at the last fix and says since when", () => {
  const head = stateAt(new Trail(withGap()), 500);
  assert.equal(head.state, "lost");
  assert.equal(head.since, T0 + 10);
  assert.deepEqual([head.x, head.y], project(130, 40.1));
});

test("with estimates the head goes on across the gap at constant speed on the great circle", () => {
  const head = stateAt(new Trail(withGap()), 505, true);
  assert.equal(head.state, "estimated");
  // Halfway in time along a meridian is halfway in latitude; the map's straight bits are 40 km at most.
  assert.ok(Math.abs(head.x - project(130, 0)[0]) < 1e-9);
  assert.ok(Math.abs(head.y - project(0, 45.05)[1]) < 1e-3);
});

test("after the last fix the flight has ended there", () => {
  const head = stateAt(new Trail(withGap()), 2000);
  assert.equal(head.state, "ended");
  assert.equal(head.since, T0 + 1010);
});

test("a stretch the tracker itself estimated is a gap to those who do not ask for estimates", () => {
  const path = makePath("f", T0, [{ rows: north(0, 10) }, { class: "estimated", rows: north(10, 20) }, { rows: north(20, 30) }]);
  const trail = new Trail(path);
  assert.equal(stateAt(trail, 15).state, "lost");
  assert.equal(stateAt(trail, 15).since, T0 + 10);
  assert.equal(stateAt(trail, 15, true).state, "estimated");
  assert.equal(stateAt(trail, 25).state, "observed");
});

test("a flight that begins with estimates has no place until it is observed", () => {
  const trail = new Trail(makePath("f", T0, [{ class: "estimated", rows: north(0, 10) }, { rows: north(10, 20) }]));
  assert.equal(stateAt(trail, 5).state, "before");
  assert.equal(stateAt(trail, 5, true).state, "estimated");
});

test("a flight that ends with estimates ends at its last observed fix", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: north(0, 10) }, { class: "estimated", rows: north(11, 20) }]));
  assert.deepEqual([stateAt(trail, 99, true).state, stateAt(trail, 99, true).since], ["ended", T0 + 10]);
});

test("moving on emits every line once, and only lines wholly flown", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: north(0, 100) }]));
  const lines = [];
  const emit = (_piece, from, to) => { for (let i = from; i < to; i++) lines.push(i); };
  for (let t = -3; t < 120; t += 0.7) trail.advance(T0 + t, emit);
  assert.deepEqual(lines, Array.from({ length: 100 }, (_, i) => i));
});

test("moving on by a frame looks at a few fixes, however many the flight has", () => {
  const counted = (n) => {
    const path = makePath("f", T0, [{ rows: north(0, n, -40) }]);
    let reads = 0;
    const trail = new Trail(path);
    trail.pieces[0].time = new Proxy(trail.pieces[0].time, {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
        const value = target[key];
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    trail.advance(T0 + 1);
    reads = 0;
    for (let t = 1; t < 100; t += 0.5) trail.advance(T0 + t);
    return reads;
  };
  assert.equal(counted(5000), counted(200));
});

test("a path across the antimeridian goes the short way and its coordinates run on", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 179.5, 50], [10, -179.5, 50]] }, { rows: [[100, -178, 50], [110, -177, 50]] }]));
  const [x] = project(180, 50);
  assert.ok(Math.abs(stateAt(trail, 5).x - x) < 1e-9);
  assert.ok(trail.bounds.right > 256);
  assert.ok(trail.bounds.right - trail.bounds.left < 5);
});

test("the head points where the tracker says, turning the short way; without it, along the line", () => {
  const said = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40, 350], [10, 130, 41, 10]] }]));
  assert.ok(Math.abs(stateAt(said, 5).angle) < 1e-4);
  const unsaid = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40]] }]));
  assert.ok(Math.abs(stateAt(unsaid, 5).angle - 90) < 1e-9);
});

test("an aircraft that stands still keeps pointing where it pointed", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40], [20, 131, 40]] }]));
  trail.advance(T0 + 5);
  trail.head(false);
  trail.advance(T0 + 15);
  assert.ok(Math.abs(trail.head(false).angle - 90) < 1e-9);
});

test("of two fixes at one time the later in order holds", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40], [10, 132, 40], [20, 133, 40]] }]));
  assert.ok(Math.abs(stateAt(trail, 10).x - project(132, 0)[0]) < 1e-9);
});

test("a lone fix is seen at its moment and lost right after", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40]] }, { rows: north(100, 110) }]));
  assert.equal(stateAt(trail, 50).state, "lost");
  assert.equal(stateAt(trail, 50).since, T0);
});

test("the flight's own first and last moment have a head, though the wire rounded the times of their fixes", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: north(0, 10) }]));
  assert.equal(stateAt(trail, -0.05).state, "observed");
  assert.equal(stateAt(trail, 10.05).state, "observed");
  assert.equal(stateAt(trail, -0.5).state, "before");
  assert.equal(stateAt(trail, 10.5).state, "ended");
});
