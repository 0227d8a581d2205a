const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

const FORMATS = { date: DATE, moment: MOMENT, time: TIME };

/** A `DateTime` of the server, in the reader's language and time zone. */
export function Time({ at, as }: { readonly at: string; readonly as: keyof typeof FORMATS }) {
  return <time dateTime={at}>{FORMATS[as].format(new Date(at))}</time>;
}
