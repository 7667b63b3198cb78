import { FlightLayer } from "/static/flightmap/js/flight-layer.js";
import { identities } from "/static/flightmap/js/identity.js";
import { VIEW, frame, loadFlights, playFrom, runSteps } from "./data.js";

const { L } = globalThis;
const flights = await loadFlights();
const map = L.map("map").setView(VIEW.centre, VIEW.zoom);
const colours = identities(flights.map(({ id }) => id));
const layer = new FlightLayer().addTo(map);
layer.setFlights(flights.map((path) => ({ id: path.id, path, label: path.id, ...colours.get(path.id) })));

window.prepare = (time) => layer.setTime(time);
window.steps = (times) => runSteps((time) => layer.setTime(time), times);
// With a moment to begin at: when that moment was on the screen.
const first = new URLSearchParams(location.search).get("first");
if (first) {
  layer.setTime(Number(first));
  await frame();
  await frame();
  window.firstFrameAt = performance.now();
}
window.ready = true;

// For the bench of the map: what a seek and a move of the map cost, and how often frames come.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(actions, rest = 0) {
  const spent = [];
  for (const action of actions) {
    await pause(rest);
    await frame();
    const before = performance.now();
    action();
    spent.push(performance.now() - before);
  }
  return spent;
}

// A layer that goes back at once after painting paints only heads; a reader's seek comes later than that.
window.seeks = (times) => timed(times.map((time) => () => layer.setTime(time)), 120);
window.zooms = (levels) => timed(levels.map((level) => () => map.setView(VIEW.centre, level, { animate: false })), 40);
window.pans = (offsets) => timed(offsets.map((offset) => () => map.panBy(offset, { animate: false })), 40);

/** Milliseconds from frame to frame, while each shows the next of these moments; null leaves the map as it is. */
window.intervals = async (times) => {
  const between = [];
  let last = await frame();
  for (const time of times) {
    if (time !== null) layer.setTime(time);
    const now = await frame();
    between.push(now - last);
    last = now;
  }
  return between;
};

/** Frames shown, and milliseconds, while playing from a moment. */
window.play = async (start, rate, seconds) => {
  let frames = 0;
  const ms = await playFrom((time) => {
    layer.setTime(time);
    frames += 1;
  }, start, rate, seconds);
  return { frames, ms };
};
