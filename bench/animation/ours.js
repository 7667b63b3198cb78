import { FlightLayer } from "/static/flightmap/js/flight-layer.js";
import { identities } from "/static/flightmap/js/identity.js";
import { VIEW, loadFlights, runSteps } from "./data.js";

const { L } = globalThis;
const flights = await loadFlights();
const map = L.map("map").setView(VIEW.centre, VIEW.zoom);
const colours = identities(flights.map(({ id }) => id));
const layer = new FlightLayer().addTo(map);
layer.setFlights(flights.map((path) => ({ id: path.id, path, label: path.id, ...colours.get(path.id) })));

window.prepare = (time) => layer.setTime(time);
window.steps = (times) => runSteps((time) => layer.setTime(time), times);
window.ready = true;
