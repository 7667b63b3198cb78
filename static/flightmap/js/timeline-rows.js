/**
 * The lanes as the page's own elements: a label for each lane, a button for each bar. The canvas shows the
 * bars; the buttons let a keyboard and a screen reader reach them. Only rows in sight exist.
 *
 * One bar is in the tab order (roving tabindex). Arrows go to the previous or next flight of the lane, or to
 * the nearest in the lane above or below; Home and End to the first and last; Enter chooses, F fits.
 */

import { rowsBetween } from "./timeline-geometry.js";
import { element, fill, plural } from "./timeline-words.js";

/** Rows kept above and below the visible ones, pixels: scrolling meets them ready. */
const SPARE = 120;

export class LaneRows {
  #rows = [];
  #elements = new Map(); // lane key → {row, bars, buttons: Map}
  #active = null; // id of the flight whose bar is in the tab order

  /**
   * @param {HTMLElement} host holds the rows; as high as all of them
   * @param {import("./timeline-describe.js").Describer} describer
   * @param {object} actions
   *   choose(item, lane) · fit(item) · step(lane, item, way) gives the next item · across(row, item, way) gives
   *   {row, item} · edge(lane, way) gives an item · reveal(row, item) brings it into sight · hover(id|null) · openUndated(lane, button)
   */
  constructor(host, describer, actions) {
    this.host = host;
    this.describer = describer;
    this.actions = actions;
    host.addEventListener("keydown", (event) => this.#onKey(event));
    host.addEventListener("focusin", (event) => this.#onFocus(event));
    host.addEventListener("focusout", () => actions.hover(null));
    host.addEventListener("click", (event) => this.#onClick(event));
  }

  /** Take over rows from `stackRows`; nothing is shown before `render`. */
  setRows(rows) {
    this.#rows = rows;
    const keys = new Set(rows.map((row) => row.lane.key));
    for (const [key, { row }] of this.#elements) {
      if (!keys.has(key)) {
        row.remove();
        this.#elements.delete(key);
      }
    }
  }

  /**
   * Bring labels and bar buttons up to date for the rows in sight.
   *
   * @param {number} top pixels scrolled
   * @param {number} height pixels visible
   * @param {(row: object) => object[]} itemsOf what a row shows, from `placeBars`
   * @param {string|null} selected id
   */
  render(top, height, itemsOf, selected) {
    const visible = rowsBetween(this.#rows, top - SPARE, top + height + SPARE);
    const keys = new Set(visible.map((row) => row.lane.key));
    for (const [key, made] of this.#elements) {
      // A row out of sight goes, unless the focus is in it: the reader's place must not vanish.
      if (!keys.has(key) && !made.row.contains(document.activeElement)) {
        made.row.remove();
        this.#elements.delete(key);
      }
    }
    let before = null;
    for (const row of visible) {
      const made = this.#elements.get(row.lane.key) ?? this.#build(row.lane);
      made.row.style.transform = `translateY(${row.top}px)`;
      made.row.style.height = `${row.height}px`;
      // Kept in the order of the lanes, which is the order a screen reader reads them in.
      const after = before ? before.nextElementSibling : this.host.firstElementChild;
      if (after !== made.row) this.host.insertBefore(made.row, after);
      before = made.row;
      this.#renderBars(made, row, itemsOf(row), selected);
    }
    this.#rove();
  }

  #build(lane) {
    const { describer } = this;
    const { words } = describer;
    const title = describer.laneTitle(lane);
    const name = lane.url ? element("a", { href: lane.url, class: "lane-name", tabindex: "-1" }, title) : element("span", { class: "lane-name" }, title);
    const detail = describer.laneDetail(lane);
    const label = element(
      "div",
      { class: "lane-label", title: [title, detail, lane.demonstration ? words.demonstration : ""].filter(Boolean).join(" · ") },
      name,
      detail ? element("span", { class: "lane-detail" }, detail) : null,
      lane.demonstration ? element("span", { class: "badge badge-demonstration lane-badge", "aria-label": words.demonstration }, words.demonstrationShort) : null,
    );
    const bars = element("ul", { class: "lane-bars", "aria-label": fill(words.flightsOf, { aircraft: title }) });
    const undated = lane.undated.length
      ? element(
          "button",
          { type: "button", class: "lane-undated", tabindex: "-1", "data-lane": lane.key, "aria-label": plural(words.undatedFlights, lane.undated.length) },
          String(lane.undated.length),
        )
      : null;
    const row = element("li", { class: lane.demonstration ? "lane lane-demonstration" : "lane", "data-lane": lane.key }, label, bars, undated);
    const made = { row, bars, buttons: new Map() };
    this.#elements.set(lane.key, made);
    return made;
  }

  #renderBars(made, row, items, selected) {
    const keep = new Set();
    made.items = items;
    made.entry = row;
    for (const item of items) {
      const id = item.bars[0].flight.id;
      keep.add(id);
      let button = made.buttons.get(id);
      if (!button) {
        button = element("button", { type: "button", class: "lane-bar", tabindex: "-1", "data-flight": id });
        made.buttons.set(id, button);
        made.bars.append(element("li", {}, button));
      }
      const label = this.describer.sentence(item, row.lane);
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
      button.setAttribute("aria-pressed", String(item.bars.some((bar) => bar.flight.id === selected)));
      button.style.left = `${item.x0}px`;
      button.style.width = `${Math.max(item.x1 - item.x0, 4)}px`;
    }
    for (const [id, button] of made.buttons) {
      if (keep.has(id) || button === document.activeElement) continue;
      button.parentElement.remove();
      made.buttons.delete(id);
    }
  }

  /** Put exactly one bar into the tab order: the active one, otherwise the first in sight. */
  #rove() {
    let active = null;
    for (const { buttons } of this.#elements.values()) {
      for (const [id, button] of buttons) {
        button.tabIndex = -1;
        if (id === this.#active) active = button;
      }
    }
    active ??= this.host.querySelector(".lane-bar");
    if (active) active.tabIndex = 0;
    for (const link of this.host.querySelectorAll(".lane-name, .lane-undated")) {
      const own = active && link.closest(".lane") === active.closest(".lane");
      if (link.matches("a, button")) link.tabIndex = own || !active ? 0 : -1;
    }
  }

  #find(button) {
    const made = this.#elements.get(button.closest(".lane")?.dataset.lane);
    const item = made?.items.find((candidate) => candidate.bars[0].flight.id === button.dataset.flight);
    return item ? { lane: made.entry.lane, row: made.entry, item } : null;
  }

  /** Move the focus to an item, bringing it into sight first. */
  focusItem(row, item) {
    this.#active = item.bars[0].flight.id;
    this.actions.reveal(row, item);
    const made = this.#elements.get(row.lane.key);
    // After the view moved, bars may be bunched otherwise: the flight may be inside another item's button.
    const holder = made?.items.find((candidate) => candidate.bars.some((bar) => bar.flight.id === this.#active));
    const button = holder && made.buttons.get(holder.bars[0].flight.id);
    if (!button) return;
    this.#active = holder.bars[0].flight.id;
    this.#rove();
    button.focus({ preventScroll: true });
  }

  #onFocus(event) {
    if (!event.target.matches(".lane-bar")) return;
    this.#active = event.target.dataset.flight;
    this.#rove();
    const found = this.#find(event.target);
    if (found) this.actions.hover(found.item.bars[0].flight.id);
  }

  #onClick(event) {
    const undated = event.target.closest(".lane-undated");
    if (undated) {
      const row = this.#rows.find((candidate) => candidate.lane.key === undated.dataset.lane);
      if (row) this.actions.openUndated(row.lane, undated);
      return;
    }
    // Bars let the pointer through to the gestures below; a click on one comes from keyboard or assistive technology.
    const button = event.target.closest(".lane-bar");
    const found = button && this.#find(button);
    if (found) this.actions.choose(found.item, found.lane);
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches(".lane-bar")) return;
    const found = this.#find(event.target);
    if (!found) return;
    const { lane, row, item } = found;
    const { actions } = this;
    let target = null;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      target = { row, item: actions.step(lane, item, event.key === "ArrowRight" ? 1 : -1) };
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      target = actions.across(row, item, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Home" || event.key === "End") {
      target = { row, item: actions.edge(lane, event.key === "Home" ? -1 : 1) };
    } else if (event.key === "f" || event.key === "F") {
      actions.fit(item);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (target?.item) this.focusItem(target.row, target.item);
  }
}
