/** Beside two numbers for latitude and longitude, a map: a click or a drag writes the numbers, the numbers move the mark. */

import { followAdminTheme } from "./admin-theme.js";
import { createBasemap } from "./basemap.js";
import { element, readPageJson } from "./timeline-words.js";

const { L } = globalThis;

class PointMap {
  constructor(latitude, longitude, data) {
    [this.latitude, this.longitude] = [latitude, longitude];
    const container = element("div", { class: "point-map-canvas" });
    latitude.closest(".flex-container").after(element("div", { class: "map-frame point-map" }, container));
    this.map = L.map(container, { minZoom: 1, maxZoom: 15, zoomSnap: 0.5, worldCopyJump: true });
    const icon = L.divIcon({ className: "point-mark", iconSize: [15, 15], html: document.createElement("span") });
    this.mark = L.marker([0, 0], { icon, draggable: this.editable, keyboard: false });
    this.show();
    createBasemap(this.map, data.basemap);
    this.mark.on("dragend", () => this.write(this.mark.getLatLng()));
    if (this.editable) this.map.on("click", ({ latlng }) => this.write(latlng));
    for (const input of [this.latitude, this.longitude]) input.addEventListener("change", () => this.show());
  }

  get editable() {
    return !this.latitude.disabled && !this.latitude.readOnly;
  }

  /** Where the numbers say; the whole world while they say nothing. */
  show() {
    const [lat, lon] = [this.latitude, this.longitude].map((input) => (input.value === "" ? NaN : Number(input.value)));
    if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) {
      this.mark.setLatLng([lat, lon]).addTo(this.map);
      this.map.setView([lat, lon], Math.max(this.map.getZoom() ?? 0, 11));
    } else {
      this.mark.remove();
      if (this.map.getZoom() === undefined) this.map.setView([30, 100], 1);
    }
  }

  write(latlng) {
    const { lat, lng } = latlng.wrap();
    this.latitude.value = lat.toFixed(6);
    this.longitude.value = lng.toFixed(6);
    this.mark.setLatLng(latlng.wrap()).addTo(this.map);
    for (const input of [this.latitude, this.longitude]) input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The pairs of numbers of the page's own object. Those of its inlines, runways, are on the same map already. */
function pairs() {
  return [...document.querySelectorAll("input[data-point=lat]")]
    .filter((latitude) => !latitude.closest(".inline-group"))
    .map((latitude) => [latitude, latitude.parentElement.querySelector("input[data-point=lon]")]);
}

const found = pairs();
if (found.length > 0) {
  followAdminTheme();
  const data = readPageJson("point-map-data");
  for (const [latitude, longitude] of found) new PointMap(latitude, longitude, data);
}
