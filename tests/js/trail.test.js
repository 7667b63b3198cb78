import assert from "node:assert/strict";
import { test } from "node:test";
import { Motions, UNTIL } from "../../static/flightmap/js/motions.js";
import { shortWay } from "../../static/flightmap/js/path.js";
import { FIX, project } from "../../static/flightmap/js/trail-pieces.js";
import { Trail } from "../../static/flightmap/js/trail.js";
import { makePath } from "./make-path.js";

const T0 = 1711000000;
const north = (from, to, lat0 = 40) => Array.from({ length: to - from + 1 }, (_, i) => [from + i, 130, lat0 + (from + i) * 0.01, 0]);
const withGap = () => makePath("f", T0, [{ rows: north(0, 10) }, { rows: north(1000, 1010) }]);

/** As the painter does in a frame. */
function moveOn(trail, motions, epoch, { estimates = false, patience = -1, emit = () => {} } = {}) {
  if (epoch < motions.rows[UNTIL] || motions.step(0, epoch, patience)) return;
  trail.advance(epoch, estimates, motions, 0, emit, null, patience);
}

function stateAt(trail, seconds, estimates = false) {
  const motions = new Motions(1);
  trail.advance(T0 + seconds, estimates, motions, 0);
  return motions.head(0, T0 + seconds);
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
  const emit = (_of, _piece, from, to) => { for (let i = from; i < to; i++) lines.push(i); };
  const motions = new Motions(1);
  for (let t = -3; t < 120; t += 0.7) trail.advance(T0 + t, false, motions, 0, emit);
  assert.deepEqual(lines, Array.from({ length: 100 }, (_, i) => i));
});

test("moving on by a frame looks at a few fixes, however many the flight has", () => {
  const counted = (n) => {
    const path = makePath("f", T0, [{ rows: north(0, n, -40) }]);
    let reads = 0;
    const trail = new Trail(path);
    trail.pieces[0].fixes = new Proxy(trail.pieces[0].fixes, {
      get: (target, key) => {
        if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
        const value = target[key];
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const motions = new Motions(1);
    trail.advance(T0 + 1, false, motions, 0);
    reads = 0;
    for (let t = 1; t < 100; t += 0.5) moveOn(trail, motions, T0 + t, { patience: 1 });
    assert.ok(reads > 0);
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

test("an aircraft that stands still points where it pointed last, also for who looks at that moment first", () => {
  const came = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40], [20, 131, 40], [30, 131, 40]] }]));
  assert.ok(Math.abs(stateAt(came, 25).angle - 90) < 1e-9);
  const told = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40, 45], [10, 130, 40], [20, 130, 40]] }, { rows: [[100, 130, 40], [110, 130, 40]] }]));
  for (const seconds of [5, 15, 105]) assert.equal(stateAt(told, seconds).angle, 45, `at ${seconds}`);
  const unknown = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 130, 40]] }]));
  assert.equal(stateAt(unknown, 5).angle, 0);
});

test("an aircraft that stands still keeps pointing where it pointed", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: [[0, 130, 40], [10, 131, 40], [20, 131, 40]] }]));
  const motions = new Motions(1);
  trail.advance(T0 + 5, false, motions, 0);
  trail.advance(T0 + 15, false, motions, 0);
  assert.ok(Math.abs(motions.head(0, T0 + 15).angle - 90) < 1e-9);
});

test("stepping from row to row shows the same heads as looking each moment up afresh", () => {
  // A path that turns, stands, goes dark, is estimated and seen again, with and without angles.
  const wobble = Array.from({ length: 60 }, (_, i) => [i * 3, 130 + Math.sin(i / 7) * 0.02 * i, 40 + i * 0.011, i % 9 ? (i * 31) % 360 : undefined]);
  const path = makePath("f", T0, [
    { rows: wobble },
    { rows: [[200, 132, 41], [210, 132, 41], [220, 132.1, 41]] },
    { class: "estimated", rows: [[220, 132.1, 41], [260, 132.6, 41.2]] },
    { rows: wobble.map(([t, lon, lat, angle]) => [t + 300, lon, lat, angle]) },
  ]);
  const trail = new Trail(path);
  for (const estimates of [false, true]) {
    for (const patience of [-1, 1e-9, 1e-3, 1]) {
      const motions = new Motions(1);
      const lines = [];
      const emit = (_of, piece, from, to) => { for (let i = from; i < to; i++) lines.push(piece.fixes[i * FIX]); };
      for (let t = -5; t < 500; t += 1.3) {
        const at = T0 + t;
        moveOn(trail, motions, at, { estimates, patience, emit });
        const [shown, afresh] = [motions.head(0, at), stateAt(trail, t, estimates)];
        assert.deepEqual([shown.state, shown.since], [afresh.state, afresh.since], `at ${t}`);
        if (shown.state === "before") continue;
        assert.ok(Math.abs(shown.x - afresh.x) < 1e-6 && Math.abs(shown.y - afresh.y) < 1e-6, `at ${t}`);
        const apart = Math.abs(shown.angle - afresh.angle) % 360;
        if (shown.state === "observed" || shown.state === "estimated") assert.ok(Math.min(apart, 360 - apart) < 1e-4, `at ${t}`);
      }
      // Each line once, in order, whatever waited.
      const whole = trail.pieces.flatMap(({ fixes, n }) => Array.from({ length: n - 1 }, (_, i) => fixes[i * FIX]));
      assert.deepEqual(lines, whole);
    }
  }
});

test("lines wait no further from the trail's end than they were allowed to", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: north(0, 100) }]));
  const motions = new Motions(1);
  const step = project(130, 40)[1] - project(130, 40.01)[1]; // world units from fix to fix, about
  for (let t = 0; t < 100; t += 0.5) {
    moveOn(trail, motions, T0 + t, { patience: (3.5 * step) ** 2 });
    assert.ok(motions.fix[0] - motions.emitted[0] <= 3);
  }
  assert.equal(motions.fix[0], 99);
});

test("where heads may be a little beside their paths, they are no further, miss no line, and at rest are in place", () => {
  const random = ((seed) => () => ((seed = (seed * 16807) % 2147483647) / 2147483647))(7);
  const wavering = (from, n, by) => Array.from({ length: n }, (_, i) => [from + i, 130 + i * 0.004 + random() * by, 40 + Math.sin(i / 40) * 0.1 + random() * by, (90 + random() * 60) % 360]);
  const holding = Array.from({ length: 90 }, (_, i) => [700 + i, 131 + Math.cos(i / 9) * 0.1, 41 + Math.sin(i / 9) * 0.1, (i * 6.4) % 360]);
  const standing = [[900, 131, 41, 10], [905, 131, 41, 10], [930, 131, 41, 10], [930, 131, 41, 10], [960, 131.1, 41]];
  const trail = new Trail(makePath("f", T0, [{ rows: wavering(0, 300, 0.002) }, { rows: wavering(500, 120, 0.03) }, { rows: holding }, { rows: standing }]));
  const slack = 0.008; // world units: half a px at zoom 6
  let held = 0;
  for (const pace of [0.2, 1.3, 5, 40]) {
    const motions = new Motions(1);
    motions.slack = slack;
    const lines = [];
    const emit = (_of, piece, from, to) => { for (let i = from; i < to; i++) lines.push(piece.fixes[i * FIX]); };
    for (let t = -5; t < 1000; t += pace) {
      const at = T0 + t;
      motions.setPace(pace);
      moveOn(trail, motions, at, { patience: 0.04 ** 2, emit });
      const [shown, afresh] = [motions.head(0, at), stateAt(trail, t)];
      assert.deepEqual([shown.state, shown.since], [afresh.state, afresh.since], `at ${t}`);
      if (shown.state !== "observed") continue;
      held += motions.next[0] > motions.fix[0] + 1;
      assert.ok(Math.abs(shown.x - afresh.x) <= slack + 1e-9 && Math.abs(shown.y - afresh.y) <= slack + 1e-9, `at ${t}, pace ${pace}`);
      const exact = new Motions(1);
      trail.advance(at, false, exact, 0);
      assert.equal(motions.fixAt(0, at), exact.fix[0]);
      assert.ok(lines.every((time) => time < at), "no line is painted before it was flown");
      if (Math.round(t / pace) % 7) continue;
      motions.tighten();
      motions.setPace(0);
      moveOn(trail, motions, at, { patience: 0.04 ** 2, emit });
      const rested = motions.head(0, at);
      assert.ok(Math.hypot(rested.x - afresh.x, rested.y - afresh.y) < 1e-9 && Math.abs(shortWay(rested.angle - afresh.angle)) < 1e-6, `at rest at ${t}`);
    }
    const whole = trail.pieces.flatMap(({ kind, fixes, n }) => (kind === "observed" ? Array.from({ length: n - 1 }, (_, i) => fixes[i * FIX]) : []));
    assert.deepEqual(lines.filter((time) => whole.includes(time)), whole);
  }
  assert.ok(held > 200, `rows held over several fixes ${held} times`);
});

test("when the clock slows down no head goes on as if it did not", () => {
  const trail = new Trail(makePath("f", T0, [{ rows: north(0, 100) }]));
  const motions = new Motions(1);
  motions.slack = 1;
  for (const [t, pace] of [[0, 5], [5, 5], [10, 5]]) {
    motions.setPace(pace);
    moveOn(trail, motions, T0 + t, { patience: 1 });
  }
  assert.ok(motions.rows[UNTIL] >= T0 + 25);
  motions.setPace(0.5);
  moveOn(trail, motions, T0 + 10.5, { patience: 1 });
  assert.ok(motions.rows[UNTIL] <= T0 + 15); // nine frames of the slower clock
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
