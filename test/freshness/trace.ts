// What happened in a run, in the order of its steps, with names in the place of ids.

/** The lines of a run. */
export class Trace {
  readonly lines: string[] = [];
  readonly violations: string[] = [];
  readonly #names: (readonly [id: string, name: string])[] = [];
  step = 0;

  /** From now on the id is shown as this name. */
  name(id: string, name: string): void {
    this.#names.push([id, name]);
  }

  say(text: string): void {
    this.lines.push(`${String(this.step).padStart(3)} ${this.#named(text)}`);
  }

  violate(text: string): void {
    this.violations.push(this.#named(text));
    this.say(`  VIOLATION: ${text}`);
  }

  #named(text: string): string {
    return this.#names.reduce((named, [id, name]) => named.replaceAll(id, name), text);
  }
}
