// The README's first field, and the smallest type.
import { defineApp } from '#server';
import { addGreeting } from './schema/greeting.ts';
import { addMotto } from './schema/motto.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addGreeting(builder);
    addMotto(builder);
  },
});
