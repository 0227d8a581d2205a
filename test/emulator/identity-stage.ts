// What is done between the recorded exchanges with the identity endpoints.
import type { SessionOptions } from '../../src/emulator/control.ts';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { removeSeed } from './remove-seed.ts';
import type { Dictionary } from './translate.ts';

/** An emulator, the words of its replay, and its clock. */
export interface Stage {
  readonly emulator: Emulator;
  readonly dictionary: Dictionary;
  readonly advanceClock: (milliseconds: number) => void;
}

/** The projects of the recording: one with all features, one with none. */
export const PROJECT_IDS = ['b104f2f0-996b-4a65-bd8f-03d8fc056eed', '37b247ef-4cbe-4206-9e08-6d68409a402f'];

const ADA = '48addcbb-c1a7-4564-90c6-36539986081c';
const BEN = '0eabda70-4646-4c19-bb96-0c7f2ee8fc27';
const CLEO = '585cb30c-0025-46bc-a20b-4d2195aeada9';
const REX = '36add42c-19b8-4e3c-b157-b17df506e2b6';
const ANN = 'e8b9a871-5e5e-4bbc-9981-d5da00e5195a';
const DORA = 'fcb13cdc-3e4c-459c-81cb-2f8e4f59dffc';
const EVE = '3b414c39-f2e0-4895-9399-05511763b914';
const FAY = '3522275b-e226-4a9a-9a90-9fa08823284f';
const SECOND_ADA = '51db17d2-57b9-417a-adac-1d1efeb691c4';
const OF_THE_OTHER_PROJECT = 'ce0e2edc-eb07-40d7-b1dd-2fafaedccce5';
const RECORDED_TEAM = '24e494af-d5e5-4dcd-818c-fd9f21b2ec64';

const CLEOS_ADDRESS = 'cleo-1795857194093wzi@example.com';

/** Replaces the seeded users and teams by those of the recording. */
export async function setUp(stage: Stage): Promise<void> {
  const { control, publishableClientKey, secretServerKey } = stage.emulator;
  removeSeed(stage.emulator);
  stage.dictionary.add('pck_locked', publishableClientKey);
  stage.dictionary.add('ssk_locked', secretServerKey);
  control.createUser({ id: ADA, email: 'ada-1795857193480ufq@example.com', displayName: 'Ada' });
  control.createUser({ id: BEN, email: 'ben-1795857193814ncs@example.com', displayName: 'Ben' });
  control.createUser({ id: CLEO, email: CLEOS_ADDRESS, displayName: 'Cleo' });
  control.createUser({
    id: REX,
    email: 'rex-1795857194468hbf@example.com',
    displayName: 'Rex',
    restrictedReason: 'restricted_by_administrator',
  });
  control.createUser({ id: ANN, kind: 'anonymous' });
  control.createUser({ id: DORA, email: 'dora-1795857213003p7s@example.com', displayName: 'Dora' });
  control.createUser({ id: EVE, email: 'eve-1795858434000591@example.com', displayName: 'Eve' });
  control.createUser({ id: SECOND_ADA, email: 'ada-1795858433769qe7@example.com', displayName: 'Ada' });
  control.createUser({ id: OF_THE_OTHER_PROJECT, email: null });
  await signIn(stage, ADA, { sessionId: '0dbbc551-926e-4c10-adea-f923118b4535' });
}

/** What was done before an exchange without being recorded, or in another project, by the number of the exchange. */
export const BEFORE: Readonly<Record<number, (stage: Stage) => unknown>> = {
  508: ({ emulator }) =>
    emulator.control.updateProject({ clientTeamCreation: false, clientUserDeletion: false }),
  510: ({ emulator }) =>
    emulator.control.updateProject({ clientTeamCreation: true, clientUserDeletion: true }),
  550: (stage) => addToTeam(stage, REX),
  552: (stage) => addToTeam(stage, CLEO),
  559: async (stage) => {
    const selectedTeam = { id: await teamOf(stage), displayName: '' };
    stage.emulator.control.updateUser(BEN, { selectedTeam });
  },
  618: (stage) =>
    useLastCode(stage, { to: CLEOS_ADDRESS, recorded: 'w7m51c275bpd1h9y1eg22av56e2ytwxb2s8vxpa7f8k38' }),
  621: (stage) => invite(stage, { code: '6q0qkt17v2cekb20ars90ytz6e0mqemvjkc2e9vwez6cg' }),
  623: (stage) => invite(stage, { code: 'dcgjerhnr1s94hab245dtmtwnxevhar97f0gzqxqkd6zg' }),
  626: (stage) => invite(stage, { code: '4v3048d3vjxakg0t0327vv4ytmxn406zd4fgda2faajmr' }),
  628: (stage) => invite(stage, { id: 'c1f8a6ed-d8e5-40c4-8ded-9b64bed05563' }),
  653: (stage) =>
    useLastCode(stage, {
      to: 'ben-2-1795857207416@example.com',
      recorded: 'b9n86stxyvvphmavqy1s66yysmjw8d5tb4e2k8sh7vm68',
    }),
  666: async (stage) => {
    await signIn(stage, ADA, {
      sessionId: '100a12c3-0abb-40f9-9df2-e2dee6768978',
      refreshToken: 'hhjm1djye7xymja7ekdgzdyhp4tdc6mn7csk8yp15cnfg',
    });
    const impersonation = { sessionId: '161259bf-a0ab-4e6b-93e6-463f7f28116f' };
    await signIn(stage, ADA, impersonation, { isImpersonation: true });
    const short = {
      sessionId: '727766f7-8d9d-47c9-97cf-ba3b03f3750c',
      refreshToken: 'bvacpr68ynbkccp31znw2kzj18tw2mw3a57fbzzcnb018',
    };
    await signIn(stage, ADA, short, { expiresInMillis: 1000 });
  },
  681: ({ advanceClock }) => advanceClock(1000),
  683: (stage) => signIn(stage, ADA, { sessionId: '72e28a94-564f-4251-ac0b-cf2bf560fd12' }),
  693: ({ emulator }) => emulator.control.updateProject({ userApiKeys: false }),
  694: ({ emulator }) => emulator.control.updateProject({ userApiKeys: true }),
  701: ({ advanceClock }) => advanceClock(20_000),
  734: (stage) => signIn(stage, DORA, { refreshToken: 'avg6ppd5d4j5tvspw9y7n806rq8ygh0b497ccbb2yypt8' }),
  773: ({ emulator }) => emulator.control.updateProject({ requirePublishableClientKey: true }),
  774: ({ emulator }) => emulator.control.updateProject({ requirePublishableClientKey: false }),
  784: ({ emulator, dictionary }) => {
    const { id: teamId } = emulator.control.createTeam({ displayName: 'T' });
    const { code } = emulator.control.invite({ teamId, email: CLEOS_ADDRESS });
    dictionary.add('he1mdvf6qc5ejtbp4561aamqecr8we8nba4ea0tkf1sbr', code);
  },
  786: ({ emulator, dictionary }) => {
    const options = { userId: EVE, value: 'eve-2-1795858434551@example.com' };
    const { id } = emulator.control.addContactChannel(options);
    dictionary.add('c494413c-8efc-4f23-b464-245861b474a7', id);
  },
  788: ({ emulator: { control }, dictionary }) => {
    const { id: ownerId } = control.createUser();
    const { value } = control.createApiKey({ type: 'user', ownerId, description: 'k' });
    control.deleteUser(ownerId);
    dictionary.add(
      'sk_ptd3b63jzf1t7takneccgft763rrrz2jy2dcf26yq6hk0993cd2bcd4e5444e94ac0b03cc9907b4user1574ck4u7h3cfbc761',
      value,
    );
  },
  789: ({ emulator: { control }, dictionary }) => {
    const { id: ownerId } = control.createTeam({ displayName: 'T' });
    const { value } = control.createApiKey({ type: 'team', ownerId, description: 'k' });
    control.deleteTeam(ownerId);
    dictionary.add(
      'sk_v2pgdr7f4qkchnz165mdf47pkq0wgd2zk5v9256erww2gc4613bc3f24c4778a599b3847cd6f716team1574ck4u7he9b74fa6',
      value,
    );
  },
  790: ({ emulator: { control }, dictionary }) => {
    control.createUser({ id: FAY });
    const { value } = control.createApiKey({ type: 'user', ownerId: FAY, description: 'k' });
    control.updateUser(FAY, { restrictedReason: 'restricted_by_administrator' });
    dictionary.add(
      'sk_9qm4mwc7fdh5gk1w0g7y86pv6fzek130m55jpcjy3rr085ae7da6392a74ded8645ffab8d06e12cuser1574ck4u7hd8ad6252',
      value,
    );
  },
  791: async (stage) => {
    await signIn(stage, SECOND_ADA, {
      sessionId: '325d8ada-ab54-4e2a-bc93-2a3160e40de2',
      refreshToken: 'apcpt588qgnrttc856drh29348rbp0t7fb2dq0zn32w28',
    });
    await signIn(stage, SECOND_ADA, {
      sessionId: '7f891065-b70b-45da-b819-b83bfdd5dbab',
      refreshToken: '13r4kwgwbmmqg7j4gzp4g3mqrxf6mhr5h3j8039c8tbx0',
    });
  },
};

async function signIn(
  { emulator, dictionary }: Stage,
  userId: string,
  recorded: { readonly sessionId?: string; readonly refreshToken?: string },
  options: SessionOptions = {},
): Promise<void> {
  const session = await emulator.control.signIn(userId, options);
  if (recorded.sessionId !== undefined) dictionary.add(recorded.sessionId, session.sessionId);
  if (recorded.refreshToken !== undefined) dictionary.add(recorded.refreshToken, session.refreshToken);
}

function teamOf({ dictionary }: Stage): Promise<string> {
  return dictionary.translate(RECORDED_TEAM);
}

async function addToTeam(stage: Stage, userId: string): Promise<void> {
  stage.emulator.control.addMember({ teamId: await teamOf(stage), userId });
}

async function invite(
  stage: Stage,
  recorded: { readonly id?: string; readonly code?: string },
): Promise<void> {
  const { id, code } = stage.emulator.control.invite({ teamId: await teamOf(stage), email: CLEOS_ADDRESS });
  if (recorded.id !== undefined) stage.dictionary.add(recorded.id, id);
  if (recorded.code !== undefined) stage.dictionary.add(recorded.code, code);
}

function useLastCode(
  { emulator, dictionary }: Stage,
  { to, recorded }: { readonly to: string; readonly recorded: string },
): void {
  const email = emulator.control.emails().findLast((each) => each.to === to);
  if (!email) throw new Error(`No e-mail was sent to ${to}`);
  dictionary.add(recorded, email.code);
}
