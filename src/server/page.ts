// Pages: what is served beside GraphQL, such as GraphiQL. They need no token, and are neither logged nor counted.

/** A request as pages are given it. */
export interface PageRequest {
  readonly method: string;
  /** Without the query string; pages see it without `BASE_PATH` too. */
  readonly path: string;
  header(name: string): string | undefined;
}

/** The client that requests a page. `peer` is the address at the other end of the connection. */
export interface PageClient {
  readonly headers: Pick<Headers, 'get'>;
  readonly peer: string | undefined;
}

/** A request that a page answers. */
export interface PageVisit extends PageClient {
  /** As `owns` has seen it. */
  readonly path: string;
}

/** A page, or several below one path. */
export interface Page {
  /** Whether this request is for it. Asked of every request that is no POST to the endpoint: it must be quick. */
  owns(request: PageRequest): boolean;
  /** The answer. Its own headers count where steps set the same ones. */
  respond(request: Request, visit: PageVisit): Response | Promise<Response>;
}
