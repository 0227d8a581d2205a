// Mutations of contact channels: the caller's e-mail addresses.
import { checkEmail, checkedId, checkId, checkNotNull } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { successField } from '../../graph/mutations/success-field.ts';
import {
  addContactChannel,
  removeContactChannel,
  sendVerification,
  updateContactChannel,
  verifyContactChannel,
} from '../../provider/contact-channels.ts';
import type { Touched } from '../../request/changes.ts';
import { withValue } from './done.ts';
import type { PayloadRefs } from './refs.ts';

/** The primary address is part of the profile. */
const TOUCHED: Touched = { own: ['contact-channels', 'profile'] };

/** Adds `addContactChannel`, `updateContactChannel` and `removeContactChannel`. */
export function addChannelMutations(add: AddMutation, { ContactChannel }: PayloadRefs): void {
  add({
    name: 'addContactChannel',
    description: 'Adds an e-mail address, which is not verified yet.',
    scope: 'authenticated',
    input: (t) => ({
      value: t.string({ required: true, description: 'The address.' }),
      usedForAuth: t.boolean({ defaultValue: false, description: 'Whether to sign in with it.' }),
    }),
    check: (input) => checkNotNull(input, 'usedForAuth') ?? checkEmail(input, 'value'),
    send: ({ value, usedForAuth }, send) =>
      send(addContactChannel({ value, usedForAuth: usedForAuth ?? false })),
    touches: () => TOUCHED,
    about: (_input, channel) => ({ target: channel?.id }),
    payload: (t) => ({
      contactChannel: t.expose('value', {
        type: ContactChannel,
        nullable: true,
        description: 'The new address.',
      }),
    }),
  });

  add({
    name: 'updateContactChannel',
    description: 'Changes an e-mail address of the caller.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ required: true, description: 'The contact channel.' }),
      value: t.string({ description: 'Another address, which is not verified then.' }),
      usedForAuth: t.boolean({ description: 'Whether to sign in with it.' }),
      isPrimary: t.boolean({ description: 'Whether it is the address of the profile.' }),
    }),
    check: (input) =>
      checkId(input.id) ??
      checkNotNull(input, 'value', 'usedForAuth', 'isPrimary') ??
      checkEmail(input, 'value'),
    send: ({ id, value, usedForAuth, isPrimary }, send) =>
      send(
        updateContactChannel(checkedId(id), {
          value: value ?? undefined,
          usedForAuth: usedForAuth ?? undefined,
          isPrimary: isPrimary ?? undefined,
        }),
      ),
    touches: () => TOUCHED,
    about: ({ id }) => ({ target: id }),
    payload: (t) => ({
      contactChannel: t.expose('value', {
        type: ContactChannel,
        nullable: true,
        description: 'The address after the change.',
      }),
    }),
  });

  add({
    name: 'removeContactChannel',
    description: 'Removes an e-mail address of the caller, the primary one too: then the profile has none.',
    scope: 'authenticated',
    input: (t) => ({ id: t.id({ required: true, description: 'The contact channel.' }) }),
    check: ({ id }) => checkId(id),
    send: async ({ id }, send) => withValue(await send(removeContactChannel(checkedId(id))), checkedId(id)),
    touches: () => TOUCHED,
    about: ({ id }) => ({ target: id }),
    payload: (t) => ({
      removedContactChannelId: t.exposeID('value', {
        nullable: true,
        description: 'The contact channel that was removed.',
      }),
    }),
  });
}

/** Adds `sendContactChannelVerification` and `verifyContactChannel`. */
export function addVerificationMutations(add: AddMutation): void {
  add({
    name: 'sendContactChannelVerification',
    description: 'Sends an e-mail with a code to an address of the caller.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ required: true, description: 'The contact channel.' }),
      callbackUrl: t.string({
        required: true,
        description: 'Where the link in the e-mail leads, with a `code`. The project must trust its host.',
      }),
    }),
    check: ({ id }) => checkId(id),
    send: async ({ id, callbackUrl }, send) =>
      withValue(await send(sendVerification(checkedId(id), callbackUrl)), true),
    // An address that is verified already was verified elsewhere.
    touches: () => TOUCHED,
    about: ({ id }) => ({ target: id }),
    payload: (t) => ({
      sent: successField(t, 'Whether the e-mail was sent.'),
    }),
  });

  add({
    name: 'verifyContactChannel',
    description: 'Verifies the e-mail address to which a code was sent.',
    scope: 'authenticated',
    input: (t) => ({
      code: t.string({ required: true, description: 'The `code` of the link in the e-mail.' }),
    }),
    send: async ({ code }, send) => withValue(await send(verifyContactChannel(code)), true),
    touches: () => TOUCHED,
    payload: (t) => ({
      verified: successField(t, 'Whether the address is verified now.'),
    }),
  });
}
