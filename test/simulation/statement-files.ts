/** A bank that no feed reaches: its statement files come late, twice, cut off, in any format, and are taken back. */
import { addDays } from '../../main/core/calendar.ts';
import type { ExportDay, ExportOf } from '../../main/statement-files/export-day.ts';
import { readStatementFile } from '../../main/statement-files/read.ts';
import { EXPORT_FORMATS, type ExportFormat, writeStatementFile } from '../../main/statement-files/write.ts';
import type { Act } from './accountant.ts';
import type { Process } from './computer.ts';
import { createDice, type Dice } from './dice.ts';
import { type Broken, broken } from './judge.ts';
import type { Scene } from './scene.ts';

const NUMBER = 'NL91ABNA0417164300';
const NAME = 'Spaarrekening';
const DAYS = 24;

/** What the bank knows: the same in every story. Few different amounts, so that equal movements meet often. */
const TRUTH: readonly ExportDay[] = truthOf(createDice('statement files'));

function truthOf(dice: Dice): ExportDay[] {
  let balance = 50_000n;
  let movements = 0;
  return Array.from({ length: DAYS }, (_, at) => {
    const opening = balance;
    const rows = Array.from({ length: 1 + dice.int(4) }, () => {
      movements += 1;
      const minor = dice.pick([-1_250n, -1_250n, 4_000n, -99n, 12_345n]);
      balance += minor;
      return {
        ...{ id: `REF${movements}`, minor, valueDate: null, text: `Movement ${movements}`, counterparty: null },
        ...{ reference: null, checkNumber: null, category: null, channel: null },
      };
    });
    return { date: addDays('2026-01-05', at), opening, closing: balance, rows };
  });
}

function file(days: readonly ExportDay[], format: ExportFormat): string {
  const account = { code: 'FILES', number: NUMBER, isIban: true, name: NAME, currency: 'EUR', institution: null };
  const of: ExportOf = { account, days, at: '2026-01-31T08:00:00.000Z' };
  return writeStatementFile(of, format).content;
}

const given = (content: string) => ({ name: 'statement', content: Buffer.from(content).toString('base64') });
const ONE_ACCOUNT = { accounts: [{ key: '1', name: NAME }] };

export function statementFileActs({ dice, found, tell }: Pick<Scene, 'dice' | 'found' | 'tell'>): readonly Act[] {
  return [
    {
      name: 'bring a statement file',
      weight: 2,
      run: async (process) => {
        const from = dice.int(DAYS);
        const days = TRUTH.slice(from, from + 1 + dice.int(6));
        const format = dice.pick(EXPORT_FORMATS);
        const whole = file(days, format);
        const cut = dice.chance(0.2);
        const content = cut ? whole.slice(0, dice.int(whole.length - 40)) : whole;
        const taken = await process.ask('statementFiles.import', {
          ...given(content === '' ? ' ' : content),
          ...ONE_ACCOUNT,
        });
        tell(
          `    ${format} of ${days.length} days${cut ? ', cut off' : ''}: ${taken?.outcome ?? 'refused'} ${taken?.newLines ?? ''}`,
        );
      },
    },
    {
      name: 'take a statement file back',
      weight: 1,
      run: async (process) => {
        const files = ((await process.ask('statementFiles.list', {})) ?? []).filter(
          ({ undoneAt }) => undoneAt === null,
        );
        if (files.length > 0) await process.ask('statementFiles.undo', { fileId: dice.pick(files).id });
      },
    },
    {
      name: 'export a statement',
      weight: 1,
      run: async (process) => {
        const account = await accountOf(process);
        if (account === undefined) return;
        const format = dice.pick(EXPORT_FORMATS);
        const asked = { feedAccountId: account, from: '2026-01-01', to: '2026-02-28', format };
        const written = await process.ask('statementFiles.export', asked);
        if (written === null) return;
        const { refused } = await readStatementFile(Buffer.from(written.content));
        found.push(
          ...broken(
            'an exported statement ties out',
            refused.map(({ sentence }) => sentence),
          ),
        );
      },
    },
  ];
}

async function accountOf(process: Process): Promise<string | undefined> {
  return ((await process.ask('accounts.list', {})) ?? []).find(({ name }) => name === NAME)?.id;
}

/** Once the bank has given everything, the account holds each movement once, from the first balance to the last. */
export async function judgeStatementFiles(process: Process): Promise<Broken[]> {
  await process.ask('statementFiles.import', { ...given(file(TRUTH, 'camt053.001.08')), ...ONE_ACCOUNT });
  const feedAccountId = await accountOf(process);
  if (feedAccountId === undefined) return broken('statement files bring an account', ['it is not there']);
  const { read } = process.daybook.store;
  const lines = await read
    .selectFrom('statement_line')
    .select(['date', 'amount_minor'])
    .where('feed_account_id', '=', feedAccountId)
    .where('state', '=', 'booked')
    .execute();
  const here = lines.map(({ date, amount_minor }) => `${date} ${amount_minor}`).sort();
  const there = TRUTH.flatMap(({ date, rows }) => rows.map(({ minor }) => `${date} ${minor}`)).sort();
  const { opening_minor } = await read
    .selectFrom('feed_account')
    .select('opening_minor')
    .where('id', '=', feedAccountId)
    .executeTakeFirstOrThrow();
  const gaps = (await process.daybook.feeds.gaps()).filter((gap) => gap.feedAccountId === feedAccountId);
  const chain = await process.ask('statementFiles.chain', { feedAccountId });
  return broken('each movement of a statement file is here once, and the account ties out', [
    ...(here.join() === there.join() ? [] : [`${here.length} lines for ${there.length} movements`]),
    ...(opening_minor === TRUTH[0]?.opening ? [] : [`the opening balance is ${opening_minor}`]),
    ...gaps.map(({ sizeMinor }) => `a gap of ${sizeMinor}`),
    ...(chain?.gaps.length === 0 ? [] : [`${chain?.gaps.length ?? 'no'} breaks in the chain`]),
  ]);
}
