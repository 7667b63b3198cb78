import assert from "node:assert/strict";
import { test } from "node:test";

import { isForReader } from "../../static/flightmap/js/corridor-first-use.js";
import { FirstUse } from "../../static/flightmap/js/first-use.js";

/** A part that arrives when `arrive` or `fail` is called; what is heard by it, and by what was there all the time. */
function page(holds) {
  const target = new EventTarget();
  const loads = [];
  const failures = [];
  const heard = { part: [], before: [] };
  const load = () =>
    new Promise((resolve, fail) => {
      loads.push({
        fail,
        arrive() {
          for (const name of ["keydown", "click"]) target.addEventListener(name, ({ type }) => heard.part.push(type));
          resolve();
        },
      });
    });
  const use = new FirstUse(load, { holds, failed: (error) => failures.push(error.message), target });
  for (const name of ["keydown", "click", "pointermove"]) target.addEventListener(name, ({ type }) => heard.before.push(type));
  return { target, loads, failures, heard, use };
}

const send = (target, type, cancelable = true) => {
  const event = new Event(type, { cancelable });
  target.dispatchEvent(event);
  return event;
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what is done before a part is there is told to it once, in order, when it is", async () => {
  const { target, loads, heard } = page(({ type }) => type !== "pointermove");
  assert.equal(loads.length, 0, "nobody has done anything");
  assert.equal(send(target, "keydown").defaultPrevented, true);
  send(target, "click");
  assert.deepEqual(heard, { part: [], before: [] });
  loads[0].arrive();
  await settled();
  assert.deepEqual(heard, { part: ["keydown", "click"], before: ["keydown", "click"] });
  send(target, "click");
  assert.deepEqual(heard.part, ["keydown", "click", "click"]);
  assert.equal(loads.length, 1);
});

test("what is meant for something else goes there at once, fetches the part, and is not told again", async () => {
  const { target, loads, heard } = page(() => false);
  for (const name of ["pointermove", "pointermove", "keydown"]) assert.equal(send(target, name).defaultPrevented, false);
  assert.deepEqual(heard.before, ["pointermove", "pointermove", "keydown"]);
  assert.equal(loads.length, 1);
  loads[0].arrive();
  await settled();
  assert.deepEqual(heard.part, []);
});

test("a part that did not arrive is said, and fetched again at the next sign", async () => {
  const { target, loads, heard, failures } = page(() => true);
  send(target, "click");
  loads[0].fail(new Error("offline"));
  await settled();
  assert.deepEqual(failures, ["offline"]);
  send(target, "keydown");
  loads[1].arrive();
  await settled();
  assert.deepEqual(heard.part, ["keydown"], "what nobody could answer is not answered long after");
  assert.equal(loads.length, 2);
});

test("a field keeps what was written while the part was on its way", async () => {
  const { target, loads } = page(() => true);
  target.value = "RA-82030";
  send(target, "input", false);
  const read = [];
  target.addEventListener("input", () => read.push(target.value));
  target.value = ""; // as wiring it may do
  loads[0].arrive();
  await settled();
  assert.deepEqual(read, ["RA-82030"]);
});

/** An element inside of what these selectors name. */
const inside = (...selectors) => ({ closest: (asked) => (selectors.some((one) => asked.includes(one)) ? {} : null) });
const key = (name, target, more = {}) => ({ type: "keydown", key: name, target, ...more });

test("keys of the page are held, and those with which the browser or the transport does something are not", () => {
  const body = inside();
  for (const name of ["]", "?", "/", "r", "Escape"]) assert.equal(isForReader(key(name, body)), true, name);
  for (const name of ["Tab", "Enter", " ", "ArrowLeft", "F5"]) assert.equal(isForReader(key(name, body)), false, name);
  assert.equal(isForReader(key("r", body, { ctrlKey: true })), false, "the browser's own");
  assert.equal(isForReader(key("r", inside("textarea"))), false, "it is written");
  const bar = inside(".timeline-main");
  for (const name of ["ArrowLeft", "End", "PageDown", "f"]) assert.equal(isForReader(key(name, bar)), true, name);
  assert.equal(isForReader(key("Home", bar, { ctrlKey: true })), true);
  assert.equal(isForReader(key("Tab", bar)), false);
  const map = inside(".leaflet-container");
  assert.equal(isForReader(key("+", map)), false, "it zooms the map");
  assert.equal(isForReader(key("]", map)), true);
});

test("the map and pointing elsewhere are left alone; presses, fields and all on the lanes are held", () => {
  for (const type of ["click", "wheel", "pointerdown"]) assert.equal(isForReader({ type, target: inside(".leaflet-container", "[data-corridor]") }), false, type);
  assert.equal(isForReader({ type: "pointermove", target: inside("[data-corridor-side]") }), false);
  assert.equal(isForReader({ type: "input", target: inside("[data-corridor-side]") }), true);
  assert.equal(isForReader({ type: "click", target: inside("[data-corridor]") }), true);
  for (const type of ["wheel", "pointerdown", "pointermove"]) assert.equal(isForReader({ type, target: inside(".timeline-main") }), true, type);
});
