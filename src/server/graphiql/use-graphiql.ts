// GraphiQL at the endpoint, for browsers, and its files under `/graphiql/`. Answered without a token.
import { randomBytes } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { RequestState } from '../../pipeline/exchange.ts';
import { type Asset, type Assets, type Bytes, type Encoding, loadAssets } from './assets.ts';
import { type PageExtension, pageHeaders, renderPage } from './page.ts';

const ENDPOINTS = ['/graphql', '/graphql/'];
const FILES = '/graphiql/';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Serves the page and its files. Neither is logged or counted as a request of the API. */
export function useGraphiql(extension?: PageExtension): Plugin<object, RequestState> {
  let loading: Promise<Assets> | undefined;
  const load = () => (loading ??= loadAssets(extension?.files));
  const kept = new WeakSet<Request>();

  return {
    async onRequest({ request, serverContext, url, endResponse, fetchAPI: { Response } }) {
      const { method, headers } = request;
      if (method !== 'GET' && method !== 'HEAD') return;
      const answer = (status: number, body: string | Bytes, head: Record<string, string>) => {
        delete serverContext.startedAt;
        const length = { 'content-length': String(Buffer.byteLength(body)) };
        endResponse(
          new Response(method === 'HEAD' ? null : body, { status, headers: { ...head, ...length } }),
        );
      };
      if (ENDPOINTS.includes(url.pathname) && headers.get('accept')?.includes('text/html')) {
        const peer = serverContext.req?.socket.remoteAddress;
        const nonce = randomBytes(16).toString('base64url');
        const admitted = extension?.admits({ headers, peer }) ? extension : undefined;
        const above = url.pathname.endsWith('/') ? '../../' : '';
        const folder = `${above}graphiql/${(await load()).folder}`;
        return answer(200, renderPage({ folder, nonce, extension: admitted }), pageHeaders(nonce));
      }
      if (!url.pathname.startsWith(FILES)) return;
      const { folder, files } = await load();
      const [asked, name = '', ...rest] = url.pathname.slice(FILES.length).split('/');
      const file = asked === folder && rest.length === 0 ? files.get(name) : undefined;
      if (!file) return answer(404, 'Not found\n', { 'content-type': 'text/plain; charset=utf-8' });
      kept.add(request);
      const encoding = encodingFor(headers.get('accept-encoding'));
      const body = encoding ? await file.encoded(encoding) : file.body;
      return answer(200, body, fileHeaders(file, encoding));
    },
    onResponse({ request, response }) {
      if (!kept.has(request)) return;
      response.headers.set('cache-control', FOR_EVER);
      response.headers.set('vary', 'Accept-Encoding, Origin');
    },
  };
}

function fileHeaders({ type }: Asset, encoding: Encoding | undefined): Record<string, string> {
  return {
    'content-type': type,
    ...(encoding && { 'content-encoding': encoding }),
    // For those that run as workers: they need nothing from anywhere.
    'content-security-policy': "default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
  };
}

function encodingFor(accepted: string | null): Encoding | undefined {
  const names = (accepted ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0]?.trim());
  return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding));
}
