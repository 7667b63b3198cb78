import assert from "node:assert/strict";
import { test } from "node:test";
import { allEvents, flightEvents, midnights, nextFix, nextMoment } from "../../static/flightmap/js/events.js";
import { momentOf } from "../../static/flightmap/js/path-moment.js";
import { makePath } from "./make-path.js";

const T0 = Date.UTC(2024, 2, 21, 23, 50) / 1000;
const rows = (...times) => times.map((time) => [time, 129 + time * 0.001, 42]);
const path = makePath("f", T0, [{ rows: rows(0, 60, 120) }, { rows: rows(720, 780, 840) }]);
const summary = {
  id: "f", start: T0, end: T0 + 840, departure: T0 - 300, departure_basis: "estimated", arrival: T0 + 840, arrival_basis: "observed",
  gaps: [{ kind: "interior", start: T0 + 120, end: T0 + 720.04 }, { kind: "trailing", start: T0 + 840, end: null }],
};
const EVER = { start: 0, end: 1e11 };
const kindsOf = (events) => events.map(({ kind }) => kind);

test("a flight's events are its take-off and landing, the ends of its gaps and of observation, in order", () => {
  const events = flightEvents(summary, path);
  assert.deepEqual(events.map(({ kind, time }) => [kind, Math.round((time - T0) * 1000) / 1000]), [
    ["takeOff", -300], ["firstFix", 0], ["gapStart", 120], ["gapEnd", 720], ["landing", 840], ["lastFix", 840],
  ]);
  assert.equal(events[0].detail, "estimated");
  assert.ok(Math.abs(events[2].detail - 600.04) < 1e-6); // as the summary states it, not as the wire rounds it
});

test("at the end of a gap the fix is there: the rounding of the wire leaves no moment before it", () => {
  const { time } = flightEvents(summary, path).find(({ kind }) => kind === "gapEnd");
  assert.deepEqual([momentOf(path, time).state, momentOf(path, time).stretch, momentOf(path, time).fix], ["fix", 1, 0]);
});

test("what is not known is no event: no take-off, no gap without an end", () => {
  const bare = { id: "g", start: null, end: null, departure: null, arrival: null, gaps: [{ kind: "interior", start: null, end: null }] };
  assert.deepEqual(flightEvents(bare), []);
});

test("midnights are those of UTC, the ends included, across a leap day", () => {
  const day = (n) => Date.UTC(2024, 1, n) / 1000;
  assert.deepEqual(midnights(day(28), day(29) + 86400).map(({ time }) => time), [day(28), day(29), Date.UTC(2024, 2, 1) / 1000]);
  assert.deepEqual(midnights(day(28) + 1, day(29) - 1), []);
});

test("a midnight that several flights pass is one event", () => {
  const flights = [{ summary, path }, { summary: { ...summary, id: "g" }, path }];
  assert.equal(allEvents(flights).filter(({ kind }) => kind === "midnight").length, 1);
});

test("stepping forth and back over events visits each moment once, and says all that happens at it", () => {
  const events = allEvents([{ summary, path }]);
  const walk = (from, way) => {
    const seen = [];
    for (let at = nextMoment(events, from, way, EVER); at; at = nextMoment(events, at.time, way, EVER)) seen.push(kindsOf(at.events));
    return seen;
  };
  const forth = walk(T0 - 1000, 1);
  assert.deepEqual(forth, [["takeOff"], ["firstFix"], ["gapStart"], ["midnight"], ["gapEnd"], ["landing", "lastFix"]]);
  assert.deepEqual(walk(T0 + 1000, -1), forth.toReversed());
});

test("no step leads out of the range of the clock", () => {
  const events = allEvents([{ summary, path }]);
  assert.equal(nextMoment(events, T0, -1, { start: T0, end: T0 + 840 }), null);
  assert.equal(nextMoment(events, T0 + 840, 1, { start: T0, end: T0 + 840 }), null);
});

/** A path of fixes at any times, in hundredths of a second; a made-up but repeatable one. */
function anyPath(seed) {
  const next = () => (seed = (seed * 48271) % 2147483647);
  let time = (next() % 1000) / 100;
  const stretches = Array.from({ length: 1 + (next() % 3) }, (_, i) => {
    const times = Array.from({ length: 1 + (next() % 20) }, () => (time = Math.round((time + 0.01 + (next() % 5000) / 100) * 100) / 100));
    time += 1000;
    return { class: i % 2 ? "estimated" : "observed", rows: rows(...times) };
  });
  return makePath(`p${seed}`, 1711000000 + (next() % 1000) / 1000, stretches);
}

test("stepping by fix visits every observed fix once, forth and back, and stands exactly at each", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const any = anyPath(seed);
    const fixes = any.stretches.flatMap(({ class: name, n }, stretch) => (name === "observed" ? Array.from({ length: n }, (_, fix) => `${stretch}.${fix}`) : []));
    for (const way of [1, -1]) {
      const seen = [];
      for (let at = nextFix([any], way > 0 ? 0 : 1e11, way); at; at = nextFix([any], at.time, way)) {
        seen.push(`${at.stretch}.${at.fix}`);
        const shown = momentOf(any, at.time);
        assert.deepEqual([shown.stretch, shown.fix], [at.stretch, at.fix], `seed ${seed}`);
      }
      assert.deepEqual(seen, way > 0 ? fixes : fixes.toReversed(), `seed ${seed}, way ${way}`);
    }
  }
});

test("among several flights the step is to the nearest fix of any; estimates count only where they are shown", () => {
  const other = makePath("g", T0, [{ rows: rows(30, 70) }, { class: "estimated", rows: rows(200) }]);
  const forth = (time, estimates) => nextFix([path, other], T0 + time, 1, estimates);
  assert.deepEqual([forth(0).path.id, forth(0).time - T0], ["g", 30]);
  assert.deepEqual([forth(30).path.id, forth(30).time - T0], ["f", 60]);
  assert.equal(forth(120).time - T0, 720);
  assert.equal(forth(120, true).time - T0, 200);
  assert.equal(nextFix([], T0, 1), null);
});
