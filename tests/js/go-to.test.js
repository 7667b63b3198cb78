import assert from "node:assert/strict";
import { test } from "node:test";

import { attachGoTo } from "../../static/flightmap/js/go-to.js";

/** A field that keeps what browsers keep of validity. */
class Field extends EventTarget {
  title = "2024-03-21 04:32";
  said = "";
  reported = 0;

  select() {}

  setCustomValidity(text) {
    this.said = text;
  }

  reportValidity() {
    this.reported += 1;
  }
}

function form() {
  const field = new Field();
  const went = [];
  const host = Object.assign(new EventTarget(), { querySelector: () => field });
  attachGoTo(host, new EventTarget(), { time: 0 }, (time) => went.push(time));
  const write = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
    host.dispatchEvent(new Event("submit"));
  };
  return { field, went, write };
}

test("a moment that is typed is gone to, UTC", () => {
  const { field, went, write } = form();
  write("2024-03-21 04:32 UTC");
  assert.deepEqual(went, [Date.UTC(2024, 2, 21, 4, 32) / 1000]);
  assert.equal(field.reported, 0);
});

test("a date that does not exist is said to be none, and what is written next is read afresh", () => {
  const { field, went, write } = form();
  for (const wrong of ["2024-02-31", "2024-03-21 25:00", "1800-01-01"]) {
    write(wrong);
    assert.equal(field.said, "2024-03-21 04:32", wrong);
  }
  assert.equal(field.reported, 3);
  assert.deepEqual(went, []);
  write("2024-02-29");
  assert.equal(field.said, "");
  assert.deepEqual(went, [Date.UTC(2024, 1, 29) / 1000]);
});
