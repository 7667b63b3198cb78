import assert from "node:assert/strict";
import { test } from "node:test";
import { placeLabels } from "../../static/flightmap/js/basemap-labels.js";

const view = { zoom: 6, scale: 1000, width: 1000, height: 1000, west: 0, east: 1, north: 0, south: 1 };
const measure = (text) => text.length * 7;
const city = (name, x, y, zoom = 6, kind = "city") => ({ name, x: x / 1000, y: y / 1000, zoom, kind });
const names = (labels) => labels.map((label) => label.place.name);

test("no two names overlap, however many stand close together", () => {
  const crowd = Array.from({ length: 300 }, (_, i) => city(`Place ${i}`, 100 + (i * 37) % 800, 100 + (i * 91) % 800));
  const labels = placeLabels(crowd, view, measure);
  assert.ok(labels.length > 20);
  for (const [i, a] of labels.entries()) {
    for (const b of labels.slice(i + 1)) {
      const apart = a.left >= b.left + b.width || b.left >= a.left + a.width
        || a.top >= b.top + b.height || b.top >= a.top + a.height;
      assert.ok(apart, `${a.place.name} lies on ${b.place.name}`);
    }
  }
});

test("the more important name keeps its place", () => {
  const labels = placeLabels([city("Village", 500, 500), city("Pyongyang", 505, 500, 3, "capital")], view, measure);
  assert.deepEqual(names(labels), ["Pyongyang"]);
});

test("a name moves to another side of its dot before it is left out", () => {
  const labels = placeLabels([city("Dandong", 500, 500), city("Sinuiju", 515, 500, 5)], view, measure);
  assert.deepEqual(names(labels).sort(), ["Dandong", "Sinuiju"]);
  const dandong = labels.find((label) => label.place.name === "Dandong");
  assert.ok(dandong.left + dandong.width < 500 || dandong.top + dandong.height < 500 || dandong.top > 500);
});

test("a city is not shown when another name lies on its dot", () => {
  const labels = placeLabels([city("United Kingdom", 500, 500, 3, "country"), city("Birmingham", 500, 502)], view, measure);
  assert.deepEqual(names(labels), ["United Kingdom"]);
});

test("a name appears from its zoom on, a country's leaves again", () => {
  const places = [city("Town", 500, 300, 8), city("North Korea", 500, 600, 4, "country")];
  assert.deepEqual(names(placeLabels(places, { ...view, zoom: 6 }, measure)), ["North Korea"]);
  assert.deepEqual(names(placeLabels(places, { ...view, zoom: 8 }, measure)), ["Town"]);
});

test("both names of a sea are set in two lines, and countries in capitals", () => {
  const places = [city("East Sea /\nSea of Japan", 500, 300, 4, "sea"), city("Japan", 500, 600, 4, "country")];
  const labels = placeLabels(places, view, measure);
  assert.deepEqual(labels.map((label) => label.lines), [["JAPAN"], ["East Sea /", "Sea of Japan"]]);
  assert.equal(labels[1].height, 30);
});

test("a name stands on every copy of the world, and never across the canvas's edge", () => {
  const wide = { ...view, scale: 400, east: 2.5, width: 1000 };
  const labels = placeLabels([city("Tokyo", 300, 500)], wide, measure);
  assert.deepEqual(labels.map((label) => Math.round(label.x)).sort((a, b) => a - b), [120, 520, 920]);
  for (const label of labels) assert.ok(label.left >= 0 && label.left + label.width <= 1000);
});

test("an airport whose runways are drawn has its code below them", () => {
  const airport = { ...city("UHWW", 500, 500, 7, "airport"), southernmost: 0.54 };
  const [label] = placeLabels([airport], { ...view, zoom: 12 }, measure);
  assert.ok(label.top > 540);
});

test("a name keeps clear of an airport's symbol beside its dot", () => {
  const symbol = { left: 506, top: 496, width: 8, height: 8 };
  const [label] = placeLabels([city("Wonsan", 500, 500)], view, measure, [symbol]);
  assert.ok(label.left + label.width < symbol.left || label.top + label.height < symbol.top || label.top > 504);
});

test("a name that would be cut off at the edge of what is seen goes to the other side of its dot", () => {
  const inner = { left: 200, top: 200, right: 800, bottom: 800 };
  const [label] = placeLabels([city("Vladivostok", 780, 500)], { ...view, inner }, measure);
  assert.ok(label.left + label.width < 780);
  const [cut] = placeLabels([city("Vladivostok", 810, 500)], { ...view, inner }, measure);
  assert.ok(cut.left > 810, "outside of it, the best side");
});

test("of several places for a country's name, one that the reader sees whole is taken, and only one", () => {
  const places = [city("China", 100, 500, 4, "country"), city("China", 600, 500, 5, "country")];
  assert.deepEqual(placeLabels(places, view, measure).map(({ place }) => place.x), [0.1]);
  const inner = { left: 200, top: 0, right: 1000, bottom: 1000 };
  assert.deepEqual(placeLabels(places, { ...view, inner }, measure).map(({ place }) => place.x), [0.6]);
});
