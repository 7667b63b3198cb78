import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { UrlState, formatState, parseState, parseTime, parseView } from "../../static/flightmap/js/url-state.js";

const utc = (...parts) => Date.UTC(...parts) / 1000;
const NOTHING = parseState("");

test("an empty query says nothing", () => {
  assert.deepEqual(NOTHING, {
    window: null,
    time: null,
    speed: null,
    flight: null,
    view: null,
    estimates: null,
    sources: null,
    filters: {
      aircraft: [], registration: [], icao24: [], operator: [], type: [], callsign: [], airport: [], class: [],
      direction: null, sanctioned: null, undated: null, demonstration: null, q: "",
    },
  });
});

test("a time is read as a year, a month, a day or a moment, in UTC unless it says otherwise", () => {
  assert.equal(parseTime("2024"), utc(2024, 0, 1));
  assert.equal(parseTime("2024-03"), utc(2024, 2, 1));
  assert.equal(parseTime("2024-03-21"), utc(2024, 2, 21));
  assert.equal(parseTime("2024-03-21T04:05"), utc(2024, 2, 21, 4, 5));
  assert.equal(parseTime("2024-03-21 04:05:06Z"), utc(2024, 2, 21, 4, 5, 6));
  assert.equal(parseTime("2024-03-21T04:05:06.25Z"), utc(2024, 2, 21, 4, 5, 6) + 0.25);
  assert.equal(parseTime("2024-03-21T13:05+09:00"), utc(2024, 2, 21, 4, 5));
  assert.equal(parseTime("2018-04-01T08:30-0830"), utc(2018, 3, 1, 17, 0));
  assert.equal(parseTime("1969-12-31T23:59:59Z"), -1);
});

test("a plus sign that became a space in the address is still an offset", () => {
  assert.equal(parseState("t=2024-03-21T13:05+09:00").time, utc(2024, 2, 21, 4, 5));
});

test("the end of a window given as a day, month or year includes it", () => {
  assert.deepEqual(parseState("from=2024-03-21&to=2024-03-21").window, { start: utc(2024, 2, 21), end: utc(2024, 2, 22) });
  assert.deepEqual(parseState("from=2023-12&to=2023-12").window, { start: utc(2023, 11, 1), end: utc(2024, 0, 1) });
  assert.deepEqual(parseState("from=2018&to=2024").window, { start: utc(2018, 0, 1), end: utc(2025, 0, 1) });
});

for (const text of [
  "", " ", "now", "yesterday", "20240321", "2024-3-1", "2024-00-10", "2024-02-30", "2023-02-29", "2024-03-21T24:00Z", "2024-03-21T10:60Z",
  "2024-03-21T10", "2024-03-21T10:00+9", "1711000000", "-2024-01-01", "0001-01-01", "9999-01-01", "2024-03-21T10:00Zulu", "NaN", "٢٠٢٤",
  "2024-03-21<script>",
]) {
  test(`the time ${JSON.stringify(text)} is no time and leaves the clock alone`, () => {
    assert.equal(parseState(`t=${encodeURIComponent(text)}`).time, null);
  });
}

for (const query of [
  "from=2024-03-21", "to=2024-03-21", "from=2024-03-22&to=2024-03-20", "from=2024-03-21T10:00Z&to=2024-03-21T10:00Z", "from=x&to=2024-03-21",
  "from=2024-03-21&to=x", "from=&to=",
]) {
  test(`half a window or one the wrong way round is no window: ${query}`, () => {
    assert.equal(parseState(query).window, null);
  });
}

for (const value of ["", "0", "-5", "0.5", "1001", "1e3", "0x10", "Infinity", "NaN", "fast", "10 20", "99999999999999999999"]) {
  test(`the speed ${JSON.stringify(value)} is no speed`, () => {
    assert.equal(parseState(`speed=${encodeURIComponent(value)}`).speed, null);
  });
}

test("any speed between the slowest and the fastest is taken", () => {
  assert.equal(parseState("speed=1").speed, 1);
  assert.equal(parseState("speed=62.5").speed, 62.5);
  assert.equal(parseState("speed=1000").speed, 1000);
  assert.equal(parseState("speed=90", { slowest: 100, fastest: 600 }).speed, null);
});

for (const value of ["", "41", "41,131", "41,131,6,2", "41,,6", "a,b,c", "91,131,6", "41,361,6", "41,131,-1", "41,131,23", "41,131,NaN", "1e1,2,3"]) {
  test(`the view ${JSON.stringify(value)} is no view`, () => {
    assert.equal(parseView(value), null);
    assert.equal(parseState(`view=${encodeURIComponent(value)}`).view, null);
  });
}

test("a view beyond the antimeridian is a view", () => {
  assert.deepEqual(parseView("-41.5,190.25,3"), { lat: -41.5, lng: 190.25, zoom: 3 });
});

for (const value of ["", " ", "../admin", "a b", "<svg>", "k3x9q7wz'", "x".repeat(33)]) {
  test(`the flight ${JSON.stringify(value)} is no id`, () => {
    assert.equal(parseState(`flight=${encodeURIComponent(value)}`).flight, null);
  });
}

test("filters that no form here sends are left out, the others stay", () => {
  const { filters } = parseState(
    "class=observed&class=proven&direction=sideways&sanctioned=maybe&demonstration=2&aircraft=&aircraft=%20RA-82030%20&aircraft=RA-82030&operator=" +
      "x".repeat(121),
  );
  assert.deepEqual(filters, { ...NOTHING.filters, class: ["observed"], aircraft: ["RA-82030"] });
});

test("demonstration flights are asked for by the same words as in the list of flights", () => {
  const asked = (word) => parseState(`demonstration=${word}`).filters.demonstration;
  assert.deepEqual(["no", "all", "only", "yes", "1", "0", "constructor"].map(asked), ["no", "all", "only", "only", "all", "no", null]);
});

test("a thousand values of one filter are cut short", () => {
  const query = Array.from({ length: 1000 }, (_, n) => `aircraft=A${n}`).join("&");
  assert.equal(parseState(query).filters.aircraft.length, 50);
});

test("broken percent signs, doubled names and unknown names break nothing", () => {
  const state = parseState("?t=%E0%A4%A&speed=10&speed=20&view=%&__proto__=1&constructor=2&estimates=constructor&sanctioned=toString&flight=abc#t=1");
  assert.equal(state.time, null);
  assert.equal(state.speed, 10);
  assert.equal(state.estimates, null);
  assert.equal(state.filters.sanctioned, null);
});

test("one senseless value does not take the sensible ones with it", () => {
  const state = parseState("from=x&to=y&t=2024-03-21T04:05:06Z&speed=-1&flight=k3x9q7wz&view=north");
  assert.equal(state.time, utc(2024, 2, 21, 4, 5, 6));
  assert.equal(state.flight, "k3x9q7wz");
});

test("what is written is read back the same", () => {
  const state = {
    window: { start: utc(2018, 6, 1), end: utc(2018, 7, 1) },
    time: utc(2018, 6, 9, 1, 2, 3),
    speed: 300,
    flight: "k3x9q7wz",
    view: { lat: 41.20012, lng: 131.5, zoom: 6.25 },
    estimates: true,
    sources: true,
    filters: {
      aircraft: ["RA-82030", "type:A124"],
      registration: ["P-885"],
      icao24: [],
      type: ["A124"],
      callsign: ["KOR271"],
      undated: true,
      operator: ["Aviaservice, Kazan (per 360.ru)", "고려항공", "A&B=C+D"],
      airport: ["ZKPY"],
      class: ["reported"],
      direction: "inbound",
      sanctioned: false,
      demonstration: "only",
      q: "An-124 & 'Ил'",
    },
  };
  assert.deepEqual(parseState(formatState(state)), state);
});

test("nothing to say is an empty query", () => {
  assert.equal(formatState(NOTHING), "");
});

/** A page's address as far as UrlState needs it. */
function fakePage(search = "") {
  const location = { pathname: "/", search, hash: "#content" };
  const written = [];
  const pushed = []; // the addresses that "Back" leads to
  const history = {
    state: null,
    replaceState(_state, _title, address) {
      written.push(address);
      location.search = address.slice(1, -"#content".length);
    },
    pushState(_state, _title, address) {
      pushed.push(location.search);
      this.replaceState(null, "", address);
    },
  };
  return { location, history, written, pushed };
}

test("the address keeps still until the reader does something", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const page = fakePage();
  const url = new UrlState(() => ({ speed: 10 }), { wait: 100, ...page });
  url.touch();
  mock.timers.tick(1000);
  assert.deepEqual(page.written, []);
  url.enable();
  url.touch();
  mock.timers.tick(100);
  assert.deepEqual(page.written, ["/?speed=10#content"]);
});

test("a hundred changes within the wait are written once, with the last state", (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const page = fakePage();
  let speed = 0;
  const url = new UrlState(() => ({ speed }), { wait: 100, ...page });
  url.enable();
  for (speed = 1; speed < 100; speed += 1) url.touch();
  mock.timers.tick(100);
  assert.deepEqual(page.written, ["/?speed=100#content"]);
});

test("an address that already says it is not written again", () => {
  const page = fakePage("?speed=10");
  const url = new UrlState(() => ({ speed: 10 }), page);
  url.enable();
  url.flush();
  assert.deepEqual(page.written, []);
});

test("other filters are an entry of the history at once; the one before holds what was shown until then", () => {
  const page = fakePage("?speed=10");
  const state = { speed: 10, filters: { class: ["observed"] } };
  const url = new UrlState(() => state, page);
  url.enable();
  state.speed = 60; // not yet written when the filter changes
  state.filters = { class: ["reported"] };
  url.filtered();
  assert.deepEqual(page.pushed, ["?speed=60&class=observed"]);
  assert.equal(page.location.search, "?speed=60&class=reported");
  state.speed = 120;
  url.filtered(); // the same filters once more
  url.flush();
  assert.equal(page.pushed.length, 1);
  assert.equal(page.location.search, "?speed=120&class=reported");
});

test("a search typed in one go is one entry, one typed after a pause another", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const page = fakePage();
  const state = { filters: { q: "" } };
  const url = new UrlState(() => state, page);
  url.enable();
  const type = (text) => {
    for (let n = 1; n <= text.length; n += 1) {
      now += 200;
      state.filters = { q: text.slice(0, n) };
      url.filtered({ typing: true });
    }
    url.flush();
  };
  type("an-124");
  assert.deepEqual(page.pushed, [""]);
  now += 5000;
  type("sunan");
  assert.deepEqual(page.pushed, ["", "?q=an-124"]);
  state.filters = { q: "" };
  url.filtered(); // taken off by its chip
  assert.deepEqual(page.pushed, ["", "?q=an-124", "?q=sunan"]);
});

test("a word added to a search after a pause is an entry, though the space before it changes nothing", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const page = fakePage();
  const state = { filters: { q: "" } };
  const url = new UrlState(() => state, page);
  url.enable();
  const type = (...texts) => {
    for (const text of texts) {
      now += 200;
      state.filters = { q: text.trim() };
      url.filtered({ typing: true });
    }
    url.flush();
  };
  type("a", "an", "an ", "an 1", "an 12");
  assert.deepEqual(page.pushed, [""]);
  now += 5000;
  type("an 12 ", "an 12 s", "an 12 su");
  assert.deepEqual(page.pushed, ["", "?q=an+12"]);
});

test("going back tells what the entry says and makes no entry of its own", (t) => {
  const page = fakePage("?class=observed");
  const heard = [];
  globalThis.addEventListener = (name, handler) => heard.push([name, handler]);
  t.after(() => delete globalThis.addEventListener);
  const state = { filters: { class: ["observed"] } };
  const url = new UrlState(() => state, page);
  url.enable();
  const returns = [];
  url.onReturn((entry) => {
    returns.push(entry.filters.class);
    state.filters = entry.filters;
    url.filtered();
  });
  state.filters = { class: ["reported"] };
  url.filtered();
  const [[name, goBack]] = heard;
  assert.equal(name, "popstate");
  goBack(); // to a part of the same page
  page.location.search = page.pushed[0];
  goBack();
  assert.deepEqual(returns, [["observed"]]);
  assert.equal(page.pushed.length, 1);
});
