import assert from "node:assert/strict";
import test from "node:test";

import { HeadLabels } from "../../static/flightmap/js/head-labels.js";

// The map shows the middle of a canvas of 880 × 660.
const FRAME = { left: 40, top: 30, right: 840, bottom: 630 };
const VIEW = { view: { ratio: 1, frame: FRAME }, colours: { casing: "#fff", ink: "#000" } };

/** A context that knows how wide text is, and remembers what images it was given. */
function fakeContext(drawn = []) {
  const nothing = () => {};
  const known = {
    measureText: (text) => ({ width: text.length * 6 }),
    drawImage: (image, ...box) => drawn.push({ image, box }),
  };
  return new Proxy({}, { get: (own, name) => known[name] ?? own[name] ?? nothing, set: Reflect.set });
}

function labelled(options = {}) {
  const drawn = [];
  const made = [];
  const makeCanvas = () => {
    made.push(1);
    return { getContext: () => fakeContext() };
  };
  const labels = new HeadLabels(fakeContext(drawn), { makeCanvas, since: () => "", font: "sans", ...options });
  return { labels, drawn, made };
}

const head = (x, y, more = {}) => ({ entry: { label: "RA-82030" }, x, y, state: "observed", since: null, rank: 0, piece: {}, fix: 0, ...more });

const isShown = ({ box: [left, top, width, height] }) =>
  left >= FRAME.left && top >= FRAME.top && left + width <= FRAME.right && top + height <= FRAME.bottom;

for (const [x, y] of [[45, 330], [838, 330], [440, 33], [440, 628]]) {
  test(`the label of a head at an edge (${x}, ${y}) stands where the map shows it whole`, () => {
    const { labels, drawn } = labelled();
    labels.paint([head(x, y)], VIEW, false);
    assert.equal(drawn.length, 1);
    assert.ok(isShown(drawn[0]), drawn[0].box.join());
  });
}

test("a chosen head in a corner or hemmed in is labelled all the same, where it is seen; another is not", () => {
  for (const [x, y] of [[41, 31], [839, 629], [440, 330]]) {
    const { labels, drawn } = labelled();
    labels.paint([1, 1, 1, 1, 1, 2].map((rank) => head(x, y, { rank })), VIEW, false);
    assert.equal(drawn.length, 6);
    assert.ok(drawn.every(isShown));
  }
  const { labels, drawn } = labelled();
  labels.paint([0, 0, 0, 0, 0, 0].map(() => head(440, 330)), VIEW, false);
  assert.equal(drawn.length, 4); // one on each side
});

test("a label takes the side on which it covers no obstacle, and none where all are covered", () => {
  const right = [440 + 17, 320, 600, 340];
  const { labels, drawn } = labelled({ obstacles: () => [right] });
  labels.paint([head(440, 330)], VIEW, false);
  assert.equal(drawn.length, 1);
  const [left, , width] = drawn[0].box;
  assert.equal(left + width, 440 - 17);
  const hemmed = labelled({ obstacles: () => [[0, 0, 2000, 2000]] });
  hemmed.labels.paint([head(440, 330)], VIEW, false);
  assert.equal(hemmed.drawn.length, 0);
});

test("a chosen head with no free side is labelled where least is covered: beside a card, over the edge of a name", () => {
  const card = [440 + 20, 0, 840, 660];
  const name = [0, 300, 440, 325]; // reaches a little into the left side
  const { labels, drawn } = labelled({ obstacles: () => [card, name, [430, 200, 450, 460]] });
  labels.paint([head(440, 330, { rank: 2 })], VIEW, false);
  const [left, , width] = drawn[0].box;
  assert.equal(left + width, 440 - 17);
});

test("hours of playback keep so many bitmaps and no more, and those in use stay", () => {
  let said = 0;
  const { labels, made } = labelled({ details: () => [`fix ${said}`] });
  labels.mode = "full";
  for (said = 0; said < 1000; said++) labels.paint([head(400, 300, { entry: { label: "A" }, fix: said })], VIEW, false);
  assert.equal(made.length, 1000);
  said = 999;
  labels.paint([head(400, 300, { entry: { label: "A" }, fix: 1000 })], VIEW, false);
  assert.equal(made.length, 1000); // it was there still
  said = 0;
  labels.paint([head(400, 300, { entry: { label: "A" }, fix: 1001 })], VIEW, false);
  assert.equal(made.length, 1001); // long gone
});
