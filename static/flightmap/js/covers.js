/** What of the page lies over a map and hides what is under it: words on the map leave it free. */

export class Covers {
  #boxes = []; // px of the map's container

  /**
   * @param {L.Map} map
   * @param {HTMLElement[]} elements over the map, hidden or not
   * @param {() => void} changed told when what they cover is another
   */
  constructor(map, elements, changed) {
    this.map = map;
    const container = map.getContainer();
    const sizes = new ResizeObserver(() => {
      const frame = container.getBoundingClientRect();
      this.#boxes = elements.map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0)
        .map(({ left, top, width, height }) => ({ x: left - frame.left, y: top - frame.top, width, height }));
      changed();
    });
    for (const one of [container, ...elements]) sizes.observe(one);
  }

  /** As boxes in px of the map's layers. */
  get boxes() {
    return this.#boxes.map(({ x, y, ...size }) => ({ ...this.map.containerPointToLayerPoint([x, y]), ...size }));
  }
}

/** A square around a point, as a box. */
export function squareAround({ x, y }, size) {
  return { x: x - size / 2, y: y - size / 2, width: size, height: size };
}
