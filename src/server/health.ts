// `/health`: the process lives. `/ready`: it should be given requests, though perhaps something ails.
import type { Plugin } from 'graphql-yoga';
import type { Services } from '../process/services.ts';

/** Answers both paths, without a token and however busy the server is. */
export function useHealth({ health }: Pick<Services, 'health'>): Plugin {
  return {
    onRequest({ request, url, endResponse, fetchAPI }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      const { pathname } = url;
      if (pathname !== '/health' && pathname !== '/ready') return;
      const { status, degraded } = health.readiness();
      const isWell = pathname === '/health' || status === 'ready';
      const body = pathname === '/health' ? { status: 'alive' } : { status, degraded };
      endResponse(fetchAPI.Response.json(body, { status: isWell ? 200 : 503 }));
    },
  };
}
