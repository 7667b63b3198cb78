import assert from "node:assert/strict";
import { test } from "node:test";

import { Selection } from "../../static/flightmap/js/selection.js";

/** The names of the events the selection sends, in order. */
function listen(selection) {
  const heard = [];
  for (const name of ["hover", "select", "time"]) {
    selection.addEventListener(name, () => heard.push(name));
  }
  return heard;
}

test("hovering and selecting are told apart and told once", () => {
  const selection = new Selection();
  const heard = listen(selection);
  selection.hover("k3x9q7wz");
  selection.hover("k3x9q7wz");
  selection.select("a2b4c6d8");
  assert.deepEqual(heard, ["hover", "select"]);
  assert.equal(selection.hovered, "k3x9q7wz");
  assert.equal(selection.selected, "a2b4c6d8");
});

test("undefined means no flight, like null", () => {
  const selection = new Selection();
  selection.select("k3x9q7wz");
  selection.select(undefined);
  assert.equal(selection.selected, null);
});

test("choosing the chosen flight again lets go of it", () => {
  const selection = new Selection();
  selection.toggle("k3x9q7wz");
  assert.equal(selection.selected, "k3x9q7wz");
  selection.toggle("k3x9q7wz");
  assert.equal(selection.selected, null);
});

test("the hovered time covers the pinned one and gives it back", () => {
  const selection = new Selection();
  selection.pinTime(1000);
  selection.hoverTime(2000);
  assert.equal(selection.time, 2000);
  selection.hoverTime(null);
  assert.equal(selection.time, 1000);
});

test("pinning a time under a hovered one changes nothing to be drawn, so tells nobody", () => {
  const selection = new Selection();
  selection.hoverTime(2000);
  const heard = listen(selection);
  selection.pinTime(1000);
  assert.deepEqual(heard, []);
});

test("the epoch itself is a time, what is no number is none", () => {
  const selection = new Selection();
  selection.hoverTime(0);
  assert.equal(selection.time, 0);
  selection.hoverTime(Number.NaN);
  assert.equal(selection.time, null);
});

test("only who pointed last takes it back, in whichever order the browser tells", () => {
  const selection = new Selection();
  selection.hover("k3x9q7wz", "map");
  selection.hoverTime(1000, "map");
  selection.hover("a2b4c6d8", "list"); // the pointer came to the list …
  selection.hoverTime(2000, "list");
  selection.hover(null, "map"); // … and left the map, which is told later
  selection.hoverTime(null, "map");
  assert.equal(selection.hovered, "a2b4c6d8");
  assert.equal(selection.time, 2000);
  selection.hover(null, "list");
  selection.hoverTime(null, "list");
  assert.equal(selection.hovered, null);
  assert.equal(selection.time, null);
});

test("who points at the same as another takes it over", () => {
  const selection = new Selection();
  selection.hover("k3x9q7wz", "map");
  selection.hover("k3x9q7wz", "list");
  selection.hover(null, "map");
  assert.equal(selection.hovered, "k3x9q7wz");
});
