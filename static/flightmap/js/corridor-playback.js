/** Playback on the corridor map: what is stepped through there, keys, and its part of the address. */

import { neighbour } from "./flight-order.js";
import { attachHelp } from "./help-dialog.js";
import { listenToKeys } from "./keys.js";
import { Playback } from "./playback.js";

/**
 * @param {object} page the CorridorPage
 * @param {object} asked of `parsePlayback`
 * @returns {Playback}
 */
export function startPlayback(page, asked) {
  const { clock, selection, words } = page;
  const help = attachHelp(page.part("help"), document.querySelectorAll("[data-corridor-help-open]"));
  const step = (way) => {
    const next = neighbour(page.passing, { id: selection.selected, time: clock.time, way });
    if (next) selection.select(next.id);
    else page.notices.say(way > 0 ? words.noLater : words.noEarlier);
  };
  page.part("previous").addEventListener("click", () => step(-1));
  page.part("next").addEventListener("click", () => step(1));
  const keys = {
    "[": () => step(-1),
    "]": () => step(1),
    "?": help,
    Escape: () => {
      if (!page.sheet.close()) selection.select(null);
    },
  };
  listenToKeys(keys);

  /** The chosen flight alone, or all that move in the window. */
  const subject = () => {
    const chosen = page.byId.get(selection.selected);
    const isMoving = Boolean(chosen?.has_path && page.paths.get(chosen));
    const flights = isMoving ? [chosen] : page.moving;
    const name = (flight) => flight.aircraft?.registration ?? flight.callsign ?? flight.aircraft?.icao24 ?? words.unknownAircraft;
    return {
      flights: flights.map((flight) => ({ summary: flight, path: page.paths.get(flight) ?? null, name: name(flight) })),
      chosen: isMoving ? chosen.id : null,
    };
  };
  /** To a moment, and the window with it. */
  const go = (time) => {
    const { start: from, end: to } = page.timeline.window;
    const half = (to - from) / 2;
    if (time < from || time > to) page.timeline.setWindow({ start: time - half, end: time + half }, { announce: true, glide: false });
    clock.seek(time);
  };
  const playback = new Playback(document.querySelector("[data-transport]"), {
    clock, map: page.map.map, layer: page.map.flights, subject, asked,
    words: { ...words.map.playback, durations: words.map.durations },
    say: (text) => page.notices.say(text), estimates: () => page.estimates, go,
  });
  listenToKeys(playback.keys);
  selection.addEventListener("select", () => playback.chosen());
  playback.addEventListener("change", () => page.url.touch());
  return playback;
}
