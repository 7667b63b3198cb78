import assert from "node:assert/strict";
import { test } from "node:test";
import { LABELS, TRAILS, parsePlayback, writePlayback } from "../../static/flightmap/js/playback-state.js";

const PLAIN = { reverse: false, loop: null, follow: false, labels: "auto", trails: "stay" };
const parsed = (text) => parsePlayback(new URLSearchParams(text));

test("every state comes back from its address", () => {
  for (const reverse of [false, true]) {
    for (const loop of [null, { start: 1711000000, end: 1711000060 }]) {
      for (const follow of [false, true]) {
        for (const labels of LABELS) {
          for (const trails of TRAILS) {
            const state = { reverse, loop, follow, labels, trails };
            const query = new URLSearchParams("t=2024-03-21&reverse=1&labels=full&loop=old");
            writePlayback(query, state);
            assert.deepEqual(parsePlayback(query), state);
            assert.equal(query.get("t"), "2024-03-21");
          }
        }
      }
    }
  }
});

test("what is as it is by itself leaves no word in the address", () => {
  const query = new URLSearchParams("follow=1&trails=fade&loop=2024-03-21T04:00:00Z,2024-03-21T05:00:00Z");
  writePlayback(query, PLAIN);
  assert.equal(query.toString(), "");
});

test("senseless words fall back, each by itself", () => {
  for (const loop of ["", "x,y", "2024-03-21T05:00:00Z,2024-03-21T04:00:00Z", "2024-03-21T04:00:00Z", "2024,2025,2026", "2024,2024"]) {
    assert.deepEqual(parsed(`loop=${loop}&reverse=yes&follow=2&labels=toString&trails=FADE`), PLAIN);
  }
  assert.deepEqual(parsed("loop=x&reverse=1"), { ...PLAIN, reverse: true });
});

test("a loop shorter than the seconds of an address is left out", () => {
  const query = new URLSearchParams();
  writePlayback(query, { ...PLAIN, loop: { start: 1711000000.1, end: 1711000000.3 } });
  assert.equal(query.toString(), "");
});
