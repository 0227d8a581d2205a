import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import { useGraph, type Variables } from './graph.ts';
import type { Problem } from './problem.ts';

/** Why a mutation could not do what was asked: `errors` of its payload. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The path inside `input`. */
  readonly field: readonly string[] | null;
}

/** The payload of a mutation. */
export interface Payload {
  readonly errors: readonly Refusal[];
}

/** A mutation that a form or a button sends, with what came of the last attempt. */
export interface Action<V, P> {
  readonly waiting: boolean;
  readonly refusals: readonly Refusal[];
  readonly problems: readonly Problem[];
  /** Returns the payload, or undefined where it was not done. Does nothing while it is waiting. */
  run(variables: V): Promise<P | undefined>;
}

interface Outcome {
  readonly waiting: boolean;
  readonly refusals: readonly Refusal[];
  readonly problems: readonly Problem[];
}

const NONE = { waiting: false, refusals: [], problems: [] };

/** `payloadOf` returns the payload in the data, or something else that is only there where the mutation succeeded. */
export function useAction<Data, V extends Variables, P>(
  document: TypedDocumentNode<Data, V>,
  payloadOf: (data: Data) => P | null,
): Action<V, P> {
  const change = useGraph().hooks.useChange(document);
  const [outcome, setOutcome] = useState<Outcome>(NONE);
  return {
    ...outcome,
    async run(variables) {
      if (outcome.waiting) return undefined;
      setOutcome({ ...NONE, waiting: true });
      const { data, problems } = await change(variables);
      const payload = data === undefined ? null : payloadOf(data);
      const refusals = isPayload(payload) ? payload.errors : [];
      setOutcome({ waiting: false, refusals, problems });
      return payload === null || refusals.length > 0 ? undefined : payload;
    },
  };
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && 'errors' in value && Array.isArray(value.errors);
}
