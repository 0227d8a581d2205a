// The e-mails that a project has sent. None leaves the emulator.

/** A sent e-mail with its link; times are milliseconds. */
export interface SentEmail {
  readonly kind: 'team-invitation' | 'contact-channel-verification';
  readonly to: string;
  readonly code: string;
  /** The callback URL with the code, which the recipient opens. */
  readonly link: string;
  readonly sentAt: number;
}

/** The e-mails of one project. */
export interface Emails {
  send(email: Omit<SentEmail, 'link' | 'sentAt'> & { readonly callbackUrl: string }): void;
  /** The oldest first. */
  sent(): readonly SentEmail[];
}

/** Creates an empty outbox. */
export function createEmails(now: () => number): Emails {
  let emails: readonly SentEmail[] = [];
  return {
    send({ callbackUrl, ...email }) {
      const link = new URL(callbackUrl);
      link.searchParams.set('code', email.code);
      emails = [...emails, { ...email, link: link.href, sentAt: now() }];
    },
    sent: () => emails,
  };
}
