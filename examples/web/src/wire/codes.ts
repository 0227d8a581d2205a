// The errors in a response: those of GraphQL, and those in the payloads of mutations.

interface AnswerError {
  readonly code?: string;
  readonly extensions?: { readonly code?: string; readonly reason?: string };
}

interface Answer {
  readonly errors?: readonly AnswerError[];
  readonly data?: Readonly<Record<string, { readonly errors?: readonly AnswerError[] } | null>> | null;
}

/** Codes with their reasons, each once. Reads the body, but not that of a stream. */
export async function codesOf(response: Response): Promise<readonly string[]> {
  if (!response.headers.get('content-type')?.includes('json')) return [];
  const { errors = [], data } = (await response.json()) as Answer;
  const refusals = Object.values(data ?? {}).flatMap((field) => field?.errors ?? []);
  return [...new Set([...errors, ...refusals].map(nameOf))];
}

function nameOf({ code, extensions }: AnswerError): string {
  return [extensions?.code ?? code, extensions?.reason].filter(Boolean).join(' ');
}
