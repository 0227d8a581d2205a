// What must hold of the run as a whole, once every single answer has been judged.
import type { Scrape } from '../../test/support/scrape.ts';
import { KINDS } from '../load/questions.ts';
import type { ProviderHistory } from '../provider/provider-history.ts';
import { NEWCOMER, RECOVERY } from '../provider/troubles.ts';
import type { SoakOptions } from '../run/options.ts';
import type { Tally } from './tally.ts';
import { type Look, quantile, trendOf } from './vitals.ts';

/** An unknown key is asked for once in this time, and the answer takes its own. In milliseconds. */
const KEYS_SEEN_WITHIN = 33_000;
/** MiB a minute, in a run long enough to tell: what is remembered of tokens fills up meanwhile. */
const MAX_GROWTH = 1;
const MINUTES_FOR_GROWTH = 5;
/** How late work may begin, in milliseconds: in half of the looks, and in all but a few. */
const MAX_USUAL_LAG = 100;
const MAX_LAG = 1_000;

/** The whole run. `atTheEnd` was measured after the last request; `ended` is how the process ended. */
export interface Run {
  readonly options: SoakOptions;
  readonly tally: Tally;
  readonly history: ProviderHistory;
  readonly looks: readonly Look[];
  readonly atTheEnd: Scrape | undefined;
  readonly ended: string;
}

/** Everything that is wrong with the run. */
export function verdictOf(run: Run): readonly string[] {
  return [...wrongAtTheEnd(run), ...wrongWithKeys(run), ...wrongWithVitals(run), ...unseen(run)];
}

function wrongAtTheEnd({ atTheEnd, ended }: Run): readonly string[] {
  const gauges = ['graphql_requests_in_flight', 'profile_calls_in_flight', 'profile_calls_waiting'];
  const left = gauges.filter((name) => atTheEnd && atTheEnd.value(name) !== 0);
  return [
    ...left.map((name) => `${name} is ${atTheEnd?.value(name)} after the last request`),
    ...(ended === '0' ? [] : [`the server ended with ${ended}`]),
  ];
}

/** New keys must be fetched soon, but for the time when they cannot be. */
function wrongWithKeys({ history: { rotations, troubles } }: Run): readonly string[] {
  return rotations
    .filter(({ at, seenAt = Date.now() }) => {
      const hidden = troubles.filter(
        ({ hidesKeys, from, until = Date.now() }) => hidesKeys && from <= seenAt && until >= at,
      );
      const more = hidden.reduce((sum, { from, until = Date.now() }) => sum + until - from, 0);
      return seenAt - at > KEYS_SEEN_WITHIN + (more > 0 ? more + RECOVERY : 0);
    })
    .map(({ generation }) => `the keys of generation ${generation} were not fetched in time`);
}

function wrongWithVitals({ options: { minutes }, looks }: Run): readonly string[] {
  if (looks.length < 30) return ['there are too few looks at the process'];
  const { perMinute } = trendOf(looks, 'heap');
  const grows = minutes >= MINUTES_FOR_GROWTH && perMinute > MAX_GROWTH;
  const lags = looks.map(({ lagP99 }) => lagP99);
  const [usual, lag] = [quantile(lags, 0.5), quantile(lags, 0.95)];
  return [
    ...(grows ? [`the heap grows by ${perMinute.toFixed(2)} MiB a minute`] : []),
    ...(usual > MAX_USUAL_LAG || lag > MAX_LAG
      ? [`the event loop is ${usual.toFixed(0)} ms late as a rule, and ${lag.toFixed(0)} ms at times`]
      : []),
  ];
}

/** A run that has not seen everything has proved nothing. */
function unseen({ options: { minutes }, tally: { answers }, history: { troubles } }: Run): readonly string[] {
  return [
    ...KINDS.filter((kind) => !answers.has(kind)).map((kind) => `${kind} was never answered`),
    ...(answers.get('profile')?.has('data') ? [] : ['no profile was ever shown']),
    ...(troubles.some(({ name }) => name.startsWith(NEWCOMER)) && !wasToldAlone(answers)
      ? ['the one user whom the provider fails was never told so']
      : []),
    ...(troubles.length < minutes * 2 ? [`there were only ${troubles.length} troubles`] : []),
  ];
}

function wasToldAlone(answers: Tally['answers']): boolean {
  return [...(answers.get('failing')?.keys() ?? [])].some((outcome) => outcome.includes('UPSTREAM_'));
}
