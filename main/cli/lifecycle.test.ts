import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';

let cli: CliWorld;
beforeAll(async () => {
  cli = cliWorld();
  expect(await cli.run('setup', 'apply', join(cli.folder, 'setup.json'))).toMatchObject({ exit: 0 });
  await cli.run('sync');
}, 60_000);
afterAll(() => cli.close());

const life = () => cli.host.world.plaid.control.life;

test('the list names each state in plain words, the command that repairs it, and what a repair brought', async () => {
  life().breakLogin('tidewater');
  await cli.run('sync');
  const { out } = await cli.run('connections');
  expect(out).toContain('sign-in needed');
  expect(out).toMatch(/To repair .+: daybook connections link "Harbor banks" --feed feed_/);
  life().repairLogin('tidewater');
  await cli.run('sync');
  expect((await cli.run('connections')).out).toMatch(/Repaired: \d+ new lines? fetched since /);
  const history = await cli.run('connections', 'history', 'Tidewater Bank');
  expect(history.out).toContain('works → sign-in needed');
  expect(await cli.run('connections', 'history', 'nobody')).toMatchObject({ exit: 2 });
});

test('accounts whose id changed are put together, kept apart and taken back by command', async () => {
  expect((await cli.run('accounts', 'replacements')).out).toContain('No account seems to have got a new id.');
  life().changeAccountIds('tidewater');
  await cli.run('sync');
  const { document, exit } = await cli.json('accounts', 'replacements');
  const [one, two] = document.replacements as Array<{ oldAccountId: string; newAccountId: string }>;
  expect(exit).toBe(3);
  const replaced = await cli.run('accounts', 'replace', one?.oldAccountId ?? '', one?.newAccountId ?? '');
  expect(replaced.out).toMatch(/the balance ties out\.\nTo take it back: daybook accounts undo-replace repl_/);
  const apart = await cli.run('accounts', 'keep-apart', two?.oldAccountId ?? '', two?.newAccountId ?? '');
  expect(apart).toMatchObject({ exit: 0 });
  const after = (await cli.json('accounts', 'replacements')).document;
  const decided = after.decided as Array<{ id: string; state: string; undoable: boolean }>;
  expect(decided.map(({ state }) => state).sort()).toEqual(['accepted', 'declined']);
  const id = decided.find(({ undoable }) => undoable)?.id ?? '';
  expect((await cli.run('accounts', 'undo-replace', id)).out).toContain('The two are two again');
  expect(await cli.run('accounts', 'undo-replace', id)).toMatchObject({ exit: 1 });
  expect((await cli.run('accounts')).out).toContain('Completeness');
});
