/**
 * Keys on the bars of the lanes, and what assistive technology does with them. Arrows go to the previous or next flight
 * of the lane, or to the nearest in the lane above or below, Page Up and Page Down some lanes further; Home and End to
 * the first and last of the lane, with Ctrl of all lanes; with Shift arrows move and zoom the time; Enter chooses, F fits.
 */

/** Lanes that Page Up and Page Down go. */
const PAGE = 5;

export class LaneKeys {
  /**
   * @param {import("./timeline-rows.js").LaneRows} rows
   * @param {import("./timeline-navigate.js").LaneNavigator} actions
   */
  constructor(rows, actions) {
    Object.assign(this, { rows, actions });
  }

  listen() {
    const { host } = this.rows;
    host.addEventListener("keydown", (event) => this.#onKey(event));
    host.addEventListener("focusin", ({ target }) => this.#onFocus(target));
    host.addEventListener("focusout", () => this.actions.hover(null));
    host.addEventListener("click", (event) => this.#onClick(event));
    if (host.contains(document.activeElement)) this.#onFocus(document.activeElement);
  }

  #find(button) {
    const made = this.rows.holding(button);
    // A focused bar that was moved out of sight is no longer among what the row shows.
    const id = button.dataset.flight;
    const item = made && (made.items.find((candidate) => candidate.bars[0].flight.id === id) ?? this.actions.find(made.entry.lane, id));
    return item ? { lane: made.entry.lane, row: made.entry, item } : null;
  }

  /** Move the focus to an item, bringing it into sight first. */
  #focusItem(row, item) {
    const { key } = row.lane;
    const { id } = item.bars[0].flight;
    this.rows.activate(key, id);
    this.actions.reveal(row, item);
    this.rows.activate(key, id)?.focus({ preventScroll: true });
  }

  #onFocus(button) {
    if (!button.matches(".lane-bar")) return;
    this.rows.activate(button.closest(".lane")?.dataset.lane, button.dataset.flight);
    const found = this.#find(button);
    if (found) this.actions.hover(found.item.bars[0].flight.id);
  }

  #onClick(event) {
    const undated = event.target.closest(".lane-undated");
    if (undated) {
      const row = this.rows.rows.find((candidate) => candidate.lane.key === undated.dataset.lane);
      if (row) this.actions.openUndated(row.lane, undated);
      return;
    }
    // Bars let the pointer through to the gestures below; a click on one comes from keyboard or assistive technology.
    const button = event.target.closest(".lane-bar");
    const found = button && this.#find(button);
    if (found) this.actions.choose(found.item, found.lane);
  }

  #onKey(event) {
    if (event.metaKey || event.altKey || !event.target.matches(".lane-bar")) return;
    const found = this.#find(event.target);
    const act = found && this.#keyAction(event, found);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    const target = act();
    if (target?.item) this.#focusItem(target.row, target.item);
  }

  /** What a key does at an item: a function that gives where the focus goes, if anywhere. */
  #keyAction({ key, shiftKey, ctrlKey }, { lane, row, item }) {
    const { actions } = this;
    const way = { ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -1, ArrowRight: 1, ArrowDown: 1, PageDown: 1, End: 1 }[key];
    const edge = key === "Home" || key === "End";
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    if (ctrlKey) return edge ? () => this.#farthest(way) : null;
    if (key === "f" || key === "F") return () => actions.fit(item);
    if (!way) return null;
    if (shiftKey) return edge || key.startsWith("Page") ? null : () => (sideways ? actions.move(way) : actions.zoom(way, item));
    if (edge) return () => ({ row, item: actions.edge(lane, way) });
    if (sideways) return () => ({ row, item: actions.step(lane, item, way) });
    return () => {
      let at = { row, item };
      for (let n = key.startsWith("Page") ? PAGE : 1; n > 0; n -= 1) at = actions.across(at.row, at.item, way) ?? at;
      return at;
    };
  }

  /** The first bar of the first lane (−1) or the last of the last (1). */
  #farthest(way) {
    const rows = this.rows.rows.filter(({ lane }) => lane.bars.length > 0);
    const row = rows.at(way < 0 ? 0 : -1);
    return row && { row, item: this.actions.edge(row.lane, way) };
  }
}
