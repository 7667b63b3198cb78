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
  #selected = null;
  #hoveredTime = null;
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

  /** Point at a flight (its id), or at none (null). */
  hover(id) {
    const next = id ?? null;
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

  /** Point at a moment (epoch seconds), or at none (null, or anything that is no finite number). */
  hoverTime(seconds) {
    this.#changeTime(() => {
      this.#hoveredTime = Number.isFinite(seconds) ? seconds : null;
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
