/** What the lanes say where there is none: that nothing is in the window, or nothing that passes, and what is nearest. */

import { element, fill } from "./timeline-words.js";

/**
 * @param {import("./timeline.js").Timeline} timeline
 * @param {object[]} flights at other times
 * @param {boolean} narrowed whether filters hold some back
 */
export function explainLanes(timeline, flights, narrowed) {
  const { describer, window } = timeline;
  const { words } = describer;
  const before = flights.filter((flight) => flight.end < window.start).reduce((best, flight) => (!best || flight.end > best.end ? flight : best), null);
  const after = flights.filter((flight) => flight.start > window.end).reduce((best, flight) => (!best || flight.start < best.start ? flight : best), null);
  const jump = (flight, text) => {
    const button = element("button", { type: "button", class: "button" }, fill(text, { date: describer.date(flight.start) }));
    button.addEventListener("click", () => timeline.fitFlight(flight));
    return button;
  };
  timeline.parts.empty.replaceChildren(
    element("p", {}, flights.length ? (narrowed ? words.nothingPassesHere : words.nothingHere) : words.nothingAtAll),
    ...(before ? [jump(before, words.earlier)] : []),
    ...(after ? [jump(after, words.later)] : []),
  );
}
