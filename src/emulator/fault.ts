// The ways in which an endpoint of the emulator can fail.
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { z } from 'zod';
import { readAsServer } from './profile.ts';
import type { Provider } from './provider.ts';
import type { EmulatorContext } from './request.ts';

const kind = <const T extends string, S extends z.ZodRawShape>(name: T, shape: S) =>
  z.strictObject({ kind: z.literal(name), ...shape });

/** How an endpoint fails. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** This status with exactly these headers and this body, as a firewall in front of the provider would answer. */
  kind('status', {
    status: z.number().int().min(200).max(599),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.string().exactOptional(),
  }),
  /** 200 and `application/json`, with a body that is not JSON. */
  kind('garbage', {}),
  /** 200 with this body, for example another shape, a captive portal, an empty key set, or five megabytes. */
  kind('body', { body: z.string(), contentType: z.string().exactOptional() }),
  /** The profile of another user. */
  kind('otherUser', { userId: z.string() }),
  /** The socket is destroyed before the first byte of the answer. */
  kind('reset', {}),
  /** Bytes that are not HTTP. */
  kind('notHttp', {}),
  /** No answer; the socket stays open. */
  kind('hang', {}),
  /** The correct answer, delayed by this many milliseconds. */
  kind('slow', { ms: z.number().nonnegative() }),
  /** Half of the body that `content-length` announces, then the socket is destroyed. */
  kind('half', {}),
]);

/** A fault that {@link faultSchema} accepts. */
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** A fault that replaces the correct answer. */
export type AnsweringFault = Exclude<Fault, { readonly kind: 'slow' }>;

/** Answers a request with a fault, on the socket where HTTP cannot express it. */
export function answerWithFault(
  c: EmulatorContext,
  fault: AnsweringFault,
  provider: Provider,
): Response | Promise<Response> {
  switch (fault.kind) {
    case 'status':
      return new Response(fault.body ?? null, { status: fault.status, headers: fault.headers ?? {} });
    case 'garbage':
      return json('{"id": "27904c7e-18ab-4a8a-ab70-3b7b6e55eece", "display_na\u0000}}');
    case 'body':
      return json(fault.body, fault.contentType);
    case 'otherUser': {
      const user = provider.main.users.find(fault.userId);
      return json(JSON.stringify(user ? readAsServer(user) : { id: fault.userId }));
    }
    case 'reset':
      c.env.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    case 'notHttp':
      c.env.outgoing.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
      return RESPONSE_ALREADY_SENT;
    case 'hang':
      return RESPONSE_ALREADY_SENT;
    case 'half':
      return sendHalf(c);
  }
}

function json(body: string, contentType = 'application/json; charset=utf-8'): Response {
  return new Response(body, { headers: { 'content-type': contentType } });
}

async function sendHalf({ env }: EmulatorContext): Promise<Response> {
  const body = JSON.stringify({ keys: [], id: 'half', display_name: 'x'.repeat(200) });
  const half = body.slice(0, body.length / 2);
  env.outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  await new Promise<void>((resolve) => env.outgoing.write(half, () => resolve()));
  env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}
