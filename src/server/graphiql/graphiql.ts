// GraphiQL at the endpoint, for browsers, and its files under `/graphiql/`. Served without a token.
import { randomBytes } from 'node:crypto';
import type { Page, PageRequest } from '../page.ts';
import { type Asset, type Assets, type Bytes, type Encoding, loadAssets } from './assets.ts';
import { type PageExtension, pageHeaders, renderPage } from './page.ts';

const PAGE = '/graphql';
const FILES = '/graphiql/';

/** The folder of the files is named after their hash, so they may be cached for ever. */
const CACHED_FOR_EVER = {
  'cache-control': 'public, max-age=31536000, immutable',
  vary: 'Accept-Encoding, Origin',
};

/** Creates GraphiQL's page and its files. `extension` is added for the clients that it is shown to. */
export function createGraphiql(extension?: PageExtension): Page {
  let loading: Promise<Assets> | undefined;
  const load = () => (loading ??= loadAssets(extension?.files));

  async function respondFile(path: string, request: Request): Promise<Response> {
    const { folder, files } = await load();
    const [folderName, name = '', ...rest] = path.slice(FILES.length).split('/');
    const file = folderName === folder && rest.length === 0 ? files.get(name) : undefined;
    if (!file) {
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      return answer(request, { status: 404, headers, body: 'Not found\n' });
    }
    const encoding = encodingFor(request.headers.get('accept-encoding'));
    const body = encoding ? await file.encoded(encoding) : file.body;
    return answer(request, {
      status: 200,
      headers: { ...fileHeaders(file, encoding), ...CACHED_FOR_EVER },
      body,
    });
  }

  return {
    owns: (request) => isRead(request) && (wantsPage(request) || request.path.startsWith(FILES)),
    async respond(request, visit) {
      const { path } = visit;
      if (path.startsWith(FILES)) return respondFile(path, request);
      const nonce = randomBytes(16).toString('base64url');
      const shown = extension?.isShownTo(visit) ? extension : undefined;
      // Relative, so that it holds behind a proxy that serves the endpoint under a prefix.
      const folder = `graphiql/${(await load()).folder}`;
      const body = renderPage({ folder, nonce, extension: shown });
      return answer(request, { status: 200, headers: pageHeaders(nonce), body });
    },
  };
}

function isRead({ method }: PageRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function wantsPage(request: PageRequest): boolean {
  return request.path === PAGE && Boolean(request.header('accept')?.includes('text/html'));
}

function answer(
  { method }: Request,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string | Bytes },
): Response {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  return new Response(method === 'HEAD' ? null : body, { status, headers: { ...headers, ...length } });
}

function fileHeaders({ type }: Asset, encoding: Encoding | undefined): Record<string, string> {
  return {
    'content-type': type,
    ...(encoding && { 'content-encoding': encoding }),
    // Workers load no further files.
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
