import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, runClock } from "../../static/flightmap/js/clock.js";

const START = 1711000000;
const END = START + 86400 * 30;

function playing(rate, time = START) {
  const clock = new Clock({ start: START, end: END, time, rate });
  clock.play();
  clock.advance(0);
  return clock;
}

test("data time at any rate is the anchor plus wall time times rate, exactly, after a million uneven frames", () => {
  for (const rate of [1, 7.5, 60, 1000]) {
    const clock = playing(rate);
    let wall = 0;
    let seed = 1;
    for (let i = 0; i < 1_000_000; i++) {
      seed = (seed * 48271) % 2147483647;
      wall += (seed % 4000) / 1000; // 0 to 4 ms
      clock.advance(wall);
    }
    assert.equal(clock.time, Math.min(END, START + (wall / 1000) * rate));
  }
});

test("a frame in the middle of a play changes nothing of a later frame's time", () => {
  const often = playing(137);
  for (let wall = 0; wall <= 10000; wall += 3.7) often.advance(wall);
  const once = playing(137);
  assert.equal(often.advance(12345.678), once.advance(12345.678));
});

test("a new rate takes hold at the moment shown, without a jump", () => {
  const clock = playing(60);
  clock.advance(1000);
  assert.equal(clock.time, START + 60);
  clock.setRate(1000);
  clock.advance(1016);
  assert.equal(clock.time, START + 60);
  clock.advance(2016);
  assert.equal(clock.time, START + 1060);
});

test("the first frame after play counts from itself, not from when play was pressed", () => {
  const clock = new Clock({ start: START, end: END });
  clock.play();
  clock.advance(5_000_000);
  assert.equal(clock.time, START);
});

test("a seek while playing goes on from the place sought", () => {
  const clock = playing(10);
  clock.advance(1000);
  clock.seek(START + 5000);
  clock.advance(2000);
  clock.advance(3000);
  assert.equal(clock.time, START + 5010);
});

test("times are kept inside the range and play stops at its end, with one word about it", () => {
  const clock = new Clock({ start: START, end: START + 100, time: START - 50, rate: 1000 });
  let ended = 0;
  clock.addEventListener("end", () => ended++);
  assert.equal(clock.time, START);
  clock.play();
  clock.advance(0);
  clock.advance(200);
  assert.equal(clock.time, START + 100);
  assert.equal(clock.playing, false);
  clock.advance(400);
  assert.equal(ended, 1);
});

test("play at the end begins again at the start", () => {
  const clock = new Clock({ start: START, end: START + 100, time: START + 100 });
  clock.play();
  assert.equal(clock.time, START);
  assert.equal(clock.playing, true);
});

test("a clock that does not play does not move", () => {
  const clock = new Clock({ start: START, end: END, rate: 1000 });
  clock.advance(0);
  clock.advance(9999);
  assert.equal(clock.time, START);
});

test("a wall clock that steps back never takes the data time back before its anchor", () => {
  const clock = playing(10);
  clock.advance(1000);
  clock.advance(-500);
  assert.equal(clock.time, START);
});

test("with steps the time changes once a step by the whole of it and stands still between", () => {
  const clock = playing(60);
  clock.step = 1;
  clock.advance(0);
  const seen = [];
  clock.addEventListener("time", () => seen.push(clock.time - START));
  for (let wall = 0; wall <= 3100; wall += 16) clock.advance(wall);
  assert.deepEqual(seen, [60, 120, 180]);
});

test("events say whether time ran on or jumped, and nothing is said when nothing changed", () => {
  const clock = playing(10);
  const jumps = [];
  clock.addEventListener("time", (event) => jumps.push(event.jump));
  clock.advance(100);
  clock.advance(100);
  clock.seek(START + 50);
  clock.seek(START + 50);
  assert.deepEqual(jumps, [false, true]);
});

test("a new range that leaves the time outside moves it to the nearer end", () => {
  const clock = new Clock({ start: START, end: END, time: START + 1000 });
  clock.setRange(START + 2000, END);
  assert.equal(clock.time, START + 2000);
});

test("nonsense is refused: times that are no numbers, rates out of bounds, ranges in the wrong order", () => {
  const clock = new Clock({ start: START, end: END });
  assert.throws(() => clock.seek(NaN), RangeError);
  assert.throws(() => clock.setRate(0), RangeError);
  assert.throws(() => clock.setRate(1001), RangeError);
  assert.throws(() => clock.setRange(2, 1), RangeError);
  assert.throws(() => new Clock({ start: START, end: Infinity }), RangeError);
  assert.equal(clock.time, START);
});

/** A browser of which a test is the frames, the tab and the reader's wishes. */
function fakeBrowser({ reduced = false } = {}) {
  const document = new EventTarget();
  document.hidden = false;
  const motion = new EventTarget();
  motion.matches = reduced;
  const frames = new Map();
  let next = 1;
  return {
    document,
    motion,
    matchMedia: () => motion,
    requestAnimationFrame: (callback) => (frames.set(next, callback), next++),
    cancelAnimationFrame: (id) => frames.delete(id),
    waiting: () => frames.size,
    frame(wall) {
      const callbacks = [...frames.values()];
      frames.clear();
      for (const callback of callbacks) callback(wall);
    },
    hide(hidden) {
      document.hidden = hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

test("frames are asked for only while the clock plays", () => {
  const browser = fakeBrowser();
  const clock = new Clock({ start: START, end: END });
  runClock(clock, browser);
  assert.equal(browser.waiting(), 0);
  clock.play();
  browser.frame(0);
  assert.equal(browser.waiting(), 1);
  clock.pause();
  browser.frame(16);
  assert.equal(browser.waiting(), 0);
});

test("time stands still while the tab is hidden and goes on from there when it is seen again", () => {
  const browser = fakeBrowser();
  const clock = new Clock({ start: START, end: END, rate: 100 });
  runClock(clock, browser);
  clock.play();
  browser.frame(0);
  browser.frame(1000);
  browser.hide(true);
  assert.equal(browser.waiting(), 0);
  browser.hide(false);
  browser.frame(3_600_000);
  assert.equal(clock.time, START + 100);
  browser.frame(3_601_000);
  assert.equal(clock.time, START + 200);
});

test("a reader who prefers reduced motion gets steps, and smooth motion when they no longer do", () => {
  const browser = fakeBrowser({ reduced: true });
  const clock = new Clock({ start: START, end: END });
  runClock(clock, browser);
  assert.equal(clock.step, 1);
  browser.motion.matches = false;
  browser.motion.dispatchEvent(new Event("change"));
  assert.equal(clock.step, 0);
});

test("once stopped, a clock's frames come no more", () => {
  const browser = fakeBrowser();
  const clock = new Clock({ start: START, end: END });
  const stop = runClock(clock, browser);
  clock.play();
  stop();
  assert.equal(browser.waiting(), 0);
});

/** Wall times of uneven frames: some close together, some after seconds of nothing. */
function* unevenFrames(count, seed) {
  let wall = 0;
  for (let i = 0; i < count; i++) {
    seed = (seed * 48271) % 2147483647;
    wall += seed % 50 === 0 ? 3000 + (seed % 977) : (seed % 16000) / 1000;
    yield wall;
  }
}

test("backwards, data time is the anchor less wall time times rate, exactly, after uneven frames", () => {
  for (const rate of [1, 7.5, 60, 1000]) {
    const clock = new Clock({ start: START, end: END, time: END, rate });
    clock.setReverse(true);
    clock.play();
    clock.advance(0);
    for (const wall of unevenFrames(200_000, 7)) {
      clock.advance(wall);
      assert.equal(clock.time, Math.max(START, END - (wall / 1000) * rate));
    }
  }
});

test("backwards, play stops at the start, and there begins again at the end", () => {
  const clock = new Clock({ start: START, end: START + 100, time: START + 50, rate: 1000 });
  let ended = 0;
  clock.addEventListener("end", () => ended++);
  clock.setReverse(true);
  clock.play();
  clock.advance(0);
  clock.advance(60);
  assert.deepEqual([clock.time, clock.playing, ended], [START, false, 1]);
  clock.play();
  assert.equal(clock.time, START + 100);
});

test("a turn round while playing goes on from the moment shown, the other way", () => {
  const clock = playing(10);
  clock.advance(4000);
  clock.setReverse(true);
  clock.advance(4016);
  assert.equal(clock.time, START + 40);
  clock.advance(5016);
  assert.equal(clock.time, START + 30);
  clock.setReverse(false);
  clock.advance(5016);
  clock.advance(7016);
  assert.equal(clock.time, START + 50);
});

/** Where whole seconds of data lead in a loop, counted one by one: an independent sum to hold the clock against. */
function counted(from, seconds, loop, way) {
  let at = from;
  for (let i = 0; i < seconds; i++) {
    at += way;
    if (way > 0 && at > loop.end) at = loop.start + 1;
    if (way < 0 && at < loop.start) at = loop.end - 1;
  }
  return at;
}

test("a loop is exact after any number of turns, in both directions, from inside it and from before it", () => {
  for (const [length, rate] of [[7, 1], [60, 30], [61, 1000], [3600, 600]]) {
    for (const [way, lead] of [[1, 0], [1, 25], [-1, 0], [-1, 25]]) {
      const loop = { start: START + 1000, end: START + 1000 + length };
      const from = way > 0 ? loop.start - lead : loop.end + lead;
      const clock = new Clock({ start: START, end: END, time: from, rate });
      clock.setReverse(way < 0);
      clock.setLoop(loop);
      clock.play();
      clock.advance(0);
      for (const wall of [1000, 1000, 2000, 9000, 10_000, 63_000, 100_000]) {
        clock.advance(wall);
        // At the joint the end and the start are the same moment of the turn.
        const off = Math.abs(clock.time - counted(from, (wall / 1000) * rate, loop, way));
        assert.ok(off === 0 || off === length, `${rate}× in ${length} s, way ${way}, at ${wall} ms: off by ${off}`);
      }
    }
  }
});

test("frames in between change nothing of where a loop is", () => {
  const at = (walls) => {
    const clock = playing(137, START + 10);
    clock.setLoop({ start: START + 5, end: START + 22.5 });
    clock.advance(0);
    for (const wall of walls) clock.advance(wall);
    return clock.time;
  };
  const walls = [...unevenFrames(50_000, 3)];
  assert.equal(at(walls), at([walls.at(-1)]));
});

test("a turn of the loop is told as a jump, a step within it is not", () => {
  const clock = playing(10);
  clock.setLoop({ start: START, end: START + 25 });
  clock.advance(0);
  const jumps = [];
  clock.addEventListener("time", (event) => jumps.push([clock.time - START, event.jump]));
  for (const wall of [1000, 2000, 3000, 4000]) clock.advance(wall);
  assert.deepEqual(jumps, [[10, false], [20, false], [5, true], [15, false]]);
});

test("who seeks past the loop plays on from there; who then presses play anew is taken into it", () => {
  const clock = playing(10);
  clock.setLoop({ start: START + 100, end: START + 200 });
  clock.seek(START + 500);
  clock.advance(0);
  clock.advance(1000);
  assert.equal(clock.time, START + 510);
  clock.pause();
  clock.play();
  assert.equal(clock.time, START + 100);
});

test("a loop reaches no further than the range, does not stop at its end, and waits while the range leaves it out", () => {
  const clock = new Clock({ start: START, end: START + 100, time: START + 90, rate: 10 });
  clock.setLoop({ start: START + 80, end: START + 1000 });
  clock.play();
  clock.advance(0);
  clock.advance(1000);
  assert.deepEqual([clock.time, clock.playing], [START + 100, true]);
  clock.advance(1500);
  assert.equal(clock.time, START + 85);
  clock.setRange(START, START + 70);
  clock.advance(1600);
  clock.advance(1700);
  assert.deepEqual([clock.time, clock.playing], [START + 70, false]);
  assert.deepEqual(clock.loop, { start: START + 80, end: START + 1000 });
});

test("a loop without length, or turned round, is refused", () => {
  const clock = new Clock({ start: START, end: END });
  assert.throws(() => clock.setLoop({ start: START, end: START }), RangeError);
  assert.throws(() => clock.setLoop({ start: START + 9, end: START }), RangeError);
  assert.throws(() => clock.setLoop({ start: NaN, end: START }), RangeError);
  assert.equal(clock.loop, null);
});
