// The HTTP client for one origin. The one place that chooses how the runtime sends requests.
import { createUndiciUpstream } from './undici-upstream.ts';
import type { CreateUpstream } from './upstream.ts';

/** Creates a client for the origin of `url`. Nothing outside of what is chosen here imports undici. */
export const createUpstream: CreateUpstream = createUndiciUpstream;
