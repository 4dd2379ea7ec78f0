import { expect, test } from 'vitest';
import { aLine, aPage } from '../../test/support/scripted-bank.ts';
import { openLoopPages } from './loop-pages.ts';

const pages = [
  aPage({
    lines: [aLine('a', { amount: '1.00', bankText: 'Überweisung 😀 \u0000 "x"' }), aLine('b', { state: 'pending' })],
  }),
  aPage({ lines: [aLine('a', { amount: '99999999999999.99' }), aLine('c', { replacesProviderLineId: 'b' })] }),
  aPage({ lines: [aLine('d', { providerAccountId: 'acc-2', checkNumber: '7', payload: '{"x":"é\\n"}' }), aLine('d')] }),
];

async function linesOf(memoryLimit: number) {
  const loop = openLoopPages(undefined, memoryLimit);
  for (const page of pages) await loop.add(page);
  const lines = [...loop.batches()].flat();
  loop.close();
  return lines;
}

test('pages that wait on disk come back as they were, in the same order as from memory', async () => {
  const inMemory = await linesOf(Number.POSITIVE_INFINITY);
  expect(inMemory.map((line) => `${line.providerAccountId} ${line.providerLineId} ${line.amount.minor}`)).toEqual([
    'acc-1 b -1250',
    'acc-1 a 9999999999999999',
    'acc-1 c -1250',
    'acc-2 d -1250',
    'acc-1 d -1250',
  ]);
  expect(await linesOf(0)).toEqual(inMemory);
  expect(await linesOf(200)).toEqual(inMemory);
});

test('a loop knows which pending lines are replaced in it, and which lines it spoke of', async () => {
  const loop = openLoopPages();
  for (const page of pages) await loop.add(page);
  expect(loop.isReplaced('acc-1', 'b')).toBe(true);
  expect(loop.isReplaced('acc-2', 'b')).toBe(false);
  expect(loop.saw('acc-2', 'd')).toBe(true);
  expect(loop.saw('acc-2', 'a')).toBe(false);
  expect(loop.accounts()).toEqual(['acc-1', 'acc-2']);
  expect(loop.counts).toEqual({ pages: 3, lines: 6, unchanged: 0 });
});

test('a line that is stored so already is not kept, and still overtakes its earlier version', async () => {
  const stored = aLine('a', { amount: '2.00' });
  const loop = openLoopPages(async (lines) => new Set(lines.filter((line) => line === stored)));
  await loop.add(aPage({ lines: [aLine('a', { amount: '1.00' }), aLine('b')] }));
  await loop.add(aPage({ lines: [stored] }));
  expect([...loop.batches()].flat().map((line) => line.providerLineId)).toEqual(['b']);
  expect(loop.saw('acc-1', 'a')).toBe(true);
  expect(loop.counts).toMatchObject({ lines: 3, unchanged: 1 });
  await loop.add(aPage({ lines: [aLine('a', { amount: '3.00' })] }));
  expect([...loop.batches()].flat().map((line) => line.amount.minor)).toEqual([-1250n, 300n]);
});
