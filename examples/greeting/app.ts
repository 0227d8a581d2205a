// The README's first field, and the field that the page in examples/web shows.
import { defineApp } from '#server';
import { addGreeting } from './schema/greeting.ts';
import { addGreetingIn } from './schema/greeting-in.ts';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({
  schema: (builder) => {
    addGreeting(builder);
    addGreetingIn(builder);
  },
});
