/**
 * The choice among the site's XYZ layers and its own base map, which stays underneath: a tile that does not come
 * leaves a map to look at, and what is wrong is said. Loaded only where the site has layers set.
 */

import { fill } from "./timeline-words.js";

const { L } = globalThis;
const CHOICE = "flightmap-tiles"; // the name of the layer chosen last, kept in this browser

/**
 * @param {L.Map} map
 * @param {{name: string, url: string, attribution: string}[]} tileLayers
 * @param {{offline: string, layers: string, tilesFailed: string}} words
 * @param {(text: string | null) => void} say shows what is wrong with the tiles; null: nothing any more
 * @returns {L.Control.Layers}
 */
export function chooseTiles(map, tileLayers, words, say) {
  const own = L.layerGroup();
  const choices = { [words.offline]: own };
  for (const { name, url, attribution } of tileLayers) {
    choices[name] = watched(L.tileLayer(url, { attribution, maxNativeZoom: 18 }), () => say(fill(words.tilesFailed, { name })), () => say(null));
  }
  (choices[remembered()] ?? own).addTo(map);
  const control = L.control.layers(choices, null, { collapsed: true }).addTo(map);
  const toggle = control.getContainer().querySelector(".leaflet-control-layers-toggle");
  toggle.title = words.layers;
  toggle.setAttribute("aria-label", words.layers);
  map.on("baselayerchange", ({ name, layer }) => {
    say(null);
    remember(layer === own ? null : name);
  });
  return control;
}

/** Tell when the tiles of a view all failed, and when one comes again. */
function watched(layer, failed, works) {
  let came = 0;
  layer.on("loading", () => (came = 0));
  layer.on("tileload", () => {
    came += 1;
    works();
  });
  layer.on("tileerror", () => came || failed());
  return layer;
}

function remembered() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null; // storage may be refused; the choice then holds for this page only
  }
}

function remember(name) {
  try {
    if (name) localStorage.setItem(CHOICE, name);
    else localStorage.removeItem(CHOICE);
  } catch {
    // as above
  }
}
