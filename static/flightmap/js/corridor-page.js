/**
 * The corridor map, `/`: one clock, one selection and one window shared by map, lanes, list and address.
 * This module only ties the parts together; each of them knows nothing of the others.
 */

import { Clock, FASTEST, SLOWEST, runClock } from "./clock.js";
import { isForReader } from "./corridor-first-use.js";
import { FlightList } from "./corridor-list.js";
import { CorridorMap } from "./corridor-map.js";
import { Notices } from "./corridor-notices.js";
import { PathStore } from "./corridor-paths.js";
import { FirstUse, askFor } from "./first-use.js";
import { identities } from "./identity.js";
import { Selection } from "./selection.js";
import { directionWords } from "./timeline-frame.js";
import { buildLanes, extentOf, inWindow } from "./timeline-layout.js";
import { padInterval } from "./timeline-scale.js";
import { readPageJson } from "./timeline-words.js";
import { LINGER, Skipper, movements, quietTimes } from "./skipper.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";

/** Data seconds a second at first: a flight of two hours then takes 24 s. */
const FIRST_RATE = 300;
/** Paths animated at most; what a window holds beyond that is the latest of it. */
const MOST_PATHS = 400;
/** What the plain address asks for. */
const NOTHING = { time: null, flight: null, speed: null, view: null, estimates: null };
/** What the addresses of flights allow. */
const FLIGHT_ID = /^[a-z0-9]{1,12}$/;

class CorridorPage {
  reader = null; // corridor-reader.js, when there is one
  touched = false; // whether the reader has done more than point
  moving = []; // flights on the map whose paths are here

  /**
   * @param {HTMLElement} root
   * @param {object} asked of `parseState`
   */
  constructor(root, asked) {
    this.part = (name) => document.querySelector(`[data-corridor-${name}]`);
    this.data = readPageJson("page-data");
    this.words = readPageJson("corridor-words");
    this.language = document.documentElement.lang || "en";
    this.asked = asked;
    this.flights = this.data.lanes;
    this.byId = new Map(this.flights.map((flight) => [flight.id, flight]));
    this.estimates = this.asked.estimates ?? false;

    const { start, end } = this.data.window;
    this.usualRate = FIRST_RATE;
    this.clock = new Clock({ start, end, time: this.#firstTime(), rate: this.asked.speed ?? this.usualRate });
    this.selection = new Selection();
    this.paths = new PathStore(root.dataset.paths);
    const moving = buildLanes(this.flights).filter((lane) => lane.flights.some((flight) => flight.has_path));
    this.identities = identities(moving.map((lane) => lane.key));
    this.colourOf = (lane) => this.identities.get(lane)?.token ?? "identity-none";
  }

  /** Where the clock stands at first: where the address says, else where the first movement begins. */
  #firstTime() {
    const { window, flights } = this.data;
    const { time } = this.asked;
    if (time !== null && time >= window.start && time <= window.end) return time;
    const asked = this.byId.get(this.asked.flight);
    if (asked?.start !== null && asked && inWindow(asked, window)) return Math.max(asked.start, window.start);
    const starts = flights.filter((flight) => flight.has_path).map((flight) => flight.start);
    return starts.length ? Math.max(Math.min(...starts), window.start) : window.start;
  }

  /** @param {Function|null} Reader where the address asks for something */
  start(Reader) {
    const { clock, selection, words } = this;
    const timelineWords = readPageJson("timeline-words");
    // "Vladivostok – Pyongyang" leads to Pyongyang; a corridor of another kind of name just has two directions.
    const ends = this.data.corridor.name.split("–");
    const far = ends.length === 2 ? ends[1].trim() : null;
    this.directions = directionWords(timelineWords, far);
    this.timeline = new Timeline(this.part("timeline"), {
      flights: this.flights, window: this.data.window, clock, selection, words: timelineWords, colourOf: this.colourOf, far,
      cities: Object.fromEntries(this.data.corridor.airports.map(({ icao, city }) => [icao, city])),
    });
    const { describer } = this.timeline;
    this.map = new CorridorMap(this.part("map"), {
      corridor: this.data.corridor, airports: readPageJson("airports", []), tileLayers: readPageJson("tile-layers", []), view: this.asked.view,
      selection, clock, estimates: this.estimates, words: words.map,
      describe: (flight) => `${describer.route(flight)} · ${describer.when(flight)} · ${describer.standing(flight)}`,
    });
    this.notices = new Notices(this.part("notice"), describer, words);
    this.list = new FlightList(this.part("list"), this.part("list-head"), { selection, clock, describer, words, colourOf: this.colourOf });
    this.transport = new Transport(document.querySelector("[data-transport]"), clock, { dayWord: words.map.durations.day }).listen();
    this.#startQuiet();
    this.#startReports();
    this.#noteTouch();
    if (Reader) this.reader = new Reader(this);
    else this.#awaitReader();
    this.map.legend.events.on("estimates", ({ shown }) => {
      this.estimates = shown;
      this.map.flights.setEstimates(shown);
      this.url?.touch();
    });
    const { flight } = this.asked;
    if (this.byId.has(flight)) selection.select(flight);
    else if (FLIGHT_ID.test(flight ?? "")) this.notices.missing(`/flights/${flight}/`);
    this.show();
    runClock(clock);
    this.load({ first: true });
  }

  #startQuiet() {
    const box = this.part("quiet");
    this.quiet = new Skipper(this.clock, { enabled: box.checked, least: LINGER });
    box.addEventListener("change", () => {
      this.quiet.enabled = box.checked;
    });
    this.quiet.addEventListener("skip", (event) => this.notices.skipped(event.detail));
  }

  /** "77 reported flights, 2018–2026": the way from the demonstration to what is known of real flights. */
  #startReports() {
    const button = this.part("reports");
    const extent = extentOf(this.flights.filter((flight) => flight.class === "reported" && !flight.demonstration));
    if (!button || !extent) return;
    button.disabled = false;
    button.addEventListener("click", () => {
      this.selection.select(null);
      this.timeline.setWindow(padInterval(extent, 0.02), { announce: true });
    });
  }

  /** The address stays plain until the reader touches something, and says where the map is once it was moved. */
  #noteTouch() {
    for (const name of ["pointerdown", "keydown", "wheel", "click"]) {
      addEventListener(name, () => {
        this.touched = true;
        this.url?.enable();
      }, { once: true, capture: true, passive: true });
    }
    this.map.onMoved(() => {
      this.moved = true;
    });
  }

  #awaitReader() {
    const load = async () => {
      askFor(this.part("later").dataset.corridorLater.split(" ").filter(Boolean));
      const { CorridorReader } = await import("./corridor-reader.js");
      this.reader = new CorridorReader(this);
      if (!this.inWindow.length) this.show(); // and say why
    };
    this.firstUse = new FirstUse(load, { holds: isForReader, failed: (error) => this.#readerFailed(error) });
  }

  #readerFailed(error) {
    console.warn("Filters and the tools of playback did not arrive:", error.message);
    this.notices.say(this.words.toolsFailed);
  }

  /* What happens */

  /** Other filters: show what passes, fetch its paths. */
  filtered(how) {
    this.show();
    this.load();
    this.url.filtered(how);
  }

  #pathsArrived() {
    this.show();
    this.reader?.pathsArrived();
  }

  /** The flights of the window that pass. */
  get inWindow() {
    return this.passing.filter((flight) => inWindow(flight, this.timeline.window));
  }

  /** Show what passes the filters: lanes of all times, list and map of the window. */
  show() {
    const before = this.passing;
    this.passing = this.filters?.passing ?? this.flights;
    const changed = before?.length !== this.passing.length || before.some((flight, n) => flight !== this.passing[n]);
    if (changed) this.timeline.setFlights(this.passing, { narrowed: this.passing.length < this.flights.length });
    const { window } = this.timeline;
    const shown = this.inWindow;
    // Flights without a date are in no window; of a search they are part of the answer.
    const undated = this.filters?.isNarrowed ? this.passing.filter((flight) => flight.start === null) : [];
    const elsewhere = this.#elsewhere();
    this.list.show(this.passing, window, this.flights.length, { undated, elsewhere });
    this.#showOnMap(shown);
    if (this.reader) this.reader.shown(shown, elsewhere);
    else if (!shown.length) this.firstUse.begin();
    this.quiet.setSpans(quietTimes(movements(shown.filter((flight) => flight.has_path))));
  }

  /** What passes outside the window, with the way there; null where nothing does. */
  #elsewhere() {
    const { window, describer } = this.timeline;
    const outside = this.passing.filter((flight) => flight.start !== null && !inWindow(flight, window));
    const extent = extentOf(this.passing);
    if (!extent || !outside.length) return null;
    return {
      n: outside.length, when: describer.interval(extent.start, extent.end),
      jump: () => this.timeline.setWindow(padInterval(extent, 0.05), { announce: true }),
    };
  }

  #showOnMap(shown) {
    const chosen = this.byId.get(this.selection.selected);
    const flights = chosen && !shown.includes(chosen) ? [...shown, chosen] : shown;
    const moving = flights.filter((flight) => flight.has_path && this.paths.get(flight));
    this.moving = moving;
    this.map.show(
      moving.map((flight) => ({
        id: flight.id, path: this.paths.get(flight), gaps: flight.gaps, ...(this.identities.get(flight.lane) ?? { token: "identity-none", shape: "swept" }),
        label: flight.aircraft?.registration ?? flight.callsign ?? flight.aircraft?.icao24 ?? "", callsign: flight.callsign ?? "",
      })),
      flights.filter((flight) => !flight.has_path),
      flights.some((flight) => flight.demonstration),
    ).catch((error) => {
      console.warn("The reports could not be drawn:", error.message);
      this.notices.failed(() => {
        this.notices.failed(null);
        this.show();
      });
    });
    const still = !flights.some((flight) => flight.has_path);
    this.notices.stillness(still && flights.length > 0);
    this.transport.setStill(still ? this.#whyStill(flights) : null);
  }

  #whyStill(flights) {
    return flights.length ? this.words.nothingToPlay : this.words.emptyWindow;
  }

  /** Fetch the paths of the window; play at the first opening, where motion is welcome. */
  async load({ first = false } = {}) {
    const wanted = this.inWindow.filter((flight) => flight.has_path).slice(0, MOST_PATHS);
    try {
      await this.paths.load(wanted, () => this.#pathsArrived());
      this.notices.failed(null);
    } catch (error) {
      this.notices.failed(() => this.load({ first }));
      console.warn("The paths could not be fetched:", error.message);
      return;
    }
    if (first && wanted.length && this.asked.time === null && this.#motionWelcome()) this.clock.play();
  }

  #motionWelcome() {
    return !document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }
}

const root = document.querySelector("[data-corridor]");
if (root) {
  // Who asks for something by the address does something: all comes at once.
  const reader = location.search ? await import("./corridor-reader.js").catch(console.warn) : null;
  const page = new CorridorPage(root, reader?.parseState(location.search, { slowest: SLOWEST, fastest: FASTEST }) ?? NOTHING);
  page.start(reader?.CorridorReader ?? null);
  if (location.search && !reader) page.notices.say(page.words.toolsFailed);
  document.documentElement.dataset.ready = "corridor";
}
