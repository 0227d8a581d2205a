// Your app: what it adds to the graph and to the server. README.md beside this file says where each part goes.
import { defineApp } from '#server';
import type { AppTypes } from './types.ts';

export const app = defineApp<AppTypes>({});
