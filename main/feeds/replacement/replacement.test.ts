import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../../test/support/feeds-workspace.ts';
import { aBalance, aLine, anAccount, aPage, removal } from '../../../test/support/scripted-bank.ts';
import { matchLines } from '../../store/line-search.ts';
import { digestOfPull } from '../index.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

const HOUR = 3_600_000;
const accounts = () => at.feeds.listAccounts();
const linesOf = async (accountId: string) =>
  at.store.read
    .selectFrom('statement_line')
    .select(['provider_line_id', 'state'])
    .where('feed_account_id', '=', accountId)
    .orderBy('id')
    .execute();

/** A mapping as far as the feeds know one. */
async function map(accountId: string): Promise<void> {
  await at.store.write(async (trx) => {
    const row = { id: `map-${accountId}`, feed_account_id: accountId, ledger_connection_id: at.connectionId };
    await trx
      .insertInto('mapping')
      .values({
        ...{ ...row, legal_entity: 'USMF', bank_account: 'B1', journal_name: 'J', dimensions_json: '{}' },
        ...{
          pending_policy: 'wait',
          grouping: 'day',
          suggestions: 'beside',
          created_at: '',
          updated_at: '',
          auto_approve: 0,
        },
      })
      .execute();
  });
}

/** An account with three lines and a proven balance, mapped. */
async function known(): Promise<string> {
  at.bank.accounts = [anAccount('acc-1', { balance: aBalance('100.00') })];
  at.bank.says(
    null,
    aPage({
      lines: [aLine('a'), aLine('b', { date: '2026-11-11' }), aLine('p', { date: '2026-11-12', state: 'pending' })],
      nextCursor: 'c1',
    }),
  );
  await at.feeds.syncFeed(at.feedId);
  const [account] = await accounts();
  if (account === undefined) throw new Error('there is no account');
  await map(account.id);
  at.clock.advance(HOUR);
  return account.id;
}

/** The bank shows the account under another id. @returns the new account */
async function changedId(lines = [aLine('n1', { providerAccountId: 'acc-9', date: '2026-11-19' })], balance = '87.50') {
  at.bank.accounts = [anAccount('acc-9', { balance: aBalance(balance) })];
  at.bank.says('c1', aPage({ lines, nextCursor: 'c2' }));
  at.bank.says('c2', aPage({ nextCursor: 'c2' }));
  await at.feeds.syncFeed(at.feedId);
  const fresh = (await accounts()).find(({ providerAccountId }) => providerAccountId === 'acc-9');
  if (fresh === undefined) throw new Error('there is no new account');
  return fresh.id;
}

describe('an account whose id changed under the same login', () => {
  test('goes on with its lines, mapping and opening balance, on the same cursor, and ties out', async () => {
    const old = await known();
    const fresh = await changedId();
    const pair = { oldAccountId: old, newAccountId: fresh };
    expect(await at.feeds.proposeReplacements()).toMatchObject([pair]);
    at.bank.reset();
    const accepted = await at.feeds.acceptReplacement(pair, 'Ada');
    expect(accepted).toMatchObject({
      ...{ accountId: old, known: 0, added: 1 },
      sentence: '0 lines were known already, 1 is new; the balance ties out.',
    });
    expect(at.bank.calls).toContain('pullLines:c2');
    expect(await accounts()).toMatchObject([{ id: old, providerAccountId: 'acc-9', closedAt: null, gap: null }]);
    expect((await linesOf(old)).map(({ provider_line_id }) => provider_line_id)).toEqual(['a', 'b', 'p', 'n1']);
    // By the former id a look-up in the ledger finds what was posted before, also from a restored copy.
    const named = await at.store.read
      .selectFrom('feed_account')
      .select('reference_account_id')
      .where('id', '=', old)
      .executeTakeFirstOrThrow();
    expect(named.reference_account_id).toBe('acc-1');
    expect(await at.feeds.proposeReplacements()).toEqual([]);
    expect(await at.feeds.replacements()).toMatchObject([{ state: 'accepted', decidedBy: 'Ada', undoable: true }]);
  });

  describe('where the bank keeps the ids of lines', () => {
    const told = (id: string, fields = {}) => aLine(id, { providerAccountId: 'acc-9', ...fields });

    test('a line that was amended meanwhile is the known line, amended, and the account ties out', async () => {
      const old = await known();
      const fresh = await changedId([told('a', { amount: '-20.00' })], '92.50');
      const accepted = await at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
      expect(accepted).toMatchObject({
        ...{ known: 1, added: 0 },
        sentence: '1 line was known already, 0 are new; the balance ties out.',
      });
      expect(await linesOf(old)).toMatchObject([{ provider_line_id: 'a' }, { provider_line_id: 'b' }, {}]);
    });

    test('a line that the bank had withdrawn and shows again is the known line, back again', async () => {
      const old = await known();
      at.bank.says('c1', aPage({ removed: [removal('a')], nextCursor: 'c1b' }));
      at.bank.accounts = [anAccount('acc-1', { balance: aBalance('112.50') })];
      await at.feeds.syncFeed(at.feedId);
      expect(await linesOf(old)).toContainEqual({ provider_line_id: 'a', state: 'removed' });
      at.bank.accounts = [anAccount('acc-9', { balance: aBalance('100.00') })];
      at.bank.says('c1b', aPage({ lines: [told('a')], nextCursor: 'c2' }));
      at.bank.says('c2', aPage({ nextCursor: 'c2' }));
      await at.feeds.syncFeed(at.feedId);
      const [proposal] = await at.feeds.proposeReplacements();
      if (proposal === undefined) throw new Error('nothing was proposed');
      const accepted = await at.feeds.acceptReplacement(proposal, 'Ada');
      expect(accepted.sentence).toBe('1 line was known already, 0 are new; the balance ties out.');
      expect(await linesOf(old)).toContainEqual({ provider_line_id: 'a', state: 'booked' });
    });

    test('a line that the bank withdraws under the new id is removed, though nobody has decided yet', async () => {
      const old = await known();
      at.bank.accounts = [anAccount('acc-9', { balance: aBalance('112.50') })];
      at.bank.says('c1', aPage({ removed: [removal('a', 'acc-9'), removal('p', 'acc-9')], nextCursor: 'c2' }));
      at.bank.says('c2', aPage({ nextCursor: 'c2' }));
      await at.feeds.syncFeed(at.feedId);
      expect((await linesOf(old)).map(({ state }) => state)).toEqual(['removed', 'booked', 'removed']);
      const [proposal] = await at.feeds.proposeReplacements();
      if (proposal === undefined) throw new Error('nothing was proposed');
      const accepted = await at.feeds.acceptReplacement(proposal, 'Ada');
      expect(accepted.sentence).toBe('0 lines were known already, 0 are new; the balance ties out.');
    });

    test('a line that it withdraws under the new id and tells again by another one stays, and the two are one', async () => {
      const old = await known();
      at.bank.accounts = [anAccount('acc-9', { balance: aBalance('100.00') })];
      at.bank.says('c1', aPage({ lines: [told('n-a')], removed: [removal('a', 'acc-9')], nextCursor: 'c2' }));
      at.bank.says('c2', aPage({ nextCursor: 'c2' }));
      await at.feeds.syncFeed(at.feedId);
      const [proposal] = await at.feeds.proposeReplacements();
      if (proposal === undefined) throw new Error('nothing was proposed');
      const accepted = await at.feeds.acceptReplacement(proposal, 'Ada');
      expect(accepted.sentence).toBe('1 line was known already, 0 are new; the balance ties out.');
      expect((await linesOf(old)).map(({ state }) => state)).toEqual(['booked', 'booked', 'removed']);
    });

    test('a line that it withdraws under the new id after a pairing was taken back is removed all the same', async () => {
      const old = await known();
      const pair = { oldAccountId: old, newAccountId: await changedId([told('n1')]) };
      const { replacementId } = await at.feeds.acceptReplacement(pair, 'Ada');
      await at.feeds.undoReplacement(replacementId, 'Ada');
      at.bank.accounts = [anAccount('acc-9', { balance: aBalance('100.00') })];
      at.bank.says('c2', aPage({ removed: [removal('a', 'acc-9')], nextCursor: 'c3' }));
      at.bank.says('c3', aPage({ nextCursor: 'c3' }));
      await at.feeds.syncFeed(at.feedId);
      expect((await at.feeds.acceptReplacement(pair, 'Ada')).sentence).toMatch(/the balance ties out\.$/);
    });

    test('a booked line that has a pending past goes back with it when the pairing is taken back', async () => {
      const old = await known();
      const booked = told('q', { date: '2026-11-19', replacesProviderLineId: 'was-pending' });
      const fresh = await changedId([booked]);
      const pair = { oldAccountId: old, newAccountId: fresh };
      const { replacementId } = await at.feeds.acceptReplacement(pair, 'Ada');
      expect(await at.feeds.undoReplacement(replacementId, 'Ada')).toMatchObject({ lines: 1 });
      expect(await linesOf(fresh)).toEqual([{ provider_line_id: 'q', state: 'booked' }]);
      const aliases = await at.store.read.selectFrom('statement_line_alias').selectAll().execute();
      expect(aliases).toMatchObject([{ feed_account_id: fresh, provider_line_id: 'was-pending' }]);
    });

    test('a second payment like one that is here is another one, and what is pending stays so', async () => {
      const old = await known();
      const fresh = await changedId([told('like-a')]);
      const accepted = await at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
      expect(accepted.sentence).toBe('0 lines were known already, 1 is new; the balance ties out.');
      expect((await linesOf(old)).map(({ provider_line_id, state }) => [provider_line_id, state])).toEqual([
        ...[
          ['a', 'booked'],
          ['b', 'booked'],
          ['p', 'pending'],
          ['like-a', 'booked'],
        ],
      ]);
    });

    test('a pending line that was booked under the new id before anybody decided lives on in the booked one', async () => {
      const old = await known();
      const booked = told('q', { date: '2026-11-13', replacesProviderLineId: 'p' });
      at.bank.accounts = [anAccount('acc-9', { balance: aBalance('87.50') })];
      at.bank.says('c1', aPage({ lines: [booked], removed: [removal('p', 'acc-9')], nextCursor: 'c2' }));
      at.bank.says('c2', aPage({ nextCursor: 'c2' }));
      await at.feeds.syncFeed(at.feedId);
      const [proposal] = await at.feeds.proposeReplacements();
      if (proposal === undefined) throw new Error('nothing was proposed');
      await at.feeds.acceptReplacement(proposal, 'Ada');
      expect((await linesOf(old)).map((line) => line.provider_line_id)).toEqual(['a', 'b', 'q']);
    });
  });

  test('whose id changes once more before anybody decides goes on with what each of the ids told, one decision after the other', async () => {
    const old = await known();
    await changedId();
    const [between] = await at.feeds.proposeReplacements();
    at.clock.advance(HOUR);
    at.bank.accounts = [anAccount('acc-10', { balance: aBalance('87.50') })];
    const later = aLine('n2', { providerAccountId: 'acc-10', date: '2026-11-20' });
    at.bank.says('c2', aPage({ lines: [later], removed: [removal('a', 'acc-10')], nextCursor: 'c3' }));
    at.bank.says('c3', aPage({ nextCursor: 'c3' }));
    await at.feeds.syncFeed(at.feedId);
    const [first, ...rest] = await at.feeds.proposeReplacements();
    if (first === undefined) throw new Error('nothing was proposed');
    expect(rest).toEqual([]);
    expect(first).toEqual(between);
    const { replacementId, sentence } = await at.feeds.acceptReplacement(first, 'Ada');
    expect(sentence).toMatch(/under yet another id by now: decide about that one too\.$/);
    at.clock.advance(HOUR);
    const [second] = await at.feeds.proposeReplacements();
    if (second === undefined) throw new Error('the second id was not proposed');
    expect(second).not.toEqual(first);
    expect((await at.feeds.acceptReplacement(second, 'Ada')).sentence).toMatch(/1 is new; the balance ties out\.$/);
    expect((await linesOf(old)).filter(({ state }) => state === 'booked').map((line) => line.provider_line_id)).toEqual(
      [...['b', 'n1', 'n2']],
    );
    expect(await at.feeds.proposeReplacements()).toEqual([]);
    await expect(at.feeds.undoReplacement(replacementId, 'Ada')).rejects.toMatchObject({ code: 'stale' });
  });

  test('keeps its booked lines while nobody has decided, though the bank withdraws all that it told under the old id', async () => {
    const old = await known();
    at.bank.accounts = [anAccount('acc-9', { balance: aBalance('100.00') })];
    const again = (id: string, date: string) => aLine(id, { providerAccountId: 'acc-9', date });
    const page = aPage({
      lines: [again('n-a', '2026-11-10'), again('n-b', '2026-11-11')],
      removed: [removal('a'), removal('b'), removal('p')],
      nextCursor: 'c2',
    });
    at.bank.says('c1', page);
    await at.feeds.syncFeed(at.feedId);
    expect((await linesOf(old)).map(({ state }) => state)).toEqual(['booked', 'booked', 'removed']);
    const [proposal] = await at.feeds.proposeReplacements();
    if (proposal === undefined) throw new Error('nothing was proposed');
    expect(await at.feeds.acceptReplacement(proposal, 'Ada')).toMatchObject({ known: 2, added: 0 });
    expect(await linesOf(old)).toHaveLength(3);
  });
});

describe('a login that was linked anew tells the whole history again under other ids', () => {
  async function relinked() {
    const old = await known();
    at.bank.feed = { ...at.bank.feed, trouble: { code: 'feed_gone', sentence: 'Gone.', providerCode: 'X' } };
    await at.feeds.syncFeed(at.feedId);
    at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2', trouble: null };
    at.bank.accounts = [anAccount('new-1', { balance: aBalance('87.50') })];
    const told = (id: string, date: string, more = {}) => aLine(id, { providerAccountId: 'new-1', date, ...more });
    at.bank.says(
      null,
      aPage({
        lines: [
          told('x-old', '2026-10-01'),
          told('x-a', '2026-11-10', { text: 'OTHER WORDS' }),
          told('x-b', '2026-11-11'),
          told('x-p', '2026-11-12', { state: 'pending' }),
          told('x-new', '2026-11-19'),
        ],
        nextCursor: 'd1',
      }),
    );
    at.bank.says('d1', aPage({ nextCursor: 'd1' }));
    const result = { publicToken: 'public-2', institutionId: 'ins_1', institutionName: 'First Bank' };
    at.bank.linkOutcome = {
      state: 'linked',
      results: [{ ...result, accounts: [{ name: 'Operating', mask: '0000' }] }],
    };
    const finished = await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada');
    if (finished.state !== 'linked') throw new Error('it was not linked');
    const feedId = finished.feeds[0]?.feedId ?? '';
    expect(finished.feeds[0]?.outcome).toBe('added');
    await at.feeds.syncFeed(feedId);
    const [proposal] = await at.feeds.proposeReplacements();
    if (proposal === undefined) throw new Error('nothing was proposed');
    expect(proposal.oldAccountId).toBe(old);
    return { old, feedId, proposal };
  }

  test('each movement once: known ones are paired, new ones taken over from the account’s first day on', async () => {
    const { old, feedId, proposal } = await relinked();
    expect(await at.feeds.acceptReplacement(proposal, 'Ada')).toMatchObject({
      ...{ feedId, known: 3, added: 1 },
      sentence: '3 lines were known already, 1 is new; the balance ties out.',
    });
    expect((await linesOf(old)).map(({ provider_line_id }) => provider_line_id)).toEqual(['a', 'b', 'p', 'x-new']);
    expect((await accounts()).map(({ id }) => id)).toEqual([old]);
    // Whoever searches finds each movement once: the lines of the account, and the one from before its first day nowhere.
    expect((await matchLines(at.store.read, {})).ids).toHaveLength(4);
    // The dead login has no account left: it is put away with its token.
    expect((await at.feeds.listFeeds()).map(({ state }) => state)).toEqual(['removed', 'healthy']);
    expect(await at.vault.has(`feed:${at.feedId}`, 'accessToken')).toBe(false);
  });

  test('a later word about a movement by its new id changes the line that is known, also when all is read again', async () => {
    const { old, feedId, proposal } = await relinked();
    await at.feeds.acceptReplacement(proposal, 'Ada');
    const told = (id: string, fields: object) =>
      aLine(id, { providerAccountId: 'new-1', date: '2026-11-10', ...fields });
    at.bank.says(
      'd1',
      aPage({
        lines: [told('x-a', { amount: '-13.00' }), told('x-q', { date: '2026-11-13', replacesProviderLineId: 'x-p' })],
        removed: [removal('x-p', 'new-1'), removal('x-b', 'new-1')],
        nextCursor: 'd2',
      }),
    );
    const result = await at.feeds.syncFeed(feedId);
    expect(result).toMatchObject({ newLines: 0, changedLines: 2, removedLines: 1 });
    expect(await linesOf(old)).toEqual([
      { provider_line_id: 'x-a', state: 'booked' },
      { provider_line_id: 'b', state: 'removed' },
      { provider_line_id: 'x-q', state: 'booked' },
      { provider_line_id: 'x-new', state: 'booked' },
    ]);
  });

  test('what is told again unchanged is known, whatever words the bank uses now', async () => {
    const { feedId, proposal } = await relinked();
    await at.feeds.acceptReplacement(proposal, 'Ada');
    const again = aLine('x-b', { providerAccountId: 'new-1', date: '2026-11-11', text: 'AGAIN' });
    at.bank.says('d1', aPage({ lines: [again], nextCursor: 'd2' }));
    expect(await at.feeds.syncFeed(feedId)).toMatchObject({ newLines: 0, changedLines: 0, unchangedLines: 1 });
  });

  test('the pulls of both logins still prove their lines by their digests', async () => {
    const { proposal } = await relinked();
    await at.feeds.acceptReplacement(proposal, 'Ada');
    const events = await at.store.read
      .selectFrom('audit_event')
      .select('data_json')
      .where('action', '=', 'pull.applied')
      .execute();
    expect(events.length).toBeGreaterThanOrEqual(3);
    for (const { data_json } of events) {
      const { pull, digest } = JSON.parse(data_json);
      expect(await digestOfPull(at.store.read, pull)).toBe(digest);
    }
  });

  test('a pairing is taken back whole: lines, names and ids are as they were', async () => {
    const { old, feedId, proposal } = await relinked();
    const before = await everything();
    const { replacementId } = await at.feeds.acceptReplacement(proposal, 'Ada');
    at.clock.advance(HOUR);
    at.bank.says(
      'd1',
      aPage({ lines: [aLine('x-late', { providerAccountId: 'new-1', date: '2026-11-20' })], nextCursor: 'd2' }),
    );
    await at.feeds.syncFeed(feedId);
    expect(await linesOf(old)).toHaveLength(5);
    const undone = await at.feeds.undoReplacement(replacementId, 'Ben');
    expect(undone).toMatchObject({ accountId: old, lines: 2, withdrawn: 0 });
    const after = await everything();
    expect(after.accounts).toEqual(before.accounts);
    const late = after.lines.filter(({ provider_line_id }) => provider_line_id === 'x-late');
    expect(late.map(({ feed_account_id }) => feed_account_id)).toEqual([proposal.newAccountId]);
    expect(after.lines.filter(({ provider_line_id }) => provider_line_id !== 'x-late')).toEqual(before.lines);
    expect(after.twins).toEqual([]);
    await expect(at.feeds.undoReplacement(replacementId, 'Ben')).rejects.toMatchObject({ code: 'stale' });
    expect(await at.feeds.proposeReplacements()).toEqual([]);
  });

  async function everything() {
    const { read } = at.store;
    const accounts = await read
      .selectFrom('feed_account')
      .select(['id', 'feed_id', 'provider_account_id', 'name', 'opening_minor', 'replaced_by'])
      .orderBy('id')
      .execute();
    const lines = await read
      .selectFrom('statement_line')
      .select(['id', 'feed_account_id', 'provider_line_id', 'state', 'revision'])
      .orderBy('id')
      .execute();
    return { accounts, lines, twins: await read.selectFrom('statement_line_twin').selectAll().execute() };
  }

  test('a pending line that the new login does not tell is removed, because nobody would speak of it again', async () => {
    const old = await known();
    // The balance stays, so the two lines are the two that are known.
    const again = [
      aLine('n-a', { providerAccountId: 'acc-9' }),
      aLine('n-b', { providerAccountId: 'acc-9', date: '2026-11-11' }),
    ];
    const fresh = await changedId(again, '100.00');
    await at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
    expect(await linesOf(old)).toContainEqual({ provider_line_id: 'p', state: 'removed' });
  });
});

test('a balance that does not agree is told with its size, and how to go back', async () => {
  const old = await known();
  const fresh = await changedId(undefined, '90.00');
  const { sentence } = await at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
  expect(sentence).toMatch(/the balance differs by 2\.50 USD\. If the two are not one account, take it back\.$/);
});

test('declined, a pair is not proposed again', async () => {
  const pair = { oldAccountId: await known(), newAccountId: await changedId() };
  await at.feeds.declineReplacement(pair, 'Ada');
  expect(await at.feeds.proposeReplacements()).toEqual([]);
  expect(await at.feeds.replacements()).toMatchObject([{ state: 'declined', undoable: false }]);
});

test('an old id that the bank shows again is an account of its own', async () => {
  const old = await known();
  const fresh = await changedId();
  const { replacementId } = await at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
  at.bank.accounts = [anAccount('acc-9'), anAccount('acc-1', { name: 'Operating' })];
  await at.feeds.syncFeed(at.feedId);
  expect((await accounts()).map(({ id, providerAccountId }) => [id, providerAccountId]).sort()).toEqual(
    [
      [old, 'acc-9'],
      [fresh, 'acc-1'],
    ].sort(),
  );
  await expect(at.feeds.undoReplacement(replacementId, 'Ada')).rejects.toMatchObject({ code: 'stale' });
});

describe('what is no such pair is refused in plain words, and nothing changes', () => {
  test('an account that the bank still shows', async () => {
    const old = await known();
    const fresh = await changedId();
    at.bank.accounts = [anAccount('acc-1'), anAccount('acc-9')];
    await at.feeds.syncFeed(at.feedId);
    const accept = at.feeds.acceptReplacement({ oldAccountId: old, newAccountId: fresh }, 'Ada');
    await expect(accept).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringMatching(/shows Operating again/),
    });
  });

  test('a new account that is mapped already, or in another currency, or whose history is on its way', async () => {
    const old = await known();
    const fresh = await changedId();
    const pair = { oldAccountId: old, newAccountId: fresh };
    const set = (table: 'feed' | 'feed_account', id: string, values: object) =>
      at.store.write((trx) => trx.updateTable(table).set(values).where('id', '=', id).execute());
    await set('feed_account', fresh, { currency: 'EUR' });
    await expect(at.feeds.acceptReplacement(pair, 'Ada')).rejects.toMatchObject({ code: 'usage' });
    await set('feed_account', fresh, { currency: 'USD' });
    await set('feed', at.feedId, { history: 'partial' });
    await expect(at.feeds.acceptReplacement(pair, 'Ada')).rejects.toMatchObject({ code: 'not_ready' });
    await set('feed', at.feedId, { history: 'complete' });
    await map(fresh);
    await expect(at.feeds.acceptReplacement(pair, 'Ada')).rejects.toMatchObject({ repair: 'edit_mapping' });
    await expect(at.feeds.acceptReplacement({ ...pair, newAccountId: old }, 'Ada')).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(at.feeds.acceptReplacement({ ...pair, newAccountId: 'x' }, 'Ada')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await accounts()).map(({ providerAccountId }) => providerAccountId)).toEqual(['acc-1', 'acc-9']);
  });
});

test('an account of another currency or persistent id is not proposed, whatever its looks', async () => {
  await known();
  at.bank.accounts = [anAccount('acc-9', { currency: 'EUR' })];
  await at.feeds.syncFeed(at.feedId);
  expect(await at.feeds.proposeReplacements()).toEqual([]);
});
