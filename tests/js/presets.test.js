import assert from "node:assert/strict";
import { test } from "node:test";

import { latestOf, usefulPresets, visitOf } from "../../static/flightmap/js/presets.js";

const flight = (id, facts) => ({ id, url: `/flights/${id}/`, class: "reported", lane: "RA-82030", aircraft: { sanctioned: false }, direction: null, start: 0, end: 1, ...facts });

test("a preset that leaves nothing, or everything, is not offered", () => {
  const flights = [flight("a", { aircraft: { sanctioned: true } }), flight("b", { class: "observed" }), flight("c", {})];
  const offered = usefulPresets(flights).map(({ name, n }) => [name, n]);
  assert.deepEqual(offered, [["sanctioned", 1], ["reportedOnly", 2]]);
});

test("the last visit begins from the latest dated flight of the aircraft", () => {
  const flights = [flight("a", { start: 5 }), flight("b", { start: 9 }), flight("c", { start: null }), flight("d", { start: 20, lane: "P-885" })];
  assert.equal(latestOf(flights, "RA-82030").id, "b");
  assert.equal(latestOf(flights, "P-999"), null);
});

test("a visit is the window and the filters that the server's address names", async () => {
  const asked = [];
  const read = async (address) => {
    asked.push(address);
    return { visit: { map_url: "/?from=2024-03-20T00:00:00Z&to=2024-03-22T00:00:00Z&flight=a&aircraft=RA-82030&demonstration=all" } };
  };
  const { window, filters } = await visitOf(flight("a"), read);
  assert.deepEqual(asked, ["/api/v1/flights/a/"]);
  assert.deepEqual([window.start, window.end], [Date.UTC(2024, 2, 20) / 1000, Date.UTC(2024, 2, 22) / 1000]);
  assert.deepEqual([filters.aircraft, filters.demonstration], [["RA-82030"], "all"]);
  assert.equal(await visitOf(flight("a"), async () => ({ visit: null })), null);
});
