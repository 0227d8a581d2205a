// The emulator's control of webhooks over HTTP.
import { Hono } from 'hono';
import { z } from 'zod';
import type { Control } from './control.ts';
import { controlRefusal, readJson } from './control-body.ts';
import type { EmulatorEnv } from './request.ts';

const targetBody = z.strictObject({ url: z.url({ protocol: /^https?$/ }).nullable() });
const switchBody = z.strictObject({ isOn: z.boolean() });
const testBody = z.strictObject({ userId: z.string() });

/** Creates the routes of `/control/webhooks`; what cannot be sent is a 409 with its reason. */
export function createWebhookControlRoutes(control: Control): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();
  routes.get('/', (c) => c.json(control.webhooks()));
  routes.put('/', async (c) => {
    const { url } = await readJson(c, targetBody);
    control.sendWebhooksTo(url ?? undefined);
    return c.body(null, 204);
  });
  routes.get('/state', (c) => c.json({ isOn: control.areWebhooksOn(), latest: control.webhooks().at(-1) }));
  routes.put('/switch', async (c) => {
    control.switchWebhooks((await readJson(c, switchBody)).isOn);
    return c.body(null, 204);
  });
  routes.post('/again', (c) => {
    if (!control.sendWebhookAgain()) throw controlRefusal(409, 'There is no event yet');
    return c.body(null, 204);
  });
  routes.post('/test', async (c) => {
    const { userId } = await readJson(c, testBody);
    if (!control.findUser(userId)) throw controlRefusal(404, `There is no user ${userId}`);
    if (!control.sendTestWebhook(userId)) throw controlRefusal(409, 'There is no URL to send it to');
    return c.body(null, 204);
  });
  return routes;
}
