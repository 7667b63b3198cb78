/** The chosen flight in a few lines over the map, with the ways to its own page. */

import { element, fill } from "./timeline-words.js";

export class FlightCard {
  /**
   * @param {HTMLElement} host
   * @param {object} options
   * @param {import("./timeline-describe.js").Describer} options.describer
   * @param {object} options.words
   * @param {{close: () => void, fit: (flight: object) => void, address: (flight: object) => string,
   *   visit: (flight: object, which?: {last: boolean}) => void}} options.actions
   */
  constructor(host, { describer, words, actions }) {
    Object.assign(this, { host, describer, words, actions });
  }

  /** @param {object|null} flight summary, or null for no card */
  show(flight) {
    this.host.hidden = flight === null;
    if (flight === null) {
      this.host.replaceChildren();
      return;
    }
    const { describer, words, actions } = this;
    const close = element("button", { type: "button", class: "icon-button button-quiet flight-card-close", "aria-label": words.close }, "×");
    close.addEventListener("click", actions.close);
    // The page of a flight opens at the moment shown here.
    const open = element("a", { href: flight.url, class: "button button-primary" }, words.openFlight);
    const aim = () => open.setAttribute("href", actions.address(flight));
    for (const name of ["pointerdown", "focus", "pointerover"]) open.addEventListener(name, aim);
    const fit = element("button", { type: "button", class: "button" }, words.fit);
    fit.addEventListener("click", () => actions.fit(flight));
    this.host.replaceChildren(
      ...[
      element("div", { class: "flight-card-head" }, this.#aircraft(flight), close),
      element("div", { class: "flight-card-route" }, describer.route(flight)),
      element("div", {}, describer.when(flight)),
      element("div", { class: "flight-card-badges" }, ...this.#badges(flight)),
      element("div", { class: "flight-card-actions" }, open, flight.start === null ? null : fit),
      flight.aircraft ? element("div", { class: "flight-card-visits" }, this.#way(words.visit, () => actions.visit(flight)), this.#way(words.lastVisit, () => actions.visit(flight, { last: true }))) : null,
      ].filter(Boolean),
    );
  }

  #way(text, act) {
    const button = element("button", { type: "button", class: "button-link" }, text);
    button.addEventListener("click", act);
    return button;
  }

  #aircraft({ aircraft, type_name: typeName }) {
    const { words } = this;
    if (!aircraft) return element("strong", {}, typeName ? fill(words.someAircraft, { type: typeName }) : words.unknownAircraft);
    const link = element("a", { href: aircraft.url }, aircraft.registration ?? aircraft.icao24);
    return element("strong", {}, link, aircraft.type_name ? ` ${aircraft.type_name}` : "");
  }

  #badges(flight) {
    const { describer, words } = this;
    const badge = (kind, text) => (text ? element("span", { class: `badge badge-${kind}` }, text) : null);
    return [
      badge(flight.class, describer.words[flight.class]),
      flight.demonstration ? badge("demonstration", words.simulated) : null,
      flight.class === "reported" ? badge("plain", describer.words.assertions[flight.assertion_level]) : null,
      badge("plain", describer.gaps(flight)),
      flight.disagreements?.length ? badge("disagreement", words.disagreement) : null,
      flight.aircraft?.sanctioned ? badge("warn", words.sanctioned) : null,
    ].filter(Boolean);
  }
}
