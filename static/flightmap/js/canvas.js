/** Canvases as sharp as the screen. */

/** More pixels for each of the page's than this cost time and show nothing. */
const SHARPEST = 2;

/**
 * A canvas of the right size for the screen's pixels, ready to draw in CSS pixels. What was on it may still be there.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} width CSS px
 * @param {number} height CSS px
 * @param {number} [sharpest] device pixels for a CSS pixel at most
 * @returns {CanvasRenderingContext2D}
 */
export function prepare(canvas, width, height, sharpest = SHARPEST) {
  const ratio = Math.min(globalThis.devicePixelRatio || 1, sharpest);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
