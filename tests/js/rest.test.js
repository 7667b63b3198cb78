import assert from "node:assert/strict";
import { test } from "node:test";
import { Rest } from "../../static/flightmap/js/rest.js";

test("what goes on is not disturbed; once it rests, that is told once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const pass = (ms) => { now += ms; t.mock.timers.tick(ms); };
  let acted = 0;
  const rest = new Rest(() => (acted += 1), 120);
  for (let frame = 0; frame < 60; frame++) {
    rest.touch();
    pass(16);
  }
  assert.equal(acted, 0);
  pass(120);
  assert.equal(acted, 1);
  pass(1000);
  assert.equal(acted, 1);
  rest.touch();
  rest.stop();
  pass(1000);
  assert.equal(acted, 1);
});
