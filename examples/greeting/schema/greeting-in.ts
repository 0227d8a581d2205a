// `greetingIn`: what the page in examples/web asks for.
import type { Builder } from '#server';
import type { AppTypes } from '../types.ts';

const WORDS: Readonly<Record<string, string>> = {
  de: 'Hallo',
  en: 'Hello',
  es: 'Hola',
  fi: 'Hei',
  fr: 'Bonjour',
  it: 'Ciao',
  nl: 'Hoi',
  pl: 'Cześć',
  pt: 'Olá',
  tr: 'Merhaba',
};

/** Adds `Query.greetingIn`. */
export function addGreetingIn(builder: Builder<AppTypes>): void {
  builder.queryField('greetingIn', (t) =>
    t.withAuth({ member: true }).string({
      nullable: true,
      description: 'A greeting, for members. Null for a language that is not known. Needs: member.',
      args: { language: t.arg.string({ required: true, description: 'Two letters, such as `en`.' }) },
      resolve: async (_root, { language }, { user, loaders }) => {
        const word = WORDS[language];
        if (word === undefined) return null;
        const { displayName } = await loaders.profile.load(user.id);
        return `${word}, ${displayName ?? 'you'}!`;
      },
    }),
  );
}
