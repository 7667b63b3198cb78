import assert from "node:assert/strict";
import { test } from "node:test";
import { characterKeys, listenToKeys } from "../../static/flightmap/js/keys.js";

/** A page with some keys; `press` says whether the key was the page's. */
function somePage() {
  const page = new EventTarget();
  const pressed = [];
  const note = (name) => () => pressed.push(name);
  listenToKeys({ "]": note("next"), r: note("reverse"), "+": note("faster"), Escape: note("escape") }, page);
  const press = (key, { inside = null, ...more } = {}) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key, ...more });
    // A target stands in for an element: `closest` says what it is inside of.
    Object.defineProperty(event, "target", { value: { closest: (selector) => (inside && selector.includes(inside) ? {} : null) } });
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { press, pressed };
}

test("letters act in both cases, and keys without an action are left to the browser", () => {
  const { press, pressed } = somePage();
  assert.deepEqual([press("]"), press("r"), press("R"), press("q"), press("toString")], [true, true, true, false, false]);
  assert.deepEqual(pressed, ["next", "reverse", "reverse"]);
});

test("keys typed into a field or a list of choices, or with Control, are not the page's; Escape is", () => {
  const { press, pressed } = somePage();
  assert.equal(press("r", { inside: "textarea" }), false);
  assert.equal(press("r", { inside: "select" }), false);
  assert.equal(press("r", { ctrlKey: true }), false);
  press("Escape", { inside: "textarea" });
  assert.deepEqual(pressed, ["escape"]);
});

test("on the map plus stays the map's", () => {
  const { press, pressed } = somePage();
  assert.equal(press("+", { inside: ".leaflet-container" }), false);
  assert.equal(press("r", { inside: ".leaflet-container" }), true);
  assert.deepEqual(pressed, ["reverse"]);
});

test("keys of one character can be switched off; Escape stays", () => {
  const { press, pressed } = somePage();
  characterKeys.switch(false);
  assert.equal(press("r"), false);
  press("Escape");
  characterKeys.switch(true);
  press("r");
  assert.deepEqual(pressed, ["escape", "reverse"]);
});
