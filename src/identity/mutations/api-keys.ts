// `createApiKey` and `revokeApiKey`.
import { checkedId, checkedIdOr, checkId } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { createApiKey, revokeApiKey } from '../../provider/api-keys.ts';
import type { PayloadRefs } from './refs.ts';

/** Adds both. */
export function addApiKeyMutations(add: AddMutation, { ApiKey }: PayloadRefs): void {
  add({
    name: 'createApiKey',
    description:
      'Creates an API key of the caller or of a team, where the project permits it. For a team the provider asks `$manage_api_keys`.',
    scope: 'member',
    input: (t) => ({
      teamId: t.id({ description: "The team. Without it the key is the caller's own." }),
      description: t.string({ required: true, description: 'What the key is for.' }),
      expiresAt: t.field({ type: 'DateTime', description: 'When it expires. Without it: never.' }),
    }),
    check: ({ teamId }) => checkId(teamId, 'NOT_A_TEAM_MEMBER'),
    send: ({ teamId, description, expiresAt }, send) =>
      send(
        createApiKey({
          teamId: checkedIdOr(teamId ?? undefined),
          description,
          expiresAt: expiresAt ?? undefined,
        }),
      ),
    touches: () => ({}),
    about: ({ teamId }, created) => ({ target: created?.apiKey.id, team: teamId }),
    payload: (t) => ({
      apiKey: t.field({
        type: ApiKey,
        nullable: true,
        description: 'The new key.',
        resolve: ({ value }) => value?.apiKey,
      }),
      secret: t.string({
        nullable: true,
        description: 'The key itself. It is shown here and never again.',
        resolve: ({ value }) => value?.secret,
      }),
    }),
  });

  add({
    name: 'revokeApiKey',
    description: 'Revokes an API key for good. For a key of a team the provider asks `$manage_api_keys`.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ required: true, description: 'The key.' }),
      teamId: t.id({ description: "The team whose key it is. Without it: the caller's own." }),
    }),
    check: ({ id, teamId }) => checkId(teamId, 'NOT_A_TEAM_MEMBER') ?? checkId(id),
    send: ({ id, teamId }, send) =>
      send(revokeApiKey(checkedId(id), { teamId: checkedIdOr(teamId ?? undefined) })),
    touches: () => ({}),
    about: ({ id, teamId }) => ({ target: id, team: teamId }),
    payload: (t) => ({
      apiKey: t.expose('value', { type: ApiKey, nullable: true, description: 'The key that was revoked.' }),
    }),
  });
}
