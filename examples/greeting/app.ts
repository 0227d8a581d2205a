// The README's first field, the smallest type, and the field that the page in examples/web shows.
import { defineApp } from '#server';
import { addGreeting } from './schema/greeting.ts';
import { addGreetingIn } from './schema/greeting-in.ts';
import { addMotto } from './schema/motto.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addGreeting(builder);
    addGreetingIn(builder);
    addMotto(builder);
  },
});
