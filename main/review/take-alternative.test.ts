import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace } from '../../test/support/coding-workspace.ts';
import { propose } from '../coding/propose.ts';
import { takeAlternative } from './take-alternative.ts';
import { undo } from './undo.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
});
afterEach(() => w.close());

/** A line coded by the default, with a suggestion beside it. */
async function withSuggestion() {
  await w.map({ offsetAccount: '699000' });
  const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05'];
  await w.lines(...days.map((date) => ({ date, counterparty: 'Tidewater Gas', text: 'gas' })));
  await propose(w);
  await w.store.write((trx) => trx.updateTable('proposal').set({ state: 'posted', coded_by: 'person' }).execute());
  await w.store.write((trx) => trx.updateTable('proposal_offset').set({ account: '605100' }).execute());
  const id = await w.line({ counterparty: 'Tidewater Gas', text: 'gas' });
  await propose(w);
  return id;
}

test('a suggestion that is taken becomes the person’s coding, ready to be approved, and can be undone', async () => {
  const line = await withSuggestion();
  const before = await w.place(line);
  await takeAlternative(w, { actor: 'Ada', ids: [before.id] });
  expect(await w.place(line)).toMatchObject({
    state: 'ready',
    codedBy: 'person',
    reason: 'suggestion taken by Ada',
    alternative: null,
    revision: before.revision + 1,
    offsets: [{ account: '605100', amount: before.amount }],
  });
  await undo(w, 'Ada');
  expect(await w.place(line)).toMatchObject({ codedBy: 'default', offsets: [{ account: '699000' }] });
});

test('where nothing is suggested there is nothing to take', async () => {
  await w.map({ offsetAccount: '699000' });
  const line = await w.line();
  await propose(w);
  const { id } = await w.place(line);
  await expect(takeAlternative(w, { actor: 'Ada', ids: [id] })).rejects.toMatchObject({ code: 'usage', path: id });
});
