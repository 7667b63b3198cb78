import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../static/flightmap/js/clock.js";
import { LINGER, Skipper, beyond, movements, quietTimes } from "../../static/flightmap/js/skipper.js";

const HOUR = 3600;
const MOVING = [{ start: 0, end: 1000 }, { start: 50_000, end: 60_000 }];
const forth = { start: -1e6, end: 1e6, loop: null, reverse: false };
const back = { ...forth, reverse: true };

test("flights that overlap or nearly touch are one movement", () => {
  const flights = [{ start: 5000, end: 9000 }, { start: 0, end: 4000 }, { start: 3000, end: 6000 }, { start: 9000 + LINGER, end: 9500 }];
  assert.deepEqual(movements(flights), [{ start: 0, end: 9500 }]);
  assert.deepEqual(movements([{ start: 0, end: 10 }, { start: 11 + LINGER, end: 20 + LINGER }]).length, 2);
});

test("a short flight inside a long one does not end the movement", () => {
  assert.deepEqual(movements([{ start: 0, end: 9000 }, { start: 100, end: 200 }]), [{ start: 0, end: 9000 }]);
});

test("there is somewhere to jump to only while nothing moves, and something will", () => {
  const quiet = quietTimes(MOVING);
  assert.equal(beyond(quiet, -500, forth), 0);
  assert.equal(beyond(quiet, 500, forth), null);
  assert.equal(beyond(quiet, 999 + LINGER, forth), null);
  assert.equal(beyond(quiet, 1001 + LINGER, forth), 50_000);
  assert.equal(beyond(quiet, 70_000, forth), null);
  assert.equal(beyond(quietTimes([]), 0, forth), null);
  assert.equal(beyond(quiet, 40_000, { ...forth, end: 45_000 }), null); // what moves next is outside the window
});

test("backwards the jump is to where the movement before came to its end", () => {
  const quiet = quietTimes(MOVING);
  assert.equal(beyond(quiet, 70_000, back), 60_000 + LINGER);
  assert.equal(beyond(quiet, 49_999, back), 1000 + LINGER);
  assert.equal(beyond(quiet, 1000 + LINGER, back), null);
  assert.equal(beyond(quiet, -1, back), null);
});

test("in a loop the jump leads round to its beginning, and a loop of nothing but quiet is left alone", () => {
  const quiet = quietTimes(MOVING);
  assert.equal(beyond(quiet, 2000, { ...forth, loop: { start: 500, end: 3000 } }), 500);
  assert.equal(beyond(quiet, 2000, { ...forth, loop: { start: -100, end: 3000 } }), 0);
  assert.equal(beyond(quiet, 2000, { ...back, loop: { start: 1500, end: 55_000 } }), 55_000);
  for (const clock of [forth, back]) assert.equal(beyond(quiet, 2000, { ...clock, loop: { start: 1500, end: 3000 } }), null);
  assert.equal(beyond(quiet, 2000, { ...forth, loop: { start: 0, end: 900 } }), 50_000); // sought past the loop
});

/** Play a clock over wall seconds in frames of 100 ms; the skips as they came. */
function play({ enabled = true, seconds = 60, reverse = false, time = 0, loop = null } = {}) {
  const clock = new Clock({ start: 0, end: 100 * HOUR, rate: 600, time });
  const skipper = new Skipper(clock, { enabled, least: LINGER });
  skipper.setSpans(quietTimes(movements([{ start: 0, end: HOUR }, { start: 20 * HOUR, end: 21 * HOUR }])));
  const skips = [];
  skipper.addEventListener("skip", ({ detail }) => skips.push(detail));
  clock.setReverse(reverse);
  clock.setLoop(loop);
  clock.play();
  for (let wall = 0; wall <= seconds * 1000; wall += 100) clock.advance(wall);
  return { clock, skips };
}

test("play jumps over the quiet between two flights, once, and says from where to where", () => {
  const { clock, skips } = play({ seconds: 9 });
  assert.equal(skips.length, 1);
  assert.ok(skips[0].from > HOUR + LINGER - 1 && skips[0].from < HOUR + 2 * LINGER);
  assert.equal(skips[0].to, 20 * HOUR);
  assert.ok(clock.time > 20 * HOUR && clock.time < 21 * HOUR);
});

test("backwards play jumps over the same quiet, once", () => {
  const { clock, skips } = play({ seconds: 9, reverse: true, time: 21 * HOUR });
  assert.equal(skips.length, 1);
  assert.equal(skips[0].to, HOUR + LINGER);
  assert.ok(clock.time < HOUR + LINGER && clock.time > 0);
});

test("quiet time runs on for readers who switched skipping off", () => {
  assert.deepEqual(play({ enabled: false }).skips, []);
});

test("a loop over quiet time alone plays it, without a skip in every turn", () => {
  const { clock, skips } = play({ seconds: 60, time: 2 * HOUR, loop: { start: 2 * HOUR, end: 3 * HOUR } });
  assert.deepEqual(skips, []);
  assert.ok(clock.time >= 2 * HOUR && clock.time <= 3 * HOUR);
});

test("a reader who goes into quiet time by hand is left there", () => {
  const clock = new Clock({ start: 0, end: 100 * HOUR });
  const skipper = new Skipper(clock);
  skipper.setSpans(quietTimes([{ start: 50 * HOUR, end: 51 * HOUR }]));
  clock.seek(10 * HOUR);
  assert.equal(clock.time, 10 * HOUR);
});
