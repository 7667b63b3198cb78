/**
 * The corridor map, `/`: one clock, one selection and one window shared by map, lanes, list and address.
 * This module only ties the parts together; each of them knows nothing of the others.
 */

import { Clock, FASTEST, SLOWEST, runClock } from "./clock.js";
import { FlightCard } from "./corridor-card.js";
import { FlightList } from "./corridor-list.js";
import { CorridorMap } from "./corridor-map.js";
import { Notices } from "./corridor-notices.js";
import { PathStore } from "./corridor-paths.js";
import { startPlayback } from "./corridor-playback.js";
import { Sheet, attachDates, attachReports, attachShare } from "./corridor-side.js";
import { startEvidence } from "./corridor-evidence.js";
import { explainWindow, showVisit, startFind } from "./corridor-find.js";
import { activeFilters, applyFilters, inWindow } from "./filters.js";
import { identities } from "./identity.js";
import { firstObserved } from "./path.js";
import { parsePlayback, writePlayback } from "./playback-state.js";
import { Selection } from "./selection.js";
import { directionWords } from "./timeline-frame.js";
import { buildLanes } from "./timeline-layout.js";
import { padInterval } from "./timeline-scale.js";
import { readPageJson } from "./timeline-words.js";
import { LINGER, Skipper, movements, quietTimes } from "./skipper.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { UrlState, appendFilters, formatTime, parseState } from "./url-state.js";

/** Data seconds a second at first: a flight of two hours then takes 24 s. */
const FIRST_RATE = 300;
/** Paths animated at most; what a window holds beyond that is the latest of it. */
const MOST_PATHS = 400;
/** What the addresses of flights allow. */
const FLIGHT_ID = /^[a-z0-9]{1,12}$/;

class CorridorPage {
  constructor(root) {
    this.part = (name) => document.querySelector(`[data-corridor-${name}]`);
    this.data = readPageJson("page-data");
    this.words = readPageJson("corridor-words");
    this.language = document.documentElement.lang || "en";
    this.asked = parseState(location.search, { slowest: SLOWEST, fastest: FASTEST });
    this.flights = this.data.lanes;
    this.byId = new Map(this.flights.map((flight) => [flight.id, flight]));
    this.estimates = this.asked.estimates ?? false;

    const { start, end } = this.data.window;
    this.clock = new Clock({ start, end, time: this.#firstTime(), rate: this.asked.speed ?? FIRST_RATE });
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

  start() {
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
    this.card = new FlightCard(this.part("card"), {
      describer, words,
      actions: {
        close: () => selection.select(null), fit: (flight) => this.fit(flight), address: (flight) => this.#addressOf(flight), visit: (flight, which) => showVisit(this, flight, which),
      },
    });
    this.transport = new Transport(document.querySelector("[data-transport]"), clock, { dayWord: words.map.durations.day }).listen();
    this.filters = startFind(this, describer);
    this.#startQuiet();
    this.#startAddress();
    this.#startSide();
    this.moving = []; // flights on the map whose paths are here
    this.evidence = startEvidence(this);
    this.playback = startPlayback(this, parsePlayback(new URLSearchParams(location.search)));
    selection.addEventListener("select", () => this.#onSelect());
    this.timeline.addEventListener("window", () => this.#onWindow());
    this.map.legend.events.on("estimates", ({ shown }) => {
      this.estimates = shown;
      this.map.flights.setEstimates(shown);
      this.url.touch();
    });
    const { flight } = this.asked;
    if (this.byId.has(flight)) selection.select(flight);
    else if (FLIGHT_ID.test(flight ?? "")) this.notices.missing(`/flights/${flight}/`);
    this.#show();
    runClock(clock);
    this.#load({ first: true });
  }

  #startQuiet() {
    const box = this.part("quiet");
    this.quiet = new Skipper(this.clock, { enabled: box.checked, least: LINGER });
    box.addEventListener("change", () => {
      this.quiet.enabled = box.checked;
    });
    this.quiet.addEventListener("skip", (event) => this.notices.skipped(event.detail));
  }

  #startAddress() {
    const { clock, selection } = this;
    this.url = new UrlState(() => ({
      window: this.timeline.window, time: clock.time, speed: clock.rate === FIRST_RATE ? null : clock.rate, flight: selection.selected,
      view: this.moved || this.asked.view ? this.map.view : null, estimates: this.estimates || null, sources: this.evidence.on, filters: this.filters.filters, more: (query) => writePlayback(query, this.playback.state),
    }));
    // The address stays plain until the reader touches something.
    for (const name of ["pointerdown", "keydown", "wheel", "click"]) {
      addEventListener(name, () => this.url.enable(), { once: true, capture: true, passive: true });
    }
    for (const name of ["state", "time"]) clock.addEventListener(name, () => this.url.touch());
    selection.addEventListener("select", () => this.url.touch());
    this.map.onMoved(() => {
      this.moved = true;
      this.url.touch();
    });
    addEventListener("pagehide", () => this.url.flush());
    this.url.onReturn((state) => import("./corridor-return.js").then(({ restore }) => restore(this, state)));
  }

  #startSide() {
    this.sheet = new Sheet(this.part("side"), this.part("sheet-open"), this.part("sheet-close"));
    this.part("help-legend").append(this.timeline.parts.legend.cloneNode(true));
    attachShare(this.part("share"), this.part("share-address"), () => {
      this.url.enable();
      this.url.flush();
    }, (text) => this.notices.say(text), this.words);
    this.dates = attachDates(this.part("from"), this.part("to"), (window) => this.timeline.setWindow(window, { announce: true }));
    attachReports(this.part("reports"), this.flights, (window) => {
      this.selection.select(null);
      this.timeline.setWindow(window, { announce: true });
    });
  }

  /* What happens */

  /** Other filters: show what passes, fetch its paths. */
  filtered(how) {
    this.#show();
    this.#load();
    this.url.filtered(how);
  }

  #onSelect() {
    const flight = this.byId.get(this.selection.selected) ?? null;
    this.card.show(flight);
    if (!flight) return;
    this.notices.missing(null);
    this.sheet.close();
    if (flight.start !== null) {
      if (!inWindow(flight, this.timeline.window)) this.fit(flight);
      else this.#seekTo(flight);
    } else {
      this.#show(); // a flight without a date is on the map while it is chosen
    }
    this.map.reveal(flight, this.part("card"));
  }

  fit(flight) {
    this.wanted = flight;
    // A day known only as a day gets some days around it; a flight gets its hours.
    this.timeline.setWindow(padInterval(flight, flight.has_path ? 0.15 : 1), { announce: true });
  }

  /** Stand where the flight can be seen moving. */
  #seekTo(flight) {
    const { time } = this.clock;
    if (!flight.has_path || (time >= flight.start && time <= flight.end)) return;
    const path = this.paths.get(flight);
    this.clock.seek(path ? firstObserved(path) : flight.start);
  }

  /** A path that comes after its flight was chosen: on from an estimate at its start to the first observed fix. */
  #pathsArrived() {
    this.#show();
    const flight = this.byId.get(this.selection.selected);
    const path = flight && this.paths.get(flight);
    if (path && this.clock.time === flight.start) this.clock.seek(firstObserved(path));
    this.playback.chosen();
    this.evidence.chosen();
  }

  #onWindow() {
    const { start, end } = this.timeline.window;
    const { time } = this.clock;
    const outside = time < start || time > end;
    this.clock.setRange(start, end);
    if (outside) this.clock.seek(this.#firstMovement() ?? start);
    if (this.wanted) this.#seekTo(this.wanted);
    this.wanted = null;
    this.#show();
    this.#load();
    this.url.flush(); // at once: it may be another entry of the history soon
  }

  #firstMovement() {
    const { start } = this.timeline.window;
    const starts = this.#inWindow().filter((flight) => flight.has_path).map((flight) => Math.max(flight.start, start));
    return starts.length ? Math.min(...starts) : null;
  }

  #inWindow() {
    return this.passing.filter((flight) => inWindow(flight, this.timeline.window));
  }

  /** Show what passes the filters: lanes of all times, list and map of the window. */
  #show() {
    const before = this.passing;
    this.passing = applyFilters(this.flights, this.filters.filters);
    const changed = before?.length !== this.passing.length || before.some((flight, n) => flight !== this.passing[n]);
    if (changed) this.timeline.setFlights(this.passing, { narrowed: this.passing.length < this.flights.length });
    const { window } = this.timeline;
    const shown = this.#inWindow();
    // Flights without a date are in no window; of a search they are part of the answer.
    const undated = activeFilters(this.filters.filters).length ? this.passing.filter((flight) => flight.start === null) : [];
    const elsewhere = explainWindow(this, shown);
    this.list.show(this.passing, window, this.flights.length, { undated, elsewhere });
    this.dates.show(window);
    this.#showOnMap(shown);
    this.quiet.setSpans(quietTimes(movements(shown.filter((flight) => flight.has_path))));
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
    );
    const still = !flights.some((flight) => flight.has_path);
    this.notices.stillness(still && flights.length > 0);
    this.transport.setStill(still ? this.#whyStill(flights) : null);
  }

  #whyStill(flights) {
    return flights.length ? this.words.nothingToPlay : this.words.emptyWindow;
  }

  /** Fetch the paths of the window; play at the first opening, where motion is welcome. */
  async #load({ first = false } = {}) {
    const wanted = this.#inWindow().filter((flight) => flight.has_path).slice(0, MOST_PATHS);
    try {
      await this.paths.load(wanted, () => this.#pathsArrived());
      this.notices.failed(null);
    } catch (error) {
      this.notices.failed(() => this.#load({ first }));
      console.warn("The paths could not be fetched:", error.message);
      return;
    }
    if (first && wanted.length && this.asked.time === null && this.#motionWelcome()) this.clock.play();
  }

  #motionWelcome() {
    return !document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** A flight's own page at the moment shown here. */
  #addressOf(flight) {
    const { time } = this.clock;
    const within = flight.has_path && time >= flight.start && time <= flight.end;
    return within ? `${flight.url}?t=${formatTime(time)}` : flight.url;
  }

  /** The list page with the same filters. */
  listAddress() {
    const query = new URLSearchParams();
    appendFilters(query, this.filters.filters);
    return `/flights/?${query}`;
  }
}

const root = document.querySelector("[data-corridor]");
if (root) {
  const page = new CorridorPage(root);
  page.start();
  document.documentElement.dataset.ready = "corridor";
  const link = page.part("list-link");
  const aim = () => link.setAttribute("href", page.listAddress());
  for (const name of ["pointerdown", "pointerover", "focus"]) link.addEventListener(name, aim);
}
