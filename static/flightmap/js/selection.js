/**
 * What the reader points at and what the reader chose: one of each, shared by map, timeline, chart,
 * list and table, so that hovering in one lights up the others.
 *
 * Events (plain `Event`s; read the new state from the properties):
 *  - "hover":  `hovered` changed (the flight under the pointer or the keyboard focus)
 *  - "select": `selected` changed (the flight clicked or opened)
 *  - "time":   `time` changed (the moment pointed at, or the pinned one)
 */
export class Selection extends EventTarget {
  #hovered = null;
  #hoveredBy = null;
  #selected = null;
  #hoveredTime = null;
  #hoveredTimeBy = null;
  #pinnedTime = null;

  /** Id of the flight pointed at, or null. */
  get hovered() {
    return this.#hovered;
  }

  /** Id of the flight chosen, or null. */
  get selected() {
    return this.#selected;
  }

  /** Epoch seconds of the moment pointed at, or null. */
  get hoveredTime() {
    return this.#hoveredTime;
  }

  /** Epoch seconds of the moment a click held fast, or null. */
  get pinnedTime() {
    return this.#pinnedTime;
  }

  /** The moment to mark: the one pointed at, otherwise the pinned one, otherwise null. */
  get time() {
    return this.#hoveredTime ?? this.#pinnedTime;
  }

  /**
   * Point at a flight (its id), or at none (null). Only the part of the page that pointed last (`by`) can take it back:
   * the browser may tell the part that the pointer came to before the one that it left, as pointer events go
   * before mouse events.
   */
  hover(id, by = null) {
    const next = id ?? null;
    if (next === null && by !== this.#hoveredBy) return;
    this.#hoveredBy = by;
    if (next === this.#hovered) return;
    this.#hovered = next;
    this.dispatchEvent(new Event("hover"));
  }

  /** Choose a flight (its id), or none (null). */
  select(id) {
    const next = id ?? null;
    if (next === this.#selected) return;
    this.#selected = next;
    this.dispatchEvent(new Event("select"));
  }

  /** Choose the flight, or let go of it when it is the one already chosen. */
  toggle(id) {
    this.select(id === this.#selected ? null : id);
  }

  /** Point at a moment (epoch seconds), or at none (null, or anything that is no finite number); `by` as in `hover`. */
  hoverTime(seconds, by = null) {
    const next = Number.isFinite(seconds) ? seconds : null;
    if (next === null && by !== this.#hoveredTimeBy) return;
    this.#hoveredTimeBy = by;
    this.#changeTime(() => {
      this.#hoveredTime = next;
    });
  }

  /** Hold a moment fast after the pointer has gone (epoch seconds), or release it (null). */
  pinTime(seconds) {
    this.#changeTime(() => {
      this.#pinnedTime = Number.isFinite(seconds) ? seconds : null;
    });
  }

  #changeTime(change) {
    const before = this.time;
    change();
    if (this.time !== before) this.dispatchEvent(new Event("time"));
  }
}
