/** How fast bytes go, and so how long the rest takes. */

/** A change of speed shows after about this long. */
const MEMORY_MS = 8_000;
/** No guess before this much was watched. */
const LEAST_MS = 2_000;

export class Pace {
  #bytesPerMs = 0;
  #watchedMs = 0;
  #lastAt = 0;
  #lastBytes = 0;

  /** Begins anew at `bytes`: after a pause, or where the server stands. */
  restart(bytes: number, now = performance.now()): void {
    this.#lastAt = now;
    this.#lastBytes = bytes;
    this.#watchedMs = 0;
  }

  note(bytes: number, now = performance.now()): void {
    const ms = now - this.#lastAt;
    if (bytes < this.#lastBytes) return this.restart(bytes, now);
    if (ms < 200) return;
    const speed = (bytes - this.#lastBytes) / ms;
    const weight = this.#watchedMs === 0 ? 1 : Math.min(1, ms / MEMORY_MS);
    this.#bytesPerMs += (speed - this.#bytesPerMs) * weight;
    this.#watchedMs += ms;
    this.#lastAt = now;
    this.#lastBytes = bytes;
  }

  /** Seconds that the remaining bytes take; null while that can't be told. */
  secondsFor(remaining: number): number | null {
    if (this.#watchedMs < LEAST_MS || this.#bytesPerMs <= 0) return null;
    return remaining / this.#bytesPerMs / 1000;
  }
}
