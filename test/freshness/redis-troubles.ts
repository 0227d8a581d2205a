// What happens to Redis in a run.
import type { Fleet } from './fleet.ts';
import type { RedisTrouble } from './steps.ts';
import type { Wire } from './wire.ts';

/** The troubles of the Redis of a fleet. */
export class RedisTroubles {
  readonly #fleet: Fleet;
  #isIll = false;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Whether messages may be lost or late. */
  get isIll(): boolean {
    return this.#isIll;
  }

  async make(trouble: RedisTrouble, wire: Wire | undefined): Promise<void> {
    const { redis } = this.#fleet;
    if (!redis) return;
    const isSilent = redis.isPaused || redis.isStopped;
    if (trouble !== 'flush') this.#isIll = true;
    if (trouble === 'cut') wire?.cut();
    else if (trouble === 'hold') wire?.hold();
    else if (trouble === 'flush' && !isSilent) await redis.flush();
    else if (trouble === 'full' && !isSilent) {
      redis.isFull = true;
      await redis.limitMemory(1);
    } else if (trouble === 'pause') {
      redis.isPaused = true;
      redis.pause();
    } else if (trouble === 'stop') {
      redis.resume();
      redis.isPaused = false;
      redis.isStopped = true;
      redis.isFull = false;
      await redis.stop();
    }
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    const { redis, replicas } = this.#fleet;
    if (!redis || !this.#isIll) return;
    redis.resume();
    redis.isPaused = false;
    if (redis.isStopped) await redis.start();
    redis.isStopped = false;
    redis.isFull = false;
    await redis.limitMemory(0);
    await redis.age(0);
    for (const { wire } of replicas) wire?.mend();
    this.#isIll = false;
  }
}
