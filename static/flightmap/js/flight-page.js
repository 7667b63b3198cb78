/**
 * The page of one flight. The server has already written its facts; this brings the map, the clock, the chart
 * and the table of fixes, all following one clock. Leaflet is the global `L`.
 */

import { allAirports, createBasemap } from "./basemap.js";
import { Chart } from "./chart.js";
import { Clock, FASTEST, SLOWEST, runClock } from "./clock.js";
import { unobservedTimes } from "./chart-data.js";
import { allEvents, momentOfFix } from "./events.js";
import { FixTable } from "./fix-table.js";
import { hoverOnMap, joinGaps, showOnMap } from "./flight-hover.js";
import { FlightLayer } from "./flight-layer.js";
import { headWords } from "./head-words.js";
import { attachHelp } from "./help-dialog.js";
import { identities } from "./identity.js";
import { listenToKeys } from "./keys.js";
import { Legend } from "./legend.js";
import { decodePaths, firstObserved } from "./path.js";
import { Playback } from "./playback.js";
import { parsePlayback, writePlayback } from "./playback-state.js";
import { Reading } from "./reading.js";
import { ReportedLayer } from "./reported-layer.js";
import { Selection } from "./selection.js";
import { ZONES, beside, duration, utc } from "./time-format.js";
import { element, fill, readPageJson } from "./timeline-words.js";
import { Skipper } from "./skipper.js";
import { Transport } from "./transport.js";
import { formatTime, parseState, parseTime } from "./url-state.js";
import { Watermark } from "./watermark.js";

const { L } = globalThis;
const NOTICE = 4000; // ms a notice on the map stays
const PLAY_FOR = 45; // seconds a flight's whole length should take to watch, at the nearest rate
const CORRIDOR = [[37.5, 124], [44, 133.5]]; // the view of a flight that names no place

const page = readPageJson("page-data");
const words = readPageJson("flight-words");
const query = new URLSearchParams(location.search);
let noticeTimer = null;

await start();

async function start() {
  openForPrinting();
  listenToKeys({ "[": () => leadTo("prev"), "]": () => leadTo("next") });
  const map = makeMap();
  if (!page.summary.has_path) {
    showReport(map);
    return;
  }
  await fetchPath(map);
}

/** Fetch the path and show it. Where it does not come, say so, and let the reader ask again. */
async function fetchPath(map) {
  let path = null;
  try {
    path = await loadPath(page.paths_url);
  } catch (error) {
    console.error(error);
    notify(words.loadFailed, { bad: true, again: () => fetchPath(map) });
  }
  const waiting = document.querySelector("[data-waiting]");
  if (!path) {
    waiting.dataset.waiting = "failed"; // the room is kept: what is there does not jump
    return;
  }
  delete waiting.dataset.waiting;
  document.querySelector("[data-map-notice]").hidden = true;
  showPath(map, path);
}

/** What is folded away is on paper, too. */
function openForPrinting() {
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll(".flight details.claims")) folded.open = true;
  });
}

/** To the flight of this aircraft before this one, or after it, as the links in the head do. */
function leadTo(relation) {
  document.querySelector(`.flight-neighbours a[rel="${relation}"]`)?.click();
}

/** "04:31:10 UTC · 13:31 Pyongyang · 14:31 Vladivostok" */
function sayTime(epoch) {
  const there = ["pyongyang", "vladivostok"].map((zone) => `${beside(epoch, ZONES[zone], words.durations)} ${words[zone]}`);
  return [`${utc(epoch).slice(11)} UTC`, ...there].join(" · ");
}

function makeMap() {
  const root = document.getElementById("map");
  root.setAttribute("aria-label", words.mapLabel);
  root.setAttribute("role", "region");
  const map = L.map(root, { zoomControl: false, minZoom: 2, maxZoom: 15, zoomSnap: 0.5, worldCopyJump: false });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  root.flightMap = map; // for whoever extends the page
  map.fitBounds(CORRIDOR);
  const ends = [page.summary.origin, page.summary.destination];
  createBasemap(map, {
    urls: { world: root.dataset.basemapWorld, region: root.dataset.basemapRegion, sheets: root.dataset.basemapSheets },
    airports: allAirports(readPageJson("airports", []), ends.map((place) => place && { ...place, zoom: 4 })),
    tileLayers: readPageJson("tile-layers", []),
    words: words.basemap,
  });
  if (page.summary.demonstration) new Watermark(words.watermark).addTo(map);
  return map;
}

function showReport(map) {
  const layer = new ReportedLayer().addTo(map).setFlights([page.summary]);
  new Legend({ paths: false, methodUrl: map.getContainer().dataset.method, words: words.legend }).addTo(map);
  const bounds = layer.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [60, 60], maxZoom: 7 });
}

async function loadPath(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The path at ${url} answers ${answer.status}.`);
  const [path] = decodePaths(await answer.arrayBuffer());
  if (!path?.stretches.length) throw new Error(`The path at ${url} is empty.`);
  return path;
}

function showPath(map, path) {
  const { summary } = page;
  const { speed } = parseState(location.search, { slowest: SLOWEST, fastest: FASTEST });
  const start = momentOfFix(path.t0, path.stretches[0].time[0]);
  const clock = new Clock({ start, end: path.end, time: parseTime(query.get("t")) ?? firstObserved(path), rate: speed ?? fittingRate(path) });
  const selection = new Selection();
  let estimates = query.get("estimates") === "1";

  const identity = identities([summary.lane]).get(summary.lane);
  const label = summary.aircraft?.registration ?? summary.callsign ?? summary.aircraft?.key ?? "";
  const layer = new FlightLayer({ estimates, ahead: true, details: headWords(words.label), since: (seconds) => fill(words.since, { time: sinceTime(seconds, clock) }) });
  layer.addTo(map).setFlights([{ id: path.id, path, label, callsign: summary.callsign ?? "", ...identity, gaps: summary.gaps }]);
  const legend = new Legend({ estimates, reported: false, methodUrl: map.getContainer().dataset.method, words: words.legend }).addTo(map);

  const unobserved = unobservedTimes(path, summary.gaps);
  const skipper = new Skipper(clock, { enabled: false });
  skipper.setSpans(unobserved);
  skipper.addEventListener("skip", ({ detail: { from } }) => {
    const { start, end } = unobserved.find((gap) => gap.start <= from && from <= gap.end);
    notify(fill(words.skipped, { duration: duration(end - start, words.durations) })); // all of it, not from the frame that came upon it
  });
  const transport = new Transport(document.querySelector("[data-transport]"), clock, {
    dayWord: words.durations.day,
    skip: unobserved.length ? (on) => (skipper.enabled = on) : undefined,
  }).listen();
  transport.setGaps(unobserved);
  const shown = [{ summary, path, name: label }];
  transport.setEvents(allEvents(shown));

  let evidence = null; // what the map says beyond the lines comes after them
  const { sources } = parseState(location.search);
  const marked = import("./evidence.js").then(({ Evidence, showExcluded }) => {
    evidence = new Evidence(map, legend, words, { sources, change: keepAddress, heads: layer });
    evidence.setFlights([{ path, gaps: summary.gaps }]);
    return showExcluded(map, legend, words, document.querySelector("[data-excluded-list]"));
  });
  marked.catch((error) => console.warn("Gaps and sources are not told on the map:", error.message));

  const section = document.querySelector("[data-chart]");
  section.hidden = false;
  const chart = new Chart(section.querySelector("[data-chart-plot]"), path, clock, { gaps: summary.gaps, selection, words: { ...words.chart, kinds: words.kinds }, estimates, sayTime });
  const reading = new Reading(section.querySelector("[data-reading]"), path, clock, words, selection);
  new FixTable(document.querySelector("[data-fixes]"), path, clock, words, { unobserved, selection });

  legend.events.on("estimates", ({ shown }) => {
    estimates = shown;
    layer.setEstimates(shown);
    chart.setEstimates(shown);
    reading.setEstimates(shown);
    keepAddress();
  });
  const follow = () => layer.setTime(clock.time);
  clock.addEventListener("time", follow);
  showOnMap(map, path, selection);
  hoverOnMap(map, path, selection, clock);
  joinGaps(selection);
  wireSeekButtons(clock);
  wireShare(address);
  wireReport(clock);
  const playback = new Playback(transport.root, {
    clock, map, layer, say: notify, subject: () => ({ flights: shown, chosen: path.id }), estimates: () => estimates,
    words: { ...words.playback, durations: words.durations }, asked: parsePlayback(query),
  });
  playback.addEventListener("change", keepAddress);
  clock.addEventListener("state", () => clock.playing || keepAddress());
  const help = attachHelp(document.querySelector("[data-flight-help]"), document.querySelectorAll("[data-flight-help-open]"));
  listenToKeys({ ...playback.keys, "?": help });
  // The chart took its place beside the map by now.
  map.invalidateSize({ animate: false });
  map.fitBounds(layer.getFlightBounds(), { paddingTopLeft: [40 + legend.room(), 40], paddingBottomRight: [40, 40], maxZoom: 11, animate: false });
  follow();
  runClock(clock);
  document.documentElement.dataset.ready = "flight";

  /** The address of this page at the moment shown. */
  function address() {
    const link = new URL(location.href);
    link.hash = "";
    link.searchParams.set("t", formatTime(clock.time));
    if (estimates) link.searchParams.set("estimates", "1");
    else link.searchParams.delete("estimates");
    if (evidence?.sources ?? sources) link.searchParams.set("sources", "1");
    else link.searchParams.delete("sources");
    if (clock.rate !== fittingRate(path)) link.searchParams.set("speed", clock.rate);
    else link.searchParams.delete("speed");
    writePlayback(link.searchParams, playback.state);
    return link.href.replaceAll("%3A", ":").replaceAll("%2C", ",");
  }

  function keepAddress() {
    history.replaceState(history.state, "", address());
  }
}

/** The rate that shows the whole flight in about PLAY_FOR seconds. */
function fittingRate(path) {
  const wanted = (path.end - path.start) / PLAY_FOR;
  return [10, 30, 60, 120, 300, 600].find((rate) => rate >= wanted) ?? 1000;
}

/** The time of day, with its date where the flight is on another by now. */
function sinceTime(seconds, clock) {
  const [date, time] = utc(seconds).split(" ");
  return utc(clock.time).startsWith(date) ? time.slice(0, 5) : `${date} ${time.slice(0, 5)}`;
}

function wireSeekButtons(clock) {
  for (const button of document.querySelectorAll("[data-seek]")) {
    button.hidden = false;
    button.addEventListener("click", () => clock.seek(Number(button.dataset.seek)));
  }
}

function wireShare(address) {
  const root = document.querySelector("[data-share]");
  const said = root.querySelector("[data-share-said]");
  root.hidden = false;
  root.querySelector("[data-share-button]").addEventListener("click", async () => {
    const link = address();
    try {
      await navigator.clipboard.writeText(link);
      said.textContent = words.copied;
    } catch {
      said.textContent = `${words.copyThis} ${link}`; // no clipboard without https or against the reader's wish
    }
  });
}

/** A report of an error says which moment the reader had before them. */
function wireReport(clock) {
  const link = document.querySelector("[data-report]");
  if (!link) return;
  const aim = () => {
    const address = new URL(link.href);
    address.searchParams.set("t", formatTime(clock.time));
    link.href = address.href;
  };
  for (const name of ["pointerdown", "focus", "click"]) link.addEventListener(name, aim);
}

function notify(text, { bad = false, again = null } = {}) {
  const notice = document.querySelector("[data-map-notice]");
  notice.textContent = text;
  if (again) {
    const button = element("button", { type: "button", class: "button" }, words.tryAgain);
    button.addEventListener("click", again, { once: true });
    notice.append(" ", button);
  }
  notice.classList.toggle("is-bad", bad);
  notice.hidden = false;
  clearTimeout(noticeTimer);
  if (!bad) noticeTimer = setTimeout(() => (notice.hidden = true), NOTICE);
}
