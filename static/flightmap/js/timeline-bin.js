/**
 * The bin of flights without a date: they have no place on a time axis, and none is made up for them.
 * A button with their number opens a list; choosing one there is choosing it everywhere.
 */

import { element, plural } from "./timeline-words.js";

export class UndatedBin {
  #lanes = [];
  #opener = null;

  /**
   * @param {HTMLElement} host the panel is put here
   * @param {HTMLButtonElement} button opens the list of all lanes
   * @param {import("./timeline-describe.js").Describer} describer
   * @param {import("./selection.js").Selection} selection
   */
  constructor(host, button, describer, selection) {
    this.button = button;
    this.describer = describer;
    this.selection = selection;
    const { words } = describer;
    this.title = element("h3", { id: "undated-title", tabindex: "-1" });
    this.list = element("ul", { class: "undated-list" });
    const close = element("button", { type: "button", class: "icon-button button-quiet", "aria-label": words.close }, "×");
    this.panel = element(
      "div",
      { class: "undated-panel", role: "dialog", "aria-labelledby": "undated-title", hidden: true },
      element("div", { class: "undated-head" }, this.title, close),
      element("p", { class: "faint" }, words.undatedWhy),
      this.list,
    );
    host.append(this.panel);
    close.addEventListener("click", () => this.close());
    button.addEventListener("click", () => (this.panel.hidden ? this.open(null, button) : this.close()));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    this.list.addEventListener("click", (event) => {
      const chosen = event.target.closest("button[data-flight]");
      if (chosen) selection.select(chosen.dataset.flight);
    });
  }

  setLanes(lanes) {
    this.#lanes = lanes.filter((lane) => lane.undated.length > 0);
    const count = this.#lanes.reduce((sum, lane) => sum + lane.undated.length, 0);
    this.button.setAttribute("aria-expanded", String(!this.panel.hidden));
    if (count === 0) this.close();
  }

  /** Show the undated flights of one lane, or of all (null). */
  open(lane, opener) {
    this.#opener = opener;
    const lanes = lane ? [lane] : this.#lanes;
    const count = lanes.reduce((sum, { undated }) => sum + undated.length, 0);
    this.title.textContent = plural(this.describer.words.undatedFlights, count);
    this.list.replaceChildren(...lanes.flatMap((each) => each.undated.map((flight) => this.#entry(each, flight))));
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.title.focus({ preventScroll: true });
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    const opener = this.#opener;
    this.#opener = null;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  }

  #entry(lane, flight) {
    const { describer } = this;
    const chosen = element(
      "button",
      { type: "button", class: "undated-flight", "data-flight": flight.id },
      element("strong", {}, describer.laneTitle(lane)),
      ` ${describer.route(flight)}`,
      element("span", { class: "faint" }, describer.standing(flight)),
    );
    return element("li", {}, chosen, element("a", { href: flight.url }, describer.words.open));
  }
}
