/** The life of bank logins: they end, are announced to end, show their accounts under other ids; and the person who mends them. */
import { healthWord, isState } from '../../main/feeds/lifecycle/states.ts';
import type { ItemLife } from '../../practice/plaid/item-life.ts';
import type { Act } from './accountant.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';
import type { Scene } from './scene.ts';

const DAY_MS = 86_400_000;

export function bankLifeActs(scene: Scene): readonly Act[] {
  const { causes, clock, company, dice, tell } = scene;
  const { plaid, banks } = company.host.world;
  const { life } = plaid.control;
  const inDays = (most: number) => new Date(clock.now() + (1 + dice.int(most)) * DAY_MS).toISOString();
  const happenings: ReadonlyArray<readonly [number, string, (life: ItemLife, bank: string) => void]> = [
    [2, 'lost its sign-in', (life, bank) => life.breakLogin(bank)],
    [1, 'was withdrawn', (life, bank) => life.revoke(bank)],
    [1, 'locked the login', (life, bank) => life.breakLogin(bank, 'ITEM_LOCKED')],
    [1, 'announced to end', (life, bank) => life.announceDisconnect(bank, inDays(3))],
    [1, 'has a consent that ends', (life, bank) => life.endConsent(bank, inDays(9))],
    [1, 'is down', (life, bank) => life.breakLogin(bank, 'INSTITUTION_DOWN')],
    [2, 'shows its accounts under other ids', (life, bank) => life.changeAccountIds(bank)],
    [1, 'works again by itself', (life, bank) => life.repairLogin(bank)],
    [1, 'is not reached', (life, bank) => life.unreachable(bank)],
    [1, 'is reached again', (life, bank) => life.unreachable(bank, false)],
  ];
  return [
    {
      name: 'life of a bank login',
      weight: 2,
      run: async () => {
        const { key } = dice.pick(banks.banks);
        const [what, happen] = dice.weighted(happenings.map(([weight, ...rest]) => [weight, rest] as const));
        happen(life, key);
        causes.add({ kind: 'bank_login', of: key });
        tell(`    ${key} ${what}`);
      },
    },
    {
      name: 'sign in again at the bank',
      weight: 3,
      alone: true,
      run: async (process) => mendLogins(scene, process, () => scene.dice.chance(0.1)),
    },
    {
      name: 'decide about changed ids',
      weight: 3,
      run: async (process) => {
        const [one] = (await process.ask('accounts.replacements', {})) ?? [];
        if (one === undefined) return;
        const { oldAccountId, newAccountId } = one;
        const accepted = await process.ask('accounts.acceptReplacement', { oldAccountId, newAccountId });
        if (accepted === null) return;
        tell(`    ${accepted.sentence}`);
        if (dice.chance(0.2)) await process.ask('accounts.undoReplacement', { replacementId: accepted.replacementId });
      },
    },
    {
      name: 'look at the calendar',
      weight: 1,
      run: async (process) => void (await process.ask('connections.keepUp', {})),
    },
  ];
}

/** A person signs in wherever a bank asks for it, unless she leaves the bank's page before the end. */
async function mendLogins({ company }: Scene, process: Process, givesUp: () => boolean): Promise<void> {
  const { plaid, banks } = company.host.world;
  for (const connection of (await process.ask('connections.list', {})) ?? [])
    for (const feed of connection.feeds) {
      const { repair } = feed.lifecycle;
      if (feed.state === 'removed' || (repair !== 'sign_in_again' && repair !== 'act_at_bank')) continue;
      const bank = banks.banks.find(({ name }) => name === feed.institutionName);
      if (bank === undefined) continue;
      const session = { connectionId: connection.id, feedId: feed.id };
      const started = await process.ask('connections.startLink', session);
      if (started === null || givesUp()) continue;
      plaid.control.completeLink(started.linkToken, bank.key);
      await process.ask('connections.finishLink', { ...session, linkToken: started.linkToken });
    }
}

/** At the end of a story: people mend what is broken and decide what is open; then nothing may ask for them. */
export async function settleLogins(scene: Scene, process: Process): Promise<void> {
  const { life } = scene.company.host.world.plaid.control;
  for (const { key } of scene.company.host.world.banks.banks) life.unreachable(key, false);
  await mendLogins(scene, process, () => false);
  for (const { oldAccountId, newAccountId } of (await process.ask('accounts.replacements', {})) ?? [])
    await process.ask('accounts.acceptReplacement', { oldAccountId, newAccountId });
  // A pairing that was taken back in a story was right all the same.
  for (const { state, accountId, newAccountId } of (await process.ask('accounts.decidedReplacements', {})) ?? [])
    if (state === 'undone')
      await process.daybook.feeds
        .acceptReplacement({ oldAccountId: accountId, newAccountId }, 'the accountant')
        .catch(() => {});
}

/** After all faults have ended and people have mended the logins. */
export async function judgeLogins({ daybook }: Process): Promise<Broken[]> {
  const { read } = daybook.store;
  const feeds = await daybook.feeds.listFeeds();
  const live = feeds.filter(({ state }) => state !== 'removed');
  const rows = await read.selectFrom('lifecycle').selectAll().execute();
  const stateOf = new Map(feeds.map(({ id, state }) => [`feed:${id}`, state]));
  const open = await daybook.feeds.proposeReplacements();
  const mapped = await read
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select(['feed_account.name', 'feed_account.closed_at', 'feed_account.replaced_by'])
    .execute();
  return [
    ...broken(
      'a login that was mended asks nobody any more',
      live
        .filter(({ state }) => state !== 'healthy')
        .map(({ institutionName, sentence }) => `${institutionName}: ${sentence}`),
    ),
    ...broken(
      'a hole that a repair left is filled and told',
      rows.flatMap(({ subject, broken_since }) =>
        broken_since !== null && stateOf.get(subject) === 'healthy' ? [`${subject} since ${broken_since}`] : [],
      ),
    ),
    ...broken(
      'the word of a state is the same everywhere',
      rows.flatMap(({ subject, state }) => {
        const word = stateOf.get(subject);
        return word !== undefined && isState(state) && healthWord(state) !== word
          ? [`${subject}: ${state}, ${word}`]
          : [];
      }),
    ),
    ...broken(
      'a mapping belongs to an account that the bank shows',
      mapped.flatMap(({ name, closed_at, replaced_by }) => (closed_at === null && replaced_by === null ? [] : [name])),
    ),
    ...broken(
      'each account that got another id has been put together',
      open.map(({ oldAccountId, newAccountId }) => `${oldAccountId} and ${newAccountId}`),
    ),
  ];
}
