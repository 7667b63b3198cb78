/** Acts once when something that goes on, frame after frame, has rested for a while. */

export class Rest {
  #act;
  #wait;
  #timer = null;
  #last = 0;

  /**
   * @param {() => void} act
   * @param {number} wait ms
   */
  constructor(act, wait = 120) {
    this.#act = act;
    this.#wait = wait;
  }

  /** It goes on. Called every frame: a timer that runs is left running. */
  touch() {
    this.#last = performance.now();
    this.#timer ??= setTimeout(this.#check, this.#wait);
  }

  /** It is over, and nothing is to be done. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #check = () => {
    const left = this.#last + this.#wait - performance.now();
    this.#timer = left > 0 ? setTimeout(this.#check, left) : null;
    if (!this.#timer) this.#act();
  };
}
