import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';
import { FIRST_DAY } from '../../test/support/practice-api.ts';

/** The main job by command line on the practice company, one command after another, as a person or a script does it. */
let cli: CliWorld;
beforeAll(() => {
  cli = cliWorld();
});
afterAll(() => cli.close());

type Entry = { id: string; state: string; offsets: Array<{ account: string | null }>; amount: { amount: string } };

async function entries(...filter: string[]): Promise<Entry[]> {
  const { document } = await cli.json('queue', ...filter);
  return document.items as Entry[];
}

async function uncoded(): Promise<string> {
  const found = (await entries('--state', 'needs_person')).find(({ offsets }) => offsets[0]?.account === null);
  if (!found) throw new Error('everything is coded');
  return found.id;
}

test('an empty workspace says what to do first', async () => {
  expect((await cli.run('connections')).out).toContain('daybook setup apply FILE');
  expect((await cli.run('sync')).out).toContain('No bank is linked yet.');
  expect(await cli.json('queue')).toEqual({
    exit: 0,
    document: { total: 0, totals: { count: 0, currencies: [] }, items: [] },
  });
  expect((await cli.run('reconcile')).out).toContain('No account is mapped yet.');
});

test('setup apply names the wrong field with its path and changes nothing', async () => {
  const wrong = join(cli.folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({ connections: [{ kind: 'plaid', name: 'X', environment: 'test' }] }));
  expect(await cli.json('setup', 'apply', wrong)).toMatchObject({
    exit: 1,
    document: { error: { code: 'setup_invalid', path: 'connections[0].environment' } },
  });
  writeFileSync(wrong, '{ "connections": [');
  expect((await cli.json('setup', 'apply', wrong)).document).toMatchObject({ error: { code: 'setup_invalid' } });
  expect((await cli.json('setup', 'apply', join(cli.folder, 'none.json'))).exit).toBe(2);
  expect((await cli.json('connections')).document).toEqual({ connections: [] });
});

test('a secret that the environment does not hold is named', async () => {
  const kept = cli.env.TOKEN_CASCADE;
  cli.env.TOKEN_CASCADE = undefined;
  expect((await cli.json('setup', 'apply', join(cli.folder, 'setup.json'))).document).toMatchObject({
    error: { code: 'secret_missing', sentence: expect.stringContaining('TOKEN_CASCADE') },
  });
  cli.env.TOKEN_CASCADE = kept;
});

test('setup apply connects everything once; again it changes nothing', async () => {
  const first = await cli.json('setup', 'apply', join(cli.folder, 'setup.json'));
  expect(first).toMatchObject({ exit: 0, document: { changed: true, feeds: [{}, {}, {}] } });
  const again = await cli.run('setup', 'apply', join(cli.folder, 'setup.json'));
  expect(again.out).toContain('Nothing changed.');
  expect((await cli.json('setup', 'apply', join(cli.folder, 'setup.json'))).document.changed).toBe(false);
  expect((await cli.json('connections')).document.connections).toHaveLength(2);
  expect((await cli.run('accounts')).out).toMatch(/Operating Account ··4011 .* HPGR HPGR-OPER/);
});

test('setup export gives back a document that changes nothing, with no secret in it', async () => {
  const { document } = await cli.json('setup', 'export');
  const text = JSON.stringify(document);
  for (const [name, secret] of Object.entries(cli.env))
    if (/SECRET|TOKEN/.test(name)) expect(text).not.toContain(String(secret));
  expect(document).toMatchObject({ connections: [{ secret: { env: 'PRACTICE_PLAID_SECRET' } }, {}] });
});

test('a connection is checked by name, and a name that is not there is wrong usage', async () => {
  expect(await cli.json('connections', 'check', 'Harbor D365', '--entity', 'HPGM')).toMatchObject({ exit: 0 });
  expect(await cli.json('connections', 'check', 'Nobody')).toMatchObject({
    exit: 2,
    document: { error: { code: 'usage' } },
  });
});

test('sync tells each bank’s result and ends with 3 while something needs a person', async () => {
  const { exit, document } = await cli.json('sync');
  expect(exit).toBe(3);
  expect(document.feeds).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }, { outcome: 'applied' }]);
  expect(document.newLines).toBeGreaterThan(100);
  const again = await cli.run('sync');
  expect(again.out).toContain('0 new lines.');
  expect(again.err).toContain('Fetching');
});

test('the queue is filtered, limited, and written to a file', async () => {
  const shown = await cli.run('queue', '--limit', '3');
  expect(shown.out.split('\n').filter((line) => line.includes('prop_'))).toHaveLength(3);
  expect(shown.err).toMatch(/Showing 3 of \d+/);
  expect((await cli.json('queue', '--account', '4011', '--limit', '5')).document.items).toHaveLength(5);
  expect(await cli.json('queue', '--account', '9999')).toMatchObject({ exit: 2 });
  expect(await cli.json('queue', '--from', '2026-02-30')).toMatchObject({
    exit: 2,
    document: { error: { path: 'filter.from' } },
  });
  const file = join(cli.folder, 'queue.csv');
  expect((await cli.json('queue', '--tab', 'review', '--out', file)).exit).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('Counterparty');
});

test('an entry is shown, edited, split, excluded, included, undone', async () => {
  const id = await uncoded();
  expect((await cli.run('show', id)).out).toContain('No journal yet: an account is missing.');
  expect((await cli.json('edit', '--id', id)).exit).toBe(2);
  expect((await cli.json('edit', '--id', id, '--dimension', 'CostCenter')).exit).toBe(2);
  await cli.run('edit', '--id', id, '--account', '604000', '--dimension', 'CostCenter=010', '--note', 'seen');
  expect(await cli.json('split', '--id', id, '--part', '60%:604000', '--part', 'rest:619000')).toMatchObject({
    exit: 0,
  });
  expect((await cli.json('split', '--id', id, '--part', 'sixty:604000')).exit).toBe(2);
  expect((await cli.json('undo')).document.sentence).toContain('Split');
  expect((await cli.json('undo', '--redo')).document.sentence).toContain('Split');
  await cli.run('undo');
  expect(await cli.json('exclude', '--id', id, '--reason', 'private')).toMatchObject({
    exit: 0,
    document: { changed: [id] },
  });
  expect((await entries('--tab', 'excluded')).map((entry) => entry.id)).toContain(id);
  expect(await cli.json('include', '--id', id)).toMatchObject({ exit: 0 });
  expect((await cli.json('undo')).exit).toBe(0);
  expect((await cli.json('undo')).exit).toBe(0);
});

test('approve wants to know what, skips what cannot be approved, and takes all that is ready', async () => {
  expect((await cli.json('approve')).exit).toBe(2);
  expect((await cli.json('approve', '--all-ready', '--id', 'x')).exit).toBe(2);
  const id = await uncoded();
  expect(await cli.json('approve', '--id', id)).toMatchObject({
    exit: 3,
    document: { approved: 0, skipped: [{ id }] },
  });
  const [one] = await entries('--state', 'ready');
  expect(await cli.json('approve', '--id', one?.id ?? '')).toMatchObject({ exit: 0, document: { approved: 1 } });
  expect(await cli.json('unapprove', '--id', one?.id ?? '')).toMatchObject({ exit: 0 });
  const all = await cli.json('approve', '--all-ready');
  expect(all.document.approved).toBeGreaterThan(100);
  expect((await entries('--state', 'ready')).length).toBe(0);
});

test('post shows its journals first, posts once, follows, and posts nothing the second time', async () => {
  const preview = await cli.json('post', '--preview');
  const journals = preview.document.journals as Array<{ entries: number }>;
  expect((await entries('--state', 'posted')).length).toBe(0);
  const posted = await cli.json('post');
  expect(posted).toMatchObject({ exit: 0, document: { refused: 0, unknown: 0, journals: journals.length } });
  expect(posted.document.followed).toMatchObject({ gone: 0, different: 0 });
  expect(await cli.json('post')).toMatchObject({ exit: 0, document: { posted: 0, journals: 0 } });
  expect((await cli.run('journals')).out).toContain('BankFeed');
  cli.host.world.d365.control.postJournals();
  expect(await cli.json('follow')).toMatchObject({ exit: 0, document: { open: 0 } });
});

test('reconcile explains every difference by named items', async () => {
  const { exit, document } = await cli.json('reconcile', '--date', FIRST_DAY, '2026-11-03');
  expect(exit).toBe(0);
  expect(document.reconciliations).toHaveLength(14);
  expect((await cli.run('reconcile', '--date', FIRST_DAY)).out).toContain('explained');
});

test('a posted entry is reversed by approving and posting its reversal', async () => {
  const [posted] = await entries('--tab', 'posted');
  const { document } = await cli.json('reverse', '--id', posted?.id ?? '');
  await cli.run('approve', '--id', ...(document.ids as string[]));
  expect(await cli.json('post')).toMatchObject({ exit: 0, document: { posted: 1 } });
  expect((await entries('--state', 'reversed')).map(({ id }) => id)).toEqual([posted?.id]);
});

test('an entry that was changed in the ledger is not declared missing while it is there; its version is accepted', async () => {
  const { document } = await cli.json('queue', '--tab', 'posted');
  const items = document.items as Array<{ id: string; kind: string; legalEntity: string; journalNumber: string }>;
  const open = items.find(({ kind }) => kind === 'reversal');
  if (!open) throw new Error('the reversal is not posted');
  const line = [open.legalEntity, open.journalNumber, '1'];
  cli.host.world.d365.control.changeRecord('LedgerJournalLines', line, { TransDate: '2026-11-01T12:00:00Z' });
  expect((await cli.json('follow')).document).toMatchObject({ different: 1 });
  const refused = await cli.run('declare-missing', '--id', open.id);
  expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('The ledger still holds this entry') });
  expect((await entries('--state', 'different')).map(({ id }) => id)).toEqual([open.id]);
  expect(await cli.run('accept-ledger', '--id', open.id)).toMatchObject({ exit: 0 });
  expect(await entries('--state', 'different')).toEqual([]);
});

test('a ledger into which accounts post is not removed, and nothing is without --yes', async () => {
  const { document } = await cli.json('connections');
  const all = document.connections as Array<{ name: string; kind: string }>;
  const named = (kind: string) => all.find((one) => one.kind === kind)?.name ?? '';
  const refused = await cli.run('connections', 'remove', named('d365'), '--yes');
  expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('7 accounts post into') });
  expect((await cli.json('connections', 'remove', named('plaid'))).document).toMatchObject({ removed: false });
  expect(await cli.run('connections', 'remove')).toMatchObject({ exit: 2 });
  expect((await cli.json('connections')).document.connections).toHaveLength(2);
});

test('status, lines, a line’s story, exceptions and rules are there for people and scripts', async () => {
  expect((await cli.json('status')).document).toMatchObject({ needsPerson: true, entities: [{}, {}, {}] });
  expect((await cli.run('status')).out).toContain('HPGM');
  const { document } = await cli.json('lines', 'water', '--account', '4011', '--state', 'booked');
  const line = (document.lines as Array<{ id: string; proposalState: string }>).find(
    (one) => one.proposalState === 'posted',
  );
  expect((await cli.run('line', line?.id ?? '')).out).toContain('In the ledger: journal');
  const { rows } = (await cli.json('exceptions')).document as { rows: Array<{ id: string }> };
  expect(await cli.json('settle', '--id', rows[0]?.id ?? '', '--note', 'by hand')).toMatchObject({ exit: 0 });
  expect((await cli.json('settle', '--id', rows[0]?.id ?? '', '--note', 'again')).exit).toBe(1);
  const { rules } = (await cli.json('rules')).document as { rules: Array<{ document: { name: string } }> };
  const [first] = rules;
  expect((await cli.json('rules', 'test', '--name', first?.document.name ?? '')).document.changes).toBe(0);
  const file = join(cli.folder, 'rule.json');
  writeFileSync(file, JSON.stringify({ ...first?.document, when: { field: 'nonsense', is: 'x' } }));
  expect(await cli.json('rules', 'test', file)).toMatchObject({
    exit: 1,
    document: { error: { code: 'setup_invalid' } },
  });
});

test('the trail verifies, is searched, and is exported in each form', async () => {
  expect(await cli.json('audit', 'verify')).toMatchObject({ exit: 0, document: { verified: true } });
  expect((await cli.run('audit', 'search', '--action', 'proposal.excluded')).out).toContain('private');
  const lines = (await cli.run('audit', 'export')).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, index) => index + 1));
  expect((await cli.run('audit', 'export', '--format', 'csv')).out).toContain('"seq"');
  const file = join(cli.folder, 'trail.xlsx');
  expect(await cli.json('audit', 'export', '--out', file)).toMatchObject({ exit: 0, document: { format: 'xlsx' } });
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
  expect((await cli.json('audit', 'export')).document).toMatchObject({ encoding: 'utf8' });
});

test('--as names who acted in the trail', async () => {
  await cli.run('exclude', '--id', await uncoded(), '--reason', 'x', '--as', 'Grace');
  const { document } = await cli.json('audit', 'search', '--actor', 'Grace');
  expect(document.total).toBe(1);
});

test('a backup is restored in place; the replaced file stays', async () => {
  const made = await cli.json('backup');
  const { path } = made.document as { path: string };
  expect((await cli.run('backup', '--list')).out).toContain('.backup');
  expect((await cli.json('backup', path)).exit).toBe(2);
  const before = (await entries()).length;
  await cli.run('exclude', '--id', await uncoded(), '--reason', 'after the backup');
  const restored = await cli.json('restore', path);
  expect(restored.exit).toBe(0);
  expect(existsSync(String(restored.document.replaced))).toBe(true);
  expect((await entries()).length).toBe(before);
  expect((await cli.json('restore', join(cli.folder, 'setup.json'))).exit).toBe(1);
  expect((await cli.json('restore', join(cli.folder, 'none'))).exit).toBe(2);
});

test('passphrase and key are changed; a wrong or missing passphrase loses nothing', async () => {
  expect(await cli.json('vault', 'rotate')).toMatchObject({ exit: 0 });
  cli.env.DAYBOOK_NEW_PASSPHRASE = 'next';
  expect(await cli.json('vault', 'passphrase')).toMatchObject({ exit: 0 });
  expect(await cli.json('status')).toMatchObject({ exit: 1, document: { error: { code: 'vault_wrong_passphrase' } } });
  cli.env.DAYBOOK_PASSPHRASE = undefined;
  expect(await cli.json('status')).toMatchObject({
    exit: 1,
    document: { error: { code: 'vault_locked', sentence: expect.stringContaining('DAYBOOK_PASSPHRASE') } },
  });
  cli.typed = 'next';
  expect((await cli.json('queue')).exit).toBe(0);
  cli.env.DAYBOOK_PASSPHRASE = 'next';
});

test('when no bank could be fetched, sync fails with the reason; one that waits for its person is said and ends with 3', async () => {
  const { faults, failItems } = cli.host.world.plaid.control;
  faults.add({ kind: 'server_error', path: '/transactions/sync' });
  expect(await cli.json('sync')).toMatchObject({
    exit: 1,
    document: { error: { code: 'provider_busy', repair: 'wait' } },
  });
  faults.clear();
  failItems('tidewater', 'ITEM_LOGIN_REQUIRED');
  const { exit, document } = await cli.json('sync');
  expect(exit).toBe(3);
  const errors = (document.feeds as Array<{ error: unknown }>).flatMap(({ error }) => error ?? []);
  expect(errors).toMatchObject([{ code: 'login_required', repair: 'sign_in_again' }]);
  expect((await cli.json('status')).document).toMatchObject({ needsPerson: true });
});

test('Ctrl-C stops at the next safe point', async () => {
  const running = cli.run('sync', '--json');
  while (
    !(await Promise.race([running.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 1, false))]))
  )
    cli.interrupt();
  const { exit, out, err } = await running;
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'cancelled' } });
  expect(err).toContain('Stopping at the next safe point');
  expect((await cli.json('audit', 'verify')).document.verified).toBe(true);
});

test.each([
  [['nonsense']],
  [['queue', '--nonsense']],
  [['queue', '--tab', 'nonsense']],
  [['queue', '--limit', 'many']],
  [['exclude', '--id', 'x']],
  [['setup']],
  [['setup', 'apply']],
  [[]],
])('wrong usage %j ends with 2 and one JSON document', async (argv) => {
  const { exit, document } = await cli.json(...argv);
  expect(exit).toBe(2);
  expect(document).toMatchObject({ error: { code: 'usage', sentence: expect.stringMatching(/^[A-Z].*\.$/) } });
  const plain = await cli.run(...argv);
  expect(plain.exit).toBe(2);
  expect(plain.out).toBe('');
  expect(plain.err).not.toBe('');
});

test('help and version go to stdout and end with 0', async () => {
  expect(await cli.run('--help')).toMatchObject({ exit: 0, out: expect.stringContaining('Exit codes') });
  expect(await cli.run('--version')).toMatchObject({ exit: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(await cli.json('approve', '--help')).toMatchObject({
    exit: 0,
    document: { help: expect.stringContaining('--all-ready') },
  });
});

test('what a bank writes cannot steer the terminal', async () => {
  const { inert } = await import('./io.ts');
  expect(inert('a\u001b[2Jb\u202Ec\u0007')).toBe('a [2Jb c ');
});
