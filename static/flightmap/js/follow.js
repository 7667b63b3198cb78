/**
 * Keeps one aircraft in the middle third of a map, by moving the map when it leaves that. Who drags the map, or moves it
 * by keys, wants to look elsewhere: following ends.
 */

const GLIDE = 0.35; // seconds

/**
 * How far to move a map so that a point comes back into its middle third, px; null when it is there. A point that left
 * on one side is put at the other side of the third: it has the longest way before it leaves again.
 *
 * @param {{x: number, y: number}} point of the container
 * @param {{x: number, y: number}} size of the container
 */
export function backToMiddle(point, size) {
  const by = (at, length) => {
    if (at < 0 || at > length) return at - length / 2; // come from far: into the middle
    if (at < length / 3) return at - length * 0.6;
    if (at > (length * 2) / 3) return at - length * 0.4;
    return 0;
  };
  const [x, y] = [by(point.x, size.x), by(point.y, size.y)];
  return x || y ? [Math.round(x), Math.round(y)] : null;
}

export class Follower {
  #id = null;

  /**
   * @param {L.Map} map
   * @param {import("./flight-layer.js").FlightLayer} layer
   * @param {import("./clock.js").Clock} clock
   * @param {() => void} onEnd called when the reader moved the map
   */
  constructor(map, layer, clock, onEnd) {
    Object.assign(this, { map, layer });
    const end = () => {
      if (this.#id === null) return;
      this.#id = null;
      onEnd();
    };
    map.on("dragstart", end);
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key.startsWith("Arrow") && event.target === map.getContainer()) end();
    });
    map.on("zoomend", () => this.#look());
    clock.addEventListener("time", () => this.#look());
  }

  /** The flight followed, or null. */
  get id() {
    return this.#id;
  }

  /** Follow a flight, or none (null). */
  follow(id) {
    this.#id = id;
    this.#look();
  }

  #look() {
    if (this.#id === null || this.map._animatingZoom) return;
    const place = this.layer.placeOf(this.#id);
    const by = place && backToMiddle(place, this.map.getSize());
    if (!by) return;
    if (this.map._panAnim?._inProgress) {
      // On its way already; unless the aircraft is out of sight by now.
      if (this.map.getSize().x > place.x && place.x > 0 && this.map.getSize().y > place.y && place.y > 0) return;
      this.map._panAnim.stop();
    }
    const isStill = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const size = this.map.getSize();
    const isFar = place.x < 0 || place.y < 0 || place.x > size.x || place.y > size.y;
    this.map.panBy(by, isStill || isFar ? { animate: false } : { animate: true, duration: GLIDE, easeLinearity: 0.6 });
  }
}
