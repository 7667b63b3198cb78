/** The scale bar in kilometres and nautical miles. */

const { L } = globalThis;
const METRES_PER_NAUTICAL_MILE = 1852;

export const ScaleBar = L.Control.Scale.extend({
  options: { position: "bottomleft", maxWidth: 110, metric: true, imperial: false, words: { metres: "m", kilometres: "km", nauticalMiles: "nmi" } },

  _addScales(options, className, container) {
    L.Control.Scale.prototype._addScales.call(this, options, className, container);
    this._nauticalScale = L.DomUtil.create("div", className, container);
  },

  // Leaflet's own says "km" in every language.
  _updateMetric(maxMetres) {
    const { metres, kilometres } = this.options.words;
    const length = this._getRoundNum(maxMetres);
    this._updateScale(this._mScale, length < 1000 ? `${length} ${metres}` : `${length / 1000} ${kilometres}`, length / maxMetres);
  },

  _updateScales(maxMetres) {
    L.Control.Scale.prototype._updateScales.call(this, maxMetres);
    const longest = maxMetres / METRES_PER_NAUTICAL_MILE;
    const miles = nauticalLength(longest);
    this._updateScale(this._nauticalScale, `${miles} ${this.options.words.nauticalMiles}`, miles / longest);
  },
});

/** The longest of 1, 2, 3, 5 × 10ⁿ that is not longer than `longest`. */
function nauticalLength(longest) {
  const power = 10 ** Math.floor(Math.log10(longest));
  const digit = longest / power;
  const chosen = digit >= 5 ? 5 : digit >= 3 ? 3 : digit >= 2 ? 2 : 1;
  return Number((chosen * power).toPrecision(1));
}
