import assert from "node:assert/strict";
import { test } from "node:test";

import { Describer } from "../../static/flightmap/js/timeline-describe.js";
import { flightDetails, stayDetails } from "../../static/flightmap/js/timeline-details.js";
import { paintCounts } from "../../static/flightmap/js/timeline-marks.js";

const words = {
  moment: "{date} {time} UTC", moments: "{date} {time} – {lastDate} {lastTime} UTC",
  durations: { day: "{n} d", hour: "{n} h", minute: "{n} min", second: "{n} s" },
  basis: { observed: "observed", estimated: "estimated" }, tookOff: "took off {time} ({basis})", landed: "landed {time} ({basis})",
  gaps: { one: "{n} gap", other: "{n} gaps" }, gapsLongest: "{count}, the longest {duration}",
  gapHere: "not received {when} ({duration})", gapApart: "{km} km apart, {speed} kt on average",
  stayAt: "on the ground at {place}", stayEstimated: "take-off or landing estimated", sanctioned: "sanctioned", disagreement: "claims disagree",
};
const describer = new Describer(words, "en");
const at = (text) => Date.parse(text) / 1000;
const gap = { kind: "interior", start: at("2024-03-21T05:00Z"), end: at("2024-03-21T05:30Z"), distance_m: 370_400, implied_speed_kt: 400 };
const flight = {
  callsign: "RFF7000", aircraft: { type: "A124", type_name: "An-124", operator: "224th", sanctioned: true }, gaps: [gap], disagreements: ["origin"],
  departure: at("2024-03-21T04:30Z"), departure_basis: "observed", arrival: at("2024-03-21T05:48Z"), arrival_basis: null,
};

test("the tip tells what is known of a flight, and no landing nobody vouches for", () => {
  assert.deepEqual(flightDetails(flight, at("2024-03-21T04:40Z"), describer), [
    "RFF7000 · An-124 · 224th", "took off 2024-03-21 04:30 UTC (observed)", "1 gap, the longest 30 min", "sanctioned", "claims disagree",
  ]);
  assert.deepEqual(flightDetails({ callsign: null, aircraft: null }, 0, describer), []);
});

test("inside a gap the tip tells its length, distance and implied speed; half an hour at 400 kt is 370 km", () => {
  const lines = flightDetails(flight, at("2024-03-21T05:10Z"), describer);
  assert.ok(lines.includes("not received 2024-03-21 05:00–05:30 UTC (30 min); 370 km apart, 400 kt on average"));
  const vague = { ...flight, gaps: [{ ...gap, distance_m: null }] };
  assert.ok(flightDetails(vague, at("2024-03-21T05:10Z"), describer).includes("not received 2024-03-21 05:00–05:30 UTC (30 min)"));
});

test("between two flights the tip tells the stay and its length, and where none is known nothing", () => {
  const stay = { start: at("2024-03-21T06:00Z"), end: at("2024-03-21T13:32Z"), place: { icao: "ZKPY", name: "Pyongyang" }, observed: false };
  const lane = { key: "RA-82030", named: true, title: "RA-82030", stays: [stay] };
  assert.deepEqual(stayDetails(lane, at("2024-03-21T07:00Z"), describer), [
    "RA-82030 · on the ground at Pyongyang", "2024-03-21 06:00–13:32 UTC · 7 h 32 min", "take-off or landing estimated",
  ]);
  assert.deepEqual(stayDetails(lane, at("2024-03-21T14:00Z"), describer), []);
});

test("a bunch says how many it holds where there is room before the next bar of its level", () => {
  const said = [];
  const context = { fillText: (text, x) => said.push([text, x]) };
  const item = (x0, x1, count, level = 0) => ({ x0, x1, level, bars: Array.from({ length: count }, () => ({})) });
  paintCounts(context, [item(10, 14, 3), item(20, 24, 12), item(22, 26, 4, 1), item(80, 90, 1)], () => ({ middle: 14 }), { palette: {}, width: 300 });
  assert.deepEqual(said.sort(), [["×12", 27], ["×4", 29]].sort());
});
