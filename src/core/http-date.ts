// The `Date` of answers. A server sends the same text for a second, so the last one is kept.

/** Parses the dates of one origin. */
export class HttpDates {
  #text = '';
  #time = Number.NaN;

  /** In milliseconds since the epoch; NaN where the text is no date. */
  parse(text: string): number {
    if (text !== this.#text) {
      this.#text = text;
      this.#time = Date.parse(text);
    }
    return this.#time;
  }
}
