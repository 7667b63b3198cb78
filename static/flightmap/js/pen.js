/**
 * Draws lines on a canvas with as few strokes as can be: lines in one style are one path, stroked when the
 * style changes or at the end. A frame of two hundred flights in six colours is then six strokes.
 */
export class Pen {
  #open = false;
  #style = null;
  #width = 0;
  #alpha = 1;
  #cap = "round";

  /** @param {CanvasRenderingContext2D} context */
  constructor(context) {
    this.context = context;
  }

  /** Lines from here on look like this. */
  use(style, width, alpha = 1, cap = "round") {
    if (this.#open && style === this.#style && width === this.#width && alpha === this.#alpha && cap === this.#cap) return;
    this.flush();
    this.#style = style;
    this.#width = width;
    this.#alpha = alpha;
    this.#cap = cap;
    this.#open = true;
    this.context.beginPath();
  }

  moveTo(x, y) {
    this.context.moveTo(x, y);
  }

  lineTo(x, y) {
    this.context.lineTo(x, y);
  }

  /** Put on the canvas what has been traced. */
  flush() {
    if (!this.#open) return;
    const { context } = this;
    context.strokeStyle = this.#style;
    context.lineWidth = this.#width;
    context.globalAlpha = this.#alpha;
    context.lineCap = this.#cap;
    context.stroke();
    this.#open = false;
  }
}
