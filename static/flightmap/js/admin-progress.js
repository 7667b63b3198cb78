/** Asks the server how far imports are, until all are done. The rows of the database are the truth. */

const QUICK = 700; // ms between questions while something changes
const SLOW = 5000; // ms at most, while nothing does or the server does not answer

/**
 * Announces "progress" for every answer about a file (`event.detail`: `{id, status, label, done, value, text, url}`)
 * and "trouble" when the server cannot be asked. Files are followed until they are done.
 */
export class ImportProgress extends EventTarget {
  #url;
  #following = new Set();
  #timer = null;
  #delay = QUICK;
  #last = "";

  /** @param {string} url the progress address of the track files */
  constructor(url) {
    super();
    this.#url = url;
  }

  /** Follow one more file. */
  follow(id) {
    this.#following.add(Number(id));
    this.#delay = QUICK;
    this.#ask(0);
  }

  #ask(delay) {
    clearTimeout(this.#timer);
    if (this.#following.size > 0) this.#timer = setTimeout(() => this.#fetch(), delay);
  }

  async #fetch() {
    const ids = [...this.#following].join(",");
    try {
      const answer = await fetch(`${this.#url}?id=${ids}`, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.#tell(await answer.json());
    } catch {
      this.#delay = SLOW;
      this.dispatchEvent(new Event("trouble"));
    }
    this.#ask(this.#delay);
  }

  #tell({ files }) {
    const now = JSON.stringify(files);
    this.#delay = now === this.#last ? Math.min(this.#delay * 1.5, SLOW) : QUICK;
    this.#last = now;
    for (const file of files) {
      if (file.done) this.#following.delete(file.id);
      this.dispatchEvent(new CustomEvent("progress", { detail: file }));
    }
  }
}
