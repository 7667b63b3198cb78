// Map and lanes on one clock, as the site has them, played round and round: does anything stay behind?
import { Clock } from "/static/flightmap/js/clock.js";
import { FlightLayer } from "/static/flightmap/js/flight-layer.js";
import { identities } from "/static/flightmap/js/identity.js";
import { Selection } from "/static/flightmap/js/selection.js";
import { Timeline } from "/static/flightmap/js/timeline.js";
import { VIEW, frame, loadFlights } from "./data.js";

const { L } = globalThis;
const flights = await loadFlights();
const { flights: bars, words } = await (await fetch("/data/lanes")).json();
const start = Math.min(...flights.map(({ t0 }) => t0));
const clock = new Clock({ start, end: start + 5_300 });

const map = L.map("map").setView(VIEW.centre, VIEW.zoom);
const colours = identities(flights.map(({ id }) => id));
const layer = new FlightLayer().addTo(map);
layer.setFlights(flights.map((path) => ({ id: path.id, path, label: path.id, ...colours.get(path.id) })));

const lanes = document.body.appendChild(document.createElement("div"));
lanes.className = "bench-timeline";
new Timeline(lanes, { flights: bars, window: { start, end: clock.end }, clock, selection: new Selection(), words, language: "en" });
clock.addEventListener("time", () => layer.setTime(clock.time));

/** So many frames, each further by some seconds of data; from the end on again at the start. */
window.play = async (frames, step) => {
  for (let n = 0; n < frames; n += 1) {
    await frame();
    clock.seek(clock.time + step < clock.end ? clock.time + step : clock.start);
  }
};
await frame();
window.ready = true;
