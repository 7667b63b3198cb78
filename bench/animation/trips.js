// deck.gl's own way to animate tracks, TripsLayer, on a Leaflet map by deck.gl-leaflet, as its documentation shows it:
// a new layer with the current time each frame over the same data, which stays on the graphics processor. Trails stay,
// as ours do; TripsLayer draws no aircraft at their ends.
import { VIEW, frame, loadFlights, playFrom } from "./data.js";

const { DeckGlLeaflet, L, deck } = globalThis;
const query = new URLSearchParams(location.search);
const start = Number(query.get("first"));
// Times are 32-bit numbers on the graphics processor: seconds from the first, not of the epoch.
const data = (await loadFlights()).map((path) => ({
  path: path.stretches.flatMap(({ lon, lat }) => Array.from(lon, (x, i) => [x, lat[i]])),
  timestamps: path.stretches.flatMap(({ time }) => Array.from(time, (t) => path.t0 + t - start)),
}));
const earliest = data.reduce((least, { timestamps }) => Math.min(least, timestamps[0]), Infinity);

const map = L.map("map").setView(VIEW.centre, VIEW.zoom);
let drawn = 0;
const layer = new DeckGlLeaflet.LeafletLayer({
  views: [new deck.MapView({ repeat: true })],
  onAfterRender: () => { drawn += 1; },
  onError: (error) => { throw error; },
});
map.addLayer(layer);

function show(time) {
  const currentTime = time - start;
  layer.setProps({
    layers: [new deck.TripsLayer({
      id: "trips", data, currentTime, trailLength: currentTime - earliest + 1, fadeTrail: false,
      getPath: (flight) => flight.path, getTimestamps: (flight) => flight.timestamps, getColor: [22, 64, 173],
      widthMinPixels: 2.5, jointRounded: true, capRounded: true,
    })],
  });
}

/** Whether trails are in the picture: some of its pixels are of their colour. */
function painted() {
  const canvas = document.querySelector("#map canvas");
  const small = new OffscreenCanvas(360, 225);
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0, 360, 225);
  return pen.getImageData(0, 0, 360, 225).data.some((value, n) => n % 4 === 3 && value > 0);
}
window.painted = async () => {
  // A drawing buffer is there to be read only in the frame that drew it.
  let found = false;
  layer.setProps({ onAfterRender: () => { found ||= painted(); } });
  for (let n = 0; n < 30 && !found; n += 1) {
    show(start + n);
    await frame();
  }
  layer.setProps({ onAfterRender: () => { drawn += 1; } });
  return found;
};

show(start);
const before = drawn;
while (drawn === before) await frame();
await frame();
window.firstFrameAt = performance.now();
window.ready = true;

/** Frames drawn, and milliseconds, while playing from a moment. */
window.play = async (from, rate, seconds) => {
  drawn = 0;
  const ms = await playFrom(show, from, rate, seconds);
  return { frames: drawn, ms };
};
window.renderer = () => {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  return gl?.getParameter(gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) ?? "no WebGL";
};
