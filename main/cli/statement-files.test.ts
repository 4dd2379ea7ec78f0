import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';
import { readStatementFile } from '../statement-files/read.ts';

/** Statement files by command line, in the practice company's workspace. */
let cli: CliWorld;
beforeAll(() => {
  cli = cliWorld();
});
afterAll(() => cli.close());

const MT940 = [
  ':20:ONE',
  ':25:NL91ABNA0417164300',
  ':28C:1/1',
  ':60F:C260301EUR100,00',
  ':61:2603020302D12,50NTRFNONREF//A1',
  ':86:/NAME/Bakker BV/REMI/Brood',
  ':61:2603020302C20,00NTRFNONREF//A2',
  ':86:/NAME/Klant/REMI/Factuur 7',
  ':62F:C260302EUR107,50',
  '-',
  '',
].join('\r\n');

const write = (name: string, content: string) => {
  const path = join(cli.folder, name);
  writeFileSync(path, content);
  return path;
};

test('import takes a file in, says so when it comes again, and takes it back', async () => {
  const path = write('march.sta', MT940);
  expect((await cli.run('import', '--preview', path)).out).toMatch(
    /MT940[\s\S]*··4300 EUR \(new\): 1 statement .*2 new lines/,
  );
  expect((await cli.run('import', path)).out).toContain('2 new lines, 0 known');
  expect((await cli.run('import', path)).out).toContain('all of it is here already');
  expect((await cli.run('lines', 'bakker')).out).toContain('12.50');
  const { document } = await cli.json('statement-files');
  const [file] = document as unknown as Array<{ id: string; lines: number }>;
  expect(file).toMatchObject({ lines: 2 });
  expect((await cli.run('undo-import', '--id', file?.id ?? '')).out).toContain('2 lines removed');
  expect((await cli.run('import', path)).out).toContain('2 new lines');
});

test('a file that does not add up is refused with its line, and the others come in, though they use references again', async () => {
  const wrong = write('wrong.sta', MT940.replace('C20,00', 'C21,00'));
  const next = write(
    'next.sta',
    MT940.replaceAll('260302', '260303')
      .replace('C260301EUR100,00', 'C260302EUR107,50')
      .replace('EUR107,50\r\n-', 'EUR115,00\r\n-'),
  );
  const { exit, out, err } = await cli.run('import', wrong, next);
  expect(`${out}${err}`).toContain('wrong.sta: refused. Line 1: The statement does not add up');
  expect(`${out}${err}`).toContain('next.sta: 2 new lines');
  expect(exit).toBe(3);
  expect((await cli.run('import', wrong)).exit).toBe(1);
});

test('export-statement writes days that come back the same, and refuses a period that is not over', async () => {
  const out = join(cli.folder, 'out.xml');
  const range = ['--account', '4300', '--from', '2026-03-01', '--to', '2026-03-31'];
  expect((await cli.run('export-statement', ...range, '--out', out)).out).toContain('1 statement, 4 lines');
  const file = await readStatementFile(readFileSync(out));
  expect(file.refused).toEqual([]);
  expect(file.statements.map(({ opening, closing }) => [opening?.minor, closing?.minor])).toEqual([[100_00n, 115_00n]]);
  const later = await cli.run(
    'export-statement',
    '--account',
    '4300',
    '--from',
    '2026-03-01',
    '--to',
    '2040-01-01',
    '--out',
    out,
  );
  expect(later.exit).not.toBe(0);
});
