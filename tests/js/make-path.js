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

/** A canvas context that writes down every line stroked (each part of a path by itself) and every fill with its style. */
export class RecordingContext {
  strokes = [];
  fills = [];
  cleared = 0;
  images = [];
  globalAlpha = 1;
  #dash = [];
  parts = [];
  setTransform() {}
  scale() {}
  clearRect() { this.cleared += 1; this.strokes = []; this.fills = []; this.images = []; }
  beginPath() { this.parts = []; }
  translate() {}
  moveTo(x, y) { this.parts.push([[x, y]]); }
  lineTo(x, y) { this.parts.at(-1).push([x, y]); }
  arc(x, y, radius) { this.parts.push([[x, y, radius]]); }
  roundRect() {}
  closePath() {}
  setLineDash(dash) { this.#dash = dash; }
  stroke(path = this) {
    const { strokeStyle: style, lineWidth: width, lineDashOffset: offset, globalAlpha: alpha } = this;
    for (const points of path.parts) this.strokes.push({ style, width, alpha, dash: [...this.#dash], offset, points });
  }
  fill() { this.fills.push({ style: this.fillStyle, parts: this.parts }); }
  drawImage(canvas, x, y, width, height) { this.images.push({ canvas, x, y, width, height }); }
  measureText(text) { return { width: text.length * 7 }; }
  strokeText() {}
  fillText(text) { (this.texts ??= []).push(text); }
}

/** Node has no canvas paths: this one keeps its parts, as RecordingContext does. */
globalThis.Path2D ??= class {
  parts = [];
  moveTo(x, y) { this.parts.push([[x, y]]); }
  lineTo(x, y) { this.parts.at(-1).push([x, y]); }
  closePath() {}
};
