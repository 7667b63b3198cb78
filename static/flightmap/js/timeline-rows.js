/**
 * The lanes as the page's own elements: a grid with a row for each lane, a button for each bar. The canvas shows the
 * bars; the buttons let a keyboard and a screen reader reach them. Only what is in sight exists; rows and cells say
 * which of how many they are, and the arrows reach those that do not exist yet (timeline-keys.js).
 * One bar is in the tab order (roving tabindex).
 */

import { rowsBetween } from "./timeline-geometry.js";
import { element, plural } from "./timeline-words.js";

/** Rows kept above and below the visible ones, pixels: scrolling meets them ready. */
const SPARE = 120;

export class LaneRows {
  #rows = [];
  #elements = new Map(); // lane key → {row, bars, buttons: Map}
  #active = null; // id of the flight whose bar is in the tab order

  /**
   * @param {HTMLElement} host holds the rows; as high as all of them
   * @param {import("./timeline-describe.js").Describer} describer
   */
  constructor(host, describer) {
    this.host = host;
    this.describer = describer;
  }

  /** All rows, as stacked. */
  get rows() {
    return this.#rows;
  }

  /** The row that a button is in, as last drawn: `{row, items, buttons: Map, entry}`; entry is of `rows`. */
  holding(button) {
    return this.#elements.get(button.closest(".lane")?.dataset.lane);
  }

  /** Put the button that stands for a flight into the tab order; null where none is drawn. */
  activate(key, id) {
    const made = this.#elements.get(key);
    // Bars may be bunched: the flight may be inside another item's button.
    const own = made?.items.find((item) => item.bars.some((bar) => bar.flight.id === id))?.bars[0].flight.id;
    this.#active = own ?? id;
    this.#rove();
    return made?.buttons.get(own) ?? null;
  }

  /** Take over rows from `stackRows`; nothing is shown before `render`. */
  setRows(rows) {
    this.#rows = rows;
    const keys = new Set(rows.map((row) => row.lane.key));
    this.host.setAttribute("aria-rowcount", String(rows.length));
    this.host.setAttribute("aria-colcount", String(2 + rows.reduce((most, { lane }) => Math.max(most, lane.bars.length), 0)));
    rows.forEach((row, n) => {
      row.number = n + 1;
    });
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
      made.row.setAttribute("aria-rowindex", String(row.number));
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
      { class: "lane-label", role: "rowheader", "aria-colindex": "1", title: [title, detail, lane.demonstration ? words.demonstration : ""].filter(Boolean).join(" · ") },
      name,
      detail ? element("span", { class: "lane-detail" }, detail) : null,
      lane.demonstration ? element("span", { class: "badge badge-demonstration lane-badge", "aria-label": words.demonstration }, words.demonstrationShort) : null,
    );
    const bars = element("div", { class: "lane-bars", role: "presentation" });
    const undated = lane.undated.length
      ? element(
          "button",
          { type: "button", class: "lane-undated", tabindex: "-1", "data-lane": lane.key, "aria-label": plural(words.undatedFlights, lane.undated.length) },
          String(lane.undated.length),
        )
      : null;
    const last = undated ? element("div", { role: "gridcell", "aria-colindex": String(lane.bars.length + 2) }, undated) : null;
    const row = element("div", { class: lane.demonstration ? "lane lane-demonstration" : "lane", role: "row", "data-lane": lane.key }, label, bars, last);
    const made = { row, bars, buttons: new Map() };
    this.#elements.set(lane.key, made);
    return made;
  }

  #renderBars(made, row, items, selected) {
    const keep = new Set();
    made.items = items;
    made.entry = row;
    this.#keepFocus(made, items);
    let before = null;
    for (const item of items) {
      const { index, flight: { id } } = item.bars[0];
      keep.add(id);
      let button = made.buttons.get(id);
      if (!button) {
        button = element("button", { type: "button", class: "lane-bar", tabindex: "-1", "data-flight": id });
        made.buttons.set(id, button);
        element("div", { role: "gridcell" }, button);
      }
      const cell = button.parentElement;
      const following = before ? before.nextElementSibling : made.bars.firstElementChild;
      // In the order of time, which is the order a screen reader reads them in.
      if (following !== cell) made.bars.insertBefore(cell, following);
      before = cell;
      cell.setAttribute("aria-colindex", String(index + 2));
      cell.setAttribute("aria-colspan", String(item.bars.length));
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

  /** A focused bar that has become part of another item stands for that one: the reader's place must not vanish. */
  #keepFocus(made, items) {
    const button = document.activeElement;
    if (!button?.matches(".lane-bar") || !made.row.contains(button)) return;
    const id = button.dataset.flight;
    const holder = items.find((item) => item.bars.some((bar) => bar.flight.id === id));
    const own = holder?.bars[0].flight.id;
    if (!own || own === id) return;
    made.buttons.get(own)?.parentElement.remove();
    made.buttons.delete(id);
    made.buttons.set(own, button);
    button.dataset.flight = this.#active = own;
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
}
