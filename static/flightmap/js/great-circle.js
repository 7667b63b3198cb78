/** The shortest way over a sphere. All angles in degrees, distances in metres. */

const RADIUS = 6371008.8; // mean radius of the Earth (IUGG)
const RADIAN = Math.PI / 180;

/** Metres between two places over the sphere (haversine). */
export function distance(lon1, lat1, lon2, lat2) {
  const y = Math.sin(((lat2 - lat1) * RADIAN) / 2);
  const x = Math.sin(((lon2 - lon1) * RADIAN) / 2);
  const a = y * y + Math.cos(lat1 * RADIAN) * Math.cos(lat2 * RADIAN) * x * x;
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(a)));
}

/**
 * A point on the great circle between two places, at a share of the way: what constant speed gives.
 * Between antipodes every way is shortest; then the one over the first place's meridian is taken.
 *
 * @returns {[number, number]} longitude (within 180° of the first), latitude
 */
export function between(lon1, lat1, lon2, lat2, share) {
  const angle = distance(lon1, lat1, lon2, lat2) / RADIUS;
  if (angle < 1e-9) return [lon1, lat1];
  const from = vector(lon1, lat1);
  let to = vector(lon2, lat2);
  let sine = Math.sin(angle);
  let [a, b] = [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
  if (sine < 1e-9) {
    to = vector(lon1, lat1 > 0 ? lat1 - 90 : lat1 + 90); // a quarter of the way along the meridian
    [a, b] = [Math.cos(share * angle), Math.sin(share * angle)];
  }
  const [x, y, z] = from.map((value, axis) => a * value + b * to[axis]);
  const lon = Math.atan2(y, x) / RADIAN;
  return [lon1 + ((((lon - lon1 + 180) % 360) + 360) % 360) - 180, Math.atan2(z, Math.hypot(x, y)) / RADIAN];
}

/**
 * The great circle as points close enough for a smooth line.
 *
 * @param {number} [spacing] metres between points at most
 * @returns {{share: number, lon: number, lat: number}[]} both ends included; longitudes run on past ±180
 */
export function arc(lon1, lat1, lon2, lat2, spacing = 40000) {
  const parts = Math.max(1, Math.ceil(distance(lon1, lat1, lon2, lat2) / spacing));
  const points = [];
  let before = lon1;
  for (let i = 0; i <= parts; i++) {
    const share = i / parts;
    const [lon, lat] = between(lon1, lat1, lon2, lat2, share);
    before += ((((lon - before + 180) % 360) + 360) % 360) - 180;
    points.push({ share, lon: before, lat });
  }
  return points;
}

function vector(lon, lat) {
  const c = Math.cos(lat * RADIAN);
  return [c * Math.cos(lon * RADIAN), c * Math.sin(lon * RADIAN), Math.sin(lat * RADIAN)];
}
