// What happens to Redis in a run.
import { setTimeout } from 'node:timers/promises';
import type { Fleet, ModelRedis } from './fleet.ts';
import type { RedisTrouble } from './steps.ts';
import type { Wire } from './wire.ts';

/** Milliseconds. */
const SENT_AGAIN_AFTER = 1_200;

/** The troubles of the Redis of a fleet. */
export class RedisTroubles {
  readonly #fleet: Fleet;
  #isIll = false;
  #isRefusing = false;

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
    } else if (trouble === 'refuse' && !isSilent) {
      this.#isRefusing = true;
      await redis.command('ACL', 'SETUSER', 'default', '-del');
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

  /** Evictions that were refused are sent again after a pause of this machine's time. */
  async #permitEvictions(redis: ModelRedis): Promise<void> {
    this.#isRefusing = false;
    await redis.command('ACL', 'SETUSER', 'default', '+del');
    await setTimeout(SENT_AGAIN_AFTER);
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
    if (this.#isRefusing) await this.#permitEvictions(redis);
    for (const { wire } of replicas) wire?.mend();
    this.#isIll = false;
  }
}
