// The e-mail addresses of the caller.
import type { Builder } from '../graph/builder.ts';
import type { ContactChannel } from '../provider/contact-channels.ts';

/** Adds `ContactChannel` and its type. */
export function addContactChannel(builder: Builder) {
  const ContactChannelType = builder.enumType('ContactChannelType', {
    description: 'What kind of address a contact channel is.',
    values: { EMAIL: { description: 'An e-mail address.' } },
  });
  return builder.objectRef<ContactChannel>('ContactChannel').implement({
    description: 'An address at which the user can be reached.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The channel.' }),
      type: t.expose('type', { type: ContactChannelType, description: 'What kind of address it is.' }),
      value: t.exposeString('value', { description: 'The address.' }),
      isPrimary: t.exposeBoolean('isPrimary', { description: "Whether it is the user's main address." }),
      isVerified: t.exposeBoolean('isVerified', {
        description: 'Whether the user has shown that the address is theirs.',
      }),
      usedForAuth: t.exposeBoolean('usedForAuth', { description: 'Whether the user can sign in with it.' }),
    }),
  });
}
