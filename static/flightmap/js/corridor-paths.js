/** The paths of flights: fetched once, in requests the server takes, and kept by revision. */

import { decodePaths } from "./path.js";

/** Paths in one request; the server's own limit. */
export const MOST_A_REQUEST = 200;

export class PathStore {
  #paths = new Map(); // "id.revision" → decoded path, or null where there is none to be had
  #waiting = new Map(); // "id.revision" → promise of the request it is in

  /**
   * @param {string} endpoint address of the paths, without query
   * @param {{fetch?: typeof fetch}} [options]
   */
  constructor(endpoint, { fetch = globalThis.fetch.bind(globalThis) } = {}) {
    this.endpoint = endpoint;
    this.fetch = fetch;
  }

  /** The decoded path of a flight, or null while it is not here. */
  get(flight) {
    return this.#paths.get(nameOf(flight)) ?? null;
  }

  /**
   * Fetch the paths that are missing. Settles when all are here, each request telling as it arrives.
   *
   * @param {object[]} flights summaries
   * @param {() => void} [arrived] called after each request's paths are in the store
   * @throws {Error} of the first request that failed; what the others brought is kept, and what failed is
   *   asked for again next time
   */
  async load(flights, arrived = () => {}) {
    const names = flights.filter((flight) => flight.has_path).map(nameOf);
    const missing = names.filter((name) => !this.#paths.has(name) && !this.#waiting.has(name));
    for (let n = 0; n < missing.length; n += MOST_A_REQUEST) this.#request(missing.slice(n, n + MOST_A_REQUEST));
    const requests = new Set(names.map((name) => this.#waiting.get(name)).filter(Boolean));
    const results = await Promise.allSettled([...requests].map((request) => request.then(arrived)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  #request(names) {
    const request = this.#fetch(names).finally(() => {
      for (const name of names) this.#waiting.delete(name);
    });
    for (const name of names) this.#waiting.set(name, request);
    request.catch(() => {}); // told by `load`
  }

  async #fetch(names) {
    // Sorted like the address the page preloads, so that both are one request.
    const response = await this.fetch(`${this.endpoint}?f=${[...names].sort().join(",")}`);
    if (response.status === 404 || response.status === 410) {
      // Withdrawn since the page was made: nothing to show, and no use in asking again.
      for (const name of names) this.#paths.set(name, null);
      return;
    }
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const decoded = decodePaths(await response.arrayBuffer());
    const byName = new Map(decoded.map((path) => [`${path.id}.${path.revision}`, path]));
    for (const name of names) this.#paths.set(name, byName.get(name) ?? null);
  }
}

function nameOf({ id, revision }) {
  return `${id}.${revision}`;
}
