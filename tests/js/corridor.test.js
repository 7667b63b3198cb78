import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbour } from "../../static/flightmap/js/flight-order.js";
import { MOST_A_REQUEST, PathStore } from "../../static/flightmap/js/corridor-paths.js";

const flights = [
  { id: "c", start: 300, end: 400 },
  { id: "undated", start: null, end: null },
  { id: "a", start: 100, end: 200 },
  { id: "b", start: 300, end: 350 },
];

test("brackets walk by time, from the chosen flight or from the moment", () => {
  const walk = (from) => neighbour(flights, from)?.id ?? null;
  assert.equal(walk({ id: "a", time: 999, way: 1 }), "b");
  assert.equal(walk({ id: "b", time: 0, way: 1 }), "c");
  assert.equal(walk({ id: "c", time: 0, way: 1 }), null);
  assert.equal(walk({ id: "a", time: 0, way: -1 }), null);
  assert.equal(walk({ id: null, time: 250, way: 1 }), "b");
  assert.equal(walk({ id: null, time: 150, way: 1 }), "a");
  assert.equal(walk({ id: null, time: 250, way: -1 }), "a");
  assert.equal(walk({ id: "undated", time: 250, way: -1 }), "a");
});

const summary = (id, revision = 1) => ({ id, revision, has_path: true });

test("a path is asked for once, however often it is wanted", async () => {
  const asked = [];
  const store = new PathStore("/api/v1/paths/", {
    fetch: async (address) => {
      asked.push(address);
      return { status: 410 };
    },
  });
  await Promise.all([store.load([summary("b"), summary("a")]), store.load([summary("a")])]);
  await store.load([summary("a"), summary("b")]);
  assert.deepEqual(asked, ["/api/v1/paths/?f=a.1,b.1"]);
  assert.equal(store.get(summary("a")), null);
});

test("another revision is another path, and flights without a path are not asked for", async () => {
  const asked = [];
  const store = new PathStore("/p", { fetch: async (address) => (asked.push(address), { status: 404 }) });
  await store.load([summary("a", 1), { ...summary("r"), has_path: false }]);
  await store.load([summary("a", 2)]);
  assert.deepEqual(asked, ["/p?f=a.1", "/p?f=a.2"]);
});

test("many paths come in requests the server takes", async () => {
  const sizes = [];
  const store = new PathStore("/p", { fetch: async (address) => (sizes.push(address.split(",").length), { status: 404 }) });
  await store.load(Array.from({ length: 450 }, (_, n) => summary(`f${n}`)));
  assert.deepEqual(sizes, [MOST_A_REQUEST, MOST_A_REQUEST, 50]);
});

test("a failed request is told, and asked again next time", async () => {
  let answers = 0;
  const store = new PathStore("/p", {
    fetch: async () => {
      answers += 1;
      return answers === 1 ? { status: 503, ok: false, statusText: "Unavailable" } : { status: 404 };
    },
  });
  await assert.rejects(store.load([summary("a")]), /503/);
  await store.load([summary("a")]);
  assert.equal(answers, 2);
});
