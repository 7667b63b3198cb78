import assert from "node:assert/strict";
import { test } from "node:test";
import { SHAPES, identities } from "../../static/flightmap/js/identity.js";

test("six aircraft have six colours and one shape; the seventh takes the first colour with another shape", () => {
  const found = identities(Array.from({ length: 7 }, (_, i) => `RA-${i}`));
  const tokens = [...found.values()].map(({ token }) => token);
  assert.equal(new Set(tokens.slice(0, 6)).size, 6);
  assert.deepEqual(found.get("RA-6"), { token: found.get("RA-0").token, shape: SHAPES[1] });
  assert.equal(found.get("RA-0").shape, SHAPES[0]);
});

test("an aircraft keeps its identity however often it comes", () => {
  const found = identities(["A", "B", "A", "C"]);
  assert.equal(found.size, 3);
  assert.equal(found.get("C").token, "identity-3");
});

test("flights whose aircraft nobody named share no aircraft's colour", () => {
  const found = identities(["unknown", "type:A124", "A"]);
  assert.equal(found.get("unknown").token, "identity-none");
  assert.equal(found.get("type:A124").token, "identity-none");
  assert.equal(found.get("A").token, "identity-1");
});
