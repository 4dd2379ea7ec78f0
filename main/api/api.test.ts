import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_DAY, type PracticeApi, practiceApi } from '../../test/support/practice-api.ts';
import type { Api } from './executor.ts';

/** The main job on the practice company, through the API alone, in the order in which a person does it. */
let practice: PracticeApi;
let api: Api;
beforeAll(async () => {
  practice = await practiceApi();
  api = practice.api;
});
afterAll(() => practice.close());

async function entities() {
  const [erp] = (await api.run('connections.list', {})).filter((connection) => connection.role === 'ledger');
  if (!erp) throw new Error('no ledger');
  return erp;
}

async function firstId(filter: NonNullable<Parameters<typeof review>[0]>): Promise<string> {
  const [item] = (await review(filter)).items;
  if (!item) throw new Error('no such entry');
  return item.id;
}

/** An entry that nothing has coded. */
async function uncoded(): Promise<string> {
  const { items } = await review({ states: ['needs_person'], kinds: ['entry'] });
  const found = items.find(({ offsets }) => offsets[0]?.account === null);
  if (!found) throw new Error('everything is coded');
  return found.id;
}

const review = (filter: Parameters<typeof api.run<'queue.list'>>[1]['filter']) => api.run('queue.list', { filter });

test('a setup document connects banks and ERP; applying it again changes nothing', async () => {
  const first = await api.run('setup.apply', { document: JSON.parse(JSON.stringify(practice.setup)) });
  expect(first.connections.map(({ outcome }) => outcome)).toEqual(['created', 'created']);
  expect(first.feeds).toHaveLength(3);
  const again = await api.run('setup.apply', { document: JSON.parse(JSON.stringify(practice.setup)) });
  expect(
    Object.values(again)
      .flat()
      .filter(({ outcome }) => outcome !== 'unchanged'),
  ).toEqual([]);
  const { document } = await api.run('setup.export', {});
  expect(document).toMatchObject({ connections: [{ name: 'Harbor banks' }, { name: 'Harbor D365' }] });
});

test('a connection is checked step by step, and a wrong legal entity is the step that fails', async () => {
  const erp = await entities();
  const well = await api.run('connections.check', { connectionId: erp.id, legalEntity: 'HPGR' });
  expect(well).toMatchObject({ ok: true, steps: [{ ok: true }, { ok: true }, { ok: true }] });
  const ill = await api.run('connections.check', { connectionId: erp.id, legalEntity: 'NONE' });
  expect(ill.steps.at(-1)).toMatchObject({ ok: false, error: { code: 'not_permitted', repair: 'ask_administrator' } });
  const [banks] = (await api.run('connections.list', {})).filter((connection) => connection.role === 'feed');
  const checked = await api.run('connections.check', { connectionId: banks?.id ?? '' });
  expect(checked.ok).toBe(true);
  expect(checked.steps).toHaveLength(5);
});

test('pickers know accounts by number and name, and mappings hold against the live ERP', async () => {
  const { id: connectionId } = await entities();
  expect((await api.run('ledger.entities', { connectionId })).map((entity) => entity.id)).toContain('HPGM');
  const reference = await api.run('ledger.reference', { connectionId, legalEntity: 'HPGM' });
  expect(reference.bankAccounts.map((bank) => bank.id)).toContain('HPGM-OPER');
  expect(JSON.stringify(reference)).not.toMatch(/\d{9,}/);
  const about = { connectionId, legalEntity: 'HPGM' };
  const [water] = await api.run('ledger.search', { ...about, kind: 'ledger', query: 'water' });
  expect(water).toMatchObject({ code: '604000', usable: true });
  const [byNumber] = await api.run('ledger.search', { ...about, kind: 'ledger', query: '6040' });
  expect(byNumber?.code).toBe('604000');
  const [{ name: dimension } = { name: '' }] = reference.dimensions;
  expect(await api.run('ledger.search', { ...about, kind: 'dimension', dimension })).not.toEqual([]);
  const named = await api.run('ledger.names', { ...about, codes: [{ accountType: 'ledger', account: '604000' }] });
  expect(named[0]?.name).toBe(water?.name);
  const validated = await api.run('mappings.validate', {});
  expect(validated.filter(({ ok }) => !ok)).toEqual([]);
  expect(validated).toHaveLength(7);
});

test('an account without a mapping gets candidates with their reasons', async () => {
  const mapped = (await api.run('mappings.list', {})).find(({ mapping }) => mapping !== null);
  const mapping = mapped?.mapping;
  if (!mapped || !mapping) throw new Error('no mapping');
  await api.run('mappings.delete', { id: mapping.id });
  const open = (await api.run('mappings.list', {})).find(({ account }) => account.id === mapped.account.id);
  expect(open).toMatchObject({ mapping: null, missing: [expect.stringContaining('No ledger yet')] });
  for (const feed of (await api.run('connections.list', {})).flatMap(({ feeds }) => feeds))
    await api.run('connections.refreshNumbers', { feedId: feed.id });
  const { proposals, trouble } = await api.run('mappings.propose', {});
  expect(trouble).toEqual([]);
  const mine = proposals.find(({ feedAccountId }) => feedAccountId === mapped.account.id);
  expect(mine?.candidates[0]).toMatchObject({
    ...{ ledgerConnectionId: mapping.ledgerConnectionId, legalEntity: mapping.legalEntity },
    bankAccount: mapping.bankAccount,
  });
  expect(mine?.candidates[0]?.reasons.length).toBeGreaterThan(0);
  const { id: _, ...input } = mapping;
  await expect(api.run('mappings.save', { mappings: [{ ...input, journalName: 'Nonsense' }] })).rejects.toMatchObject({
    code: 'journal_invalid',
    path: 'mappings[0].journalName',
  });
  expect(await api.run('mappings.save', { mappings: [input] })).toMatchObject([{ outcome: 'created' }]);
});

test('a run fetches every bank and proposes entries; the same run again brings nothing', async () => {
  const run = await api.run('sync.run', {});
  expect(run.feeds.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
  expect(run.proposals.made).toBeGreaterThan(100);
  expect(run.ledgerTrouble).toEqual([]);
  const again = await api.run('sync.run', {});
  expect(again.feeds.reduce((sum, feed) => sum + feed.newLines, 0)).toBe(0);
  expect(again.proposals.made).toBe(0);
  const { runs } = await api.run('activity.runs', {});
  expect(runs).toHaveLength(2);
  expect(runs[1]?.story[0]).toMatch(/^Fetched 3 banks: \d,\d{3} new lines\.$/);
  expect((await api.run('activity.pulls', {})).total).toBe(6);
});

test('the queue shows windows of one order, with totals over all of it', async () => {
  const all = await api.run('queue.list', { filter: { tab: 'review' }, limit: 1_000 });
  const second = await api.run('queue.list', { filter: { tab: 'review' }, offset: 10, limit: 5 });
  expect(second.items.map(({ id }) => id)).toEqual(all.items.slice(10, 15).map(({ id }) => id));
  expect(second.total).toBe(all.total);
  expect(second.totals).toEqual(all.totals);
  expect(all.totals.count).toBe(all.total);
  const { ids } = await api.run('queue.ids', { filter: { tab: 'review' } });
  expect(ids.slice(0, 1_000)).toEqual(all.items.map(({ id }) => id));
  const byAmount = await api.run('queue.list', { filter: { tab: 'review' }, sort: { by: 'amount', descending: true } });
  const amounts = byAmount.items.map(({ amount }) => Number(amount.amount));
  expect(amounts).toEqual(amounts.toSorted((a, b) => b - a));
});

test('every filter narrows the queue', async () => {
  const counted = async (filter: Parameters<typeof review>[0]) => (await review(filter)).total;
  const all = await counted({ tab: 'review' });
  const one = (await review({ tab: 'review' })).items.find(({ offsets }) => offsets[0]?.account != null);
  if (!one) throw new Error('no coded entry');
  const size = one.amount.amount.replace('-', '');
  for (const filter of [
    { feedAccountIds: [one.feedAccount.id] },
    { legalEntities: [one.legalEntity] },
    { direction: one.amount.amount.startsWith('-') ? ('out' as const) : ('in' as const) },
    { amountFrom: size, amountTo: size },
    { codedBy: [one.codedBy] },
    { account: one.offsets[0]?.account ?? '' },
    { search: one.reference.slice(0, 17) },
    { from: one.date, to: one.date, kinds: [one.kind], currency: one.amount.currency },
  ]) {
    const found = await review({ tab: 'review', ...filter });
    expect(found.total, JSON.stringify(filter)).toBeGreaterThan(0);
    expect(found.total, JSON.stringify(filter)).toBeLessThan(all);
    const { ids } = await api.run('queue.ids', { filter: { tab: 'review', ...filter } });
    expect(ids).toContain(one.id);
  }
  expect(await counted({ tab: 'review', search: 'no such words anywhere' })).toBe(0);
  expect(await counted({ tab: 'review', feedAccountIds: [] })).toBe(0);
  expect(await counted({ tab: 'review', search: '100%_' })).toBe(0);
  const counts = await api.run('queue.counts', { saved: [{ tab: 'review', search: 'zzz' }, { tab: 'review' }] });
  expect(counts.tabs.review).toBe(all);
  expect(counts.saved).toEqual([0, all]);
});

test('what can be connected is told with the form of its settings and the names of its secrets', async () => {
  const kinds = await api.run('connections.kinds', {});
  expect(kinds).toMatchObject([
    { kind: 'plaid', role: 'feed', secrets: ['secret'], settings: { properties: { clientId: {} } } },
    { kind: 'd365', role: 'ledger', settings: { properties: { tenant: {} } } },
    { kind: 'exact', role: 'ledger', secrets: ['clientSecret', 'webhookSecret'], title: 'Exact Online' },
    { kind: 'file', role: 'feed', secrets: [], title: 'Bank statement files' },
  ]);
  expect(await api.run('accounts.replacements', {})).toEqual([]);
  const { id: connectionId } = await entities();
  expect(await api.run('ledger.refresh', { connectionId, legalEntity: 'HPGS' })).toMatchObject({ missing: [] });
});

test('a proposed transfer is taken apart into two entries', async () => {
  const id = await firstId({ tab: 'review', kinds: ['transfer'] });
  const { ids } = await api.run('proposals.takeApart', { id });
  expect(ids).toHaveLength(2);
  expect((await api.run('queue.get', { id })).item.state).toBe('superseded');
});

test('an entry shows its line, its journal as the ERP will hold it, and why it is coded so', async () => {
  const id =
    (await review({ states: ['ready'], kinds: ['entry'] })).items.find(({ offsets }) => offsets.length === 1)?.id ?? '';
  const { item, lines, journal, reasons } = await api.run('queue.get', { id });
  expect(lines).toHaveLength(1);
  expect(journal?.rows).toHaveLength(1);
  expect(journal?.rows[0]).toMatchObject({
    account: item.account,
    reference: item.reference,
    offset: { accountType: expect.any(String) },
  });
  expect(journal?.period).toContain('2026');
  expect(reasons[0]).toMatchObject({ by: item.codedBy, inForce: true });
});

test('editing, splitting, excluding and undoing are steps that name themselves', async () => {
  const id = await uncoded();
  const before = (await api.run('queue.get', { id })).item;
  const edited = await api.run('proposals.edit', { ids: [id], change: { account: '604000', note: 'looked at' } });
  expect(edited).toEqual({ changed: [id], undo: 'Edited 1 entry' });
  const split = await api.run('proposals.split', {
    id,
    parts: [
      { percent: '33.33', account: '604000' },
      { rest: true, account: '605000' },
    ],
  });
  expect(split.undo).toBe('Split 1 entry into 2');
  const { item, journal } = await api.run('queue.get', { id });
  expect(item.offsets).toHaveLength(2);
  expect(journal?.rows).toHaveLength(3);
  await expect(
    api.run('proposals.edit', { ids: [id], revisions: { [id]: before.revision }, change: { note: 'late' } }),
  ).rejects.toMatchObject({ code: 'stale', path: id });
  expect(await api.run('proposals.steps', {})).toEqual({ undo: 'Split 1 entry into 2', redo: null });
  await api.run('proposals.undo', {});
  await api.run('proposals.redo', {});
  await api.run('proposals.exclude', { ids: [id], reason: 'private' });
  expect((await review({ tab: 'excluded' })).items.map((one) => one.id)).toContain(id);
  await api.run('proposals.include', { ids: [id] });
  expect((await api.run('queue.get', { id })).history.map(({ sentence }) => sentence)).toContain('Excluded: private');
});

test('a rule made from an entry is tested before it is saved, and open entries follow it', async () => {
  const id = await uncoded();
  const { rule } = await api.run('rules.draft', { proposalId: id });
  const coded = { ...rule, name: 'Cash', then: { account: '604000' } };
  const tried = await api.run('rules.test', { rule: coded });
  expect(tried.changes).toBeGreaterThan(0);
  expect(tried.examples[0]).toMatchObject({ after: '604000' });
  expect(await api.run('rules.save', { rule: coded })).toMatchObject({ outcome: 'created' });
  expect((await api.run('queue.recode', {})).changed).toBeGreaterThan(0);
  expect((await api.run('queue.get', { id })).item).toMatchObject({ codedBy: 'rule', ruleName: 'Cash' });
  const saved = (await api.run('rules.list', {})).find(({ document }) => document.name === 'Cash');
  expect(saved?.sentence).toContain('account 604000');
  expect(await api.run('rules.order', { names: ['Cash'] })).toEqual({ changed: true });
  await api.run('rules.enable', { id: saved?.id ?? '', enabled: false });
  await api.run('rules.delete', { id: saved?.id ?? '' });
});

test('approving all that is ready is previewed, done as one step, and says what it skips', async () => {
  const needy = await uncoded();
  const skipped = await api.run('proposals.approve', { ids: [needy] });
  expect(skipped).toMatchObject({ changed: [], undo: null, skipped: [{ id: needy }] });
  const preview = await api.run('proposals.approvalPreview', {});
  const approved = await api.run('proposals.approveReady', {});
  expect(approved.changed).toHaveLength(preview.ready.count);
  const [first = ''] = approved.changed;
  expect(await api.run('proposals.unapprove', { ids: [first] })).toMatchObject({ changed: [first] });
  expect((await api.run('proposals.approve', { ids: [first] })).changed).toEqual([first]);
});

test('what Post will make is shown beforehand, and is what it makes', async () => {
  const preview = await api.run('post.preview', {});
  const entries = preview.journals.reduce((sum, journal) => sum + journal.entries, 0);
  expect(preview.unfinished).toBe(0);
  const posted = await api.run('post.run', {});
  // Coded by hand above, to an account that wants a cost centre.
  const { notPosted } = posted;
  expect(notPosted.map(({ error }) => error?.code)).toEqual(notPosted.map(() => 'dimension_missing'));
  expect(posted).toMatchObject({ posted: entries - notPosted.length, unknown: 0, different: 0, failures: [] });
  const made = await api.run('activity.journals', { limit: 1_000 });
  expect(made.journals).toHaveLength(preview.journals.length);
  const whole = made.journals.filter(({ reference }) => preview.journals.some((one) => one.reference === reference));
  expect(whole.length).toBeGreaterThan(preview.journals.length - 1 - notPosted.length);
  const [journal] = made.journals;
  const { entries: rows } = await api.run('activity.journal', { id: journal?.id ?? '' });
  expect(rows).toHaveLength(journal?.entries ?? -1);
  const voucher = rows.find((row) => row.voucher !== null)?.voucher ?? 'none';
  const found = await api.run('activity.journals', { search: voucher });
  expect(found.journals.map(({ id }) => id)).toEqual([journal?.id]);
});

test('a refused entry says what to repair, and is posted alone once it is', async () => {
  const { entries } = await api.run('activity.exceptions', {});
  const [refused] = entries;
  if (!refused) throw new Error('nothing was refused');
  expect(refused.error?.sentence).toContain('CostCenter');
  expect(await api.run('activity.retry', { id: refused.id })).toMatchObject({ state: 'refused' });
  await api.run('proposals.edit', { ids: [refused.id], change: { dimensions: { CostCenter: '010' } } });
  expect(await api.run('activity.retry', { id: refused.id })).toEqual({ id: refused.id, state: 'posted', error: null });
  expect((await api.run('activity.exceptions', {})).totalEntries).toBe(entries.length - 1);
});

test('posted entries are followed until the ERP has posted its journals', async () => {
  expect(await api.run('post.follow', {})).toMatchObject({ inLedger: 0, gone: 0, different: 0 });
  practice.host.world.d365.control.postJournals();
  const { states } = await api.run('queue.counts', {});
  expect(await api.run('post.follow', {})).toMatchObject({ inLedger: states.posted, open: 0, gone: 0, different: 0 });
});

test('every account ties out: the open items explain the difference to zero', async () => {
  const reconciled = await api.run('reconcile.run', { dates: [FIRST_DAY] });
  expect(reconciled).toHaveLength(7);
  expect(reconciled.filter(({ explained }) => !explained)).toEqual([]);
  const { reconciliations, total } = await api.run('reconcile.list', { newest: true });
  expect(total).toBe(7);
  expect(reconciliations[0]?.openItems).toEqual(
    reconciled.find((one) => one.feedAccountId === reconciliations[0]?.feedAccountId)?.openItems,
  );
});

test('a ledger that takes nothing back offers the linked reversal alone', async () => {
  const id = await firstId({ tab: 'posted', kinds: ['entry'] });
  expect(await api.run('proposals.takeBackPreview', { id })).toEqual({
    ...{ possible: false, sentence: null, journalNumber: null, others: 0 },
  });
  await expect(api.run('proposals.takeBack', { id })).rejects.toMatchObject({ code: 'not_supported' });
});

test('a posted entry is reversed by a linked one, and its line comes back', async () => {
  const id = await firstId({ tab: 'posted', kinds: ['entry'] });
  const { ids } = await api.run('proposals.reverse', { id });
  await api.run('proposals.approve', { ids });
  const posted = await api.run('post.run', { ids });
  expect(posted.posted).toBe(ids.length);
  const { item, related } = await api.run('queue.get', { id });
  expect(item.state).toBe('reversed');
  expect(related).toMatchObject([{ kind: 'reversal', state: 'posted' }]);
});

test('a line’s story goes from the bank’s record to the voucher', async () => {
  const id = await firstId({ states: ['posted'], kinds: ['entry'] });
  const story = await api.run('line.story', { proposalId: id });
  expect(JSON.parse(story.line.payload)).toMatchObject({ transaction_id: story.line.providerLineId });
  expect(story.proposals).toMatchObject([{ id, place: true }]);
  expect(story.postings[0]).toMatchObject({ state: 'posted', voucher: expect.any(String) });
  expect(story.events.map(({ action }) => action)).toContain('posting.confirmed');
  expect(await api.run('line.story', { lineId: story.line.id })).toEqual(story);
});

test('lines are found by text, metadata and account words, with totals', async () => {
  const found = await api.run('lines.search', { search: 'water', states: ['booked'], limit: 3 });
  expect(found.total).toBeGreaterThan(3);
  expect(found.totals.count).toBe(found.total);
  const [line] = found.lines;
  const exact = await api.run('lines.search', { search: line?.mask ?? '', from: line?.date, to: line?.date });
  expect(exact.lines.map(({ id }) => id)).toContain(line?.id);
  const everywhere = await api.run('search.all', { query: 'water' });
  expect(new Set(everywhere.map(({ kind }) => kind))).toEqual(
    new Set(['feedAccount', 'entry', 'line', 'party', 'ledgerAccount', 'rule']),
  );
});

test('the first screen adds up: positions, what waits, health, the latest run', async () => {
  const today = await api.run('today.get', {});
  expect(today.entities.map(({ legalEntity }) => legalEntity).sort()).toEqual(['HPGM', 'HPGR', 'HPGS']);
  for (const { positions } of today.entities)
    for (const { bank, ledger, difference } of positions)
      expect(Number(bank.amount) - Number(ledger?.amount)).toBeCloseTo(Number(difference?.amount), 2);
  const { tabs } = await api.run('queue.counts', {});
  expect(today.entities.reduce((sum, entity) => sum + entity.toReview, 0)).toBe(tabs.review);
  expect(today.health.map(({ state }) => state)).toEqual(today.health.map(() => 'healthy'));
  expect(today.lastRun?.story[0]).toContain('Fetched 3 banks');
  expect(today.nextRun).toBe('2026-11-06T12:00:00.000Z');
  const cash = await api.run('today.cash', { days: 30 });
  expect(cash.currency).toBe('USD');
  const account = cash.accounts[0];
  const [live] = (await api.run('accounts.list', {})).filter(({ id }) => id === account?.account.id);
  expect(account?.points.at(-1)?.balance.amount).toBe(live?.balance?.current?.amount);
  const ageing = await api.run('today.ageing', {});
  expect(ageing.accounts.every(({ values }) => values.length === ageing.buckets.length)).toBe(true);
});

test('the trail is searched, verified, and knows who did what', async () => {
  const approvals = await api.run('audit.search', { filter: { action: 'proposal.approved', actor: 'Ada' } });
  expect(approvals.events[0]?.about).toMatchObject({ name: expect.any(String), amount: { currency: 'USD' } });
  expect(approvals.total).toBeGreaterThan(0);
  expect((await api.run('audit.names', {})).actors).toContain('Ada');
  expect((await api.run('audit.search', { filter: { to: '2026-11-01' } })).total).toBe(0);
  expect(await api.run('audit.verify', {})).toMatchObject({ verified: true, firstBroken: null });
});

test('a row that could not be read waits until a person settles it', async () => {
  const { rows } = await api.run('activity.exceptions', {});
  const [row] = rows;
  if (!row) throw new Error('the practice banks sent no odd row');
  await expect(api.run('activity.settleException', { id: row.id, note: '  ' })).rejects.toMatchObject({ path: 'note' });
  await expect(api.run('activity.settleException', { id: 'x', note: 'n' })).rejects.toMatchObject({
    code: 'not_found',
  });
  await api.run('activity.settleException', { id: row.id, note: 'booked by hand' });
  expect((await api.run('activity.exceptions', {})).rows).toHaveLength(rows.length - 1);
});

test('settings, views, backups and keys are kept', async () => {
  const { schedule } = await api.run('settings.get', {});
  await api.run('settings.save', { schedule: { ...schedule, enabled: false, times: [] } });
  expect((await api.run('today.get', {})).nextRun).toBeNull();
  await api.run('views.save', { screen: 'review', name: 'Big ones', state: { filter: { amountFrom: '1000' } } });
  expect(await api.run('views.list', { screen: 'review' })).toMatchObject([{ name: 'Big ones' }]);
  await api.run('views.delete', { screen: 'review', name: 'Big ones' });
  expect(await api.run('views.list', { screen: 'review' })).toEqual([]);
  const made = await api.run('backup.make', {});
  expect(await api.run('backup.list', {})).toEqual([made]);
  await api.run('vault.rotateKey', {});
  expect(await api.run('workspace.about', {})).toMatchObject({
    actor: 'Ada',
    environments: ['sandbox'],
    today: '2026-11-06',
    versions: { schema: expect.any(Number) },
  });
});

test('a bank is linked in the browser, repaired, given an address for notices, and removed', async () => {
  const [banks] = (await api.run('connections.list', {})).filter((connection) => connection.role === 'feed');
  const connectionId = banks?.id ?? '';
  const [feed] = banks?.feeds ?? [];
  if (!feed) throw new Error('no bank');
  const session = await api.run('connections.startLink', { connectionId, feedId: feed.id });
  const about = { connectionId, linkToken: session.linkToken };
  expect(session.hostedUrl).toMatch(/^http/);
  expect(await api.run('connections.pollLink', about)).toEqual({ state: 'waiting' });
  practice.host.world.plaid.control.completeLink(session.linkToken, null);
  const repaired = await api.run('connections.finishLink', { ...about, feedId: feed.id });
  expect(repaired).toMatchObject({ state: 'linked', feeds: [{ feedId: feed.id, outcome: 'repaired' }] });
  await api.run('connections.setWebhook', { feedId: feed.id, url: 'https://example.com/hooks' });
  await api.run('connections.refreshBalances', { feedId: feed.id });
  const preview = await api.run('connections.removalPreview', { feedId: feed.id });
  expect(preview.lines).toBeGreaterThan(0);
  await api.run('connections.removeFeed', { feedId: feed.id });
  const removed = (await api.run('connections.list', {}))
    .flatMap(({ feeds }) => feeds)
    .find(({ id }) => id === feed.id);
  expect(removed?.state).toBe('removed');
});
