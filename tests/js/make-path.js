// A helper of the tests: decoded paths from plain rows, as path.js would give them.

/** @param {{class?: string, rows: [number, number, number, number?][]}[]} stretches rows: s from t0, lon, lat, angle */
export function makePath(id, t0, stretches) {
  const made = stretches.map(({ class: name = "observed", rows }) => ({
    class: name,
    n: rows.length,
    track: "t",
    time: Float64Array.from(rows, (row) => row[0]),
    lon: Float64Array.from(rows, (row) => row[1]),
    lat: Float64Array.from(rows, (row) => row[2]),
    altitude: new Float32Array(rows.length).fill(NaN),
    altitudeKind: new Uint8Array(rows.length),
    speed: new Float32Array(rows.length).fill(NaN),
    angle: Float32Array.from(rows, (row) => row[3] ?? NaN),
    rate: new Float32Array(rows.length).fill(NaN),
    source: new Uint8Array(rows.length),
    onGround: new Int8Array(rows.length).fill(-1),
  }));
  const last = made.at(-1);
  return { id, revision: 1, t0, start: t0 + made[0].time[0], end: t0 + last.time[last.n - 1], stretches: made };
}

/** A canvas context that writes down every stroke and fill with the style it was made in. */
export class RecordingContext {
  strokes = [];
  fills = [];
  cleared = 0;
  images = [];
  globalAlpha = 1;
  #dash = [];
  #points = [];
  setTransform() {}
  scale() {}
  clearRect() { this.cleared += 1; this.strokes = []; this.fills = []; this.images = []; }
  beginPath() { this.#points = []; }
  moveTo(x, y) { this.#points.push([x, y]); }
  lineTo(x, y) { this.#points.push([x, y]); }
  arc(x, y, radius) { this.#points.push([x, y, radius]); }
  roundRect() {}
  closePath() { this.#points.push(this.#points[0]); }
  setLineDash(dash) { this.#dash = dash; }
  stroke() {
    const { strokeStyle: style, lineWidth: width, lineDashOffset: offset, globalAlpha: alpha } = this;
    this.strokes.push({ style, width, alpha, dash: [...this.#dash], offset, points: [...this.#points] });
  }
  fill() { this.fills.push({ style: this.fillStyle, points: [...this.#points] }); }
  drawImage(canvas, x, y) { this.images.push({ canvas, x, y }); }
  measureText(text) { return { width: text.length * 7 }; }
  strokeText() {}
  fillText(text) { (this.texts ??= []).push(text); }
}
