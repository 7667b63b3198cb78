// Leaflet.TimeDimension's own way to animate tracks: one GeoJSON feature a flight with a time for each position.
// A circle marker at the head is the cheapest there is. `?canvas` uses Leaflet's canvas in place of SVG.
import { VIEW, loadFlights, runSteps } from "./data.js";

const { L } = globalThis;
const query = new URLSearchParams(location.search);
const flights = await loadFlights();
const times = { first: Number(query.get("first")), last: Number(query.get("last")), step: Number(query.get("step")) };
const available = [];
for (let time = times.first; time <= times.last; time += times.step) available.push(time * 1000);

const map = L.map("map", { preferCanvas: query.has("canvas"), timeDimension: true, timeDimensionOptions: { times: available } });
map.setView(VIEW.centre, VIEW.zoom);

const features = flights.map((path) => ({
  type: "Feature",
  properties: { times: path.stretches.flatMap(({ time }) => Array.from(time, (t) => (path.t0 + t) * 1000)) },
  geometry: {
    type: "LineString",
    coordinates: path.stretches.flatMap(({ lon, lat }) => Array.from(lon, (x, i) => [x, lat[i]])),
  },
}));
const base = L.geoJSON({ type: "FeatureCollection", features }, {
  style: { weight: 2.5 },
  pointToLayer: (_feature, place) => L.circleMarker(place, { radius: 5 }),
});
L.timeDimension.layer.geoJson(base, { addlastPoint: true }).addTo(map);

function show(time) {
  return new Promise((resolve) => {
    map.timeDimension.once("timeload", resolve);
    map.timeDimension.setCurrentTime(time * 1000);
  });
}

window.prepare = show;
window.steps = (at) => runSteps(show, at);
window.ready = true;
