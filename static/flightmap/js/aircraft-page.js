/** The page of an aircraft: its lane over its table, with one hovered and one chosen flight between them. */

import { Clock } from "./clock.js";
import { identities } from "./identity.js";
import { Selection } from "./selection.js";
import { attachHands } from "./timeline-hands.js";
import { extentOf } from "./timeline-layout.js";
import { padInterval } from "./timeline-scale.js";
import { readPageJson } from "./timeline-words.js";
import { Timeline } from "./timeline.js";
import { formatTime } from "./url-state.js";

const host = document.querySelector("[data-aircraft-timeline]");
const table = document.querySelector("[data-aircraft-flights]");
const { flights = [] } = readPageJson("page-data");
const extent = extentOf(flights);
if (host && table && extent) start();

function start() {
  const window = padInterval(extent, 0.06);
  const selection = new Selection();
  const lanes = identities(flights.map((flight) => flight.lane));
  host.hidden = false;
  // Nothing plays here: the clock only stands still, and its playhead is not shown.
  const timeline = new Timeline(host, {
    flights, window, selection, clock: new Clock(window), words: readPageJson("timeline-words"), playable: false,
    colourOf: (lane) => lanes.get(lane)?.token ?? "identity-none",
  });
  attachHands(timeline, { wheelNeedsControl: true });
  const rows = new Map([...table.querySelectorAll("[data-flight]")].map((row) => [row.dataset.flight, row]));
  const mark = (name, id) => {
    for (const [own, row] of rows) row.classList.toggle(name, own === id);
  };
  selection.addEventListener("hover", () => mark("is-hovered", selection.hovered));
  selection.addEventListener("select", () => {
    mark("is-selected", selection.selected);
    rows.get(selection.selected)?.scrollIntoView({ block: "nearest" });
  });
  for (const name of ["pointerover", "focusin"]) {
    table.addEventListener(name, (event) => selection.hover(event.target.closest("[data-flight]")?.dataset.flight ?? null, "table"));
  }
  table.addEventListener("pointerleave", () => selection.hover(null, "table"));
  aimMapLink(timeline);
}

/** "Show them on the map" leads to the window of the lane. */
function aimMapLink(timeline) {
  const link = document.querySelector("[data-aircraft-map]");
  const plain = link.getAttribute("href");
  const aim = () => link.setAttribute("href", `${plain}&from=${formatTime(timeline.window.start)}&to=${formatTime(timeline.window.end)}`);
  for (const name of ["pointerdown", "pointerover", "focus"]) link.addEventListener(name, aim);
}
