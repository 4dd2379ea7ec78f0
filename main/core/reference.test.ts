import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isReference,
  REFERENCE_LENGTH,
  referenceOf,
  STEM_LENGTH,
  type StemParts,
  stemIn,
  stemOf,
} from './reference.ts';

const parts: fc.Arbitrary<StemParts> = fc.record({
  workspaceId: fc.string(),
  kind: fc.constantFrom('entry', 'transfer', 'pending', 'settlement', 'reversal', 'correction', 'journal'),
  members: fc.array(fc.string(), { minLength: 1, maxLength: 6 }),
  generation: fc.nat(50),
});
const revision = fc.integer({ min: 0, max: 32 ** 3 - 1 });

test('a reference has 20 characters, carries its stem, and sorts by revision', () => {
  fc.assert(
    fc.property(parts, revision, revision, (entry, a, b) => {
      const stem = stemOf(entry);
      const reference = referenceOf(stem, a);
      expect(stem).toHaveLength(STEM_LENGTH);
      expect(reference).toHaveLength(REFERENCE_LENGTH);
      expect(isReference(reference)).toBe(true);
      expect(stemIn(reference)).toBe(stem);
      expect(reference < referenceOf(stem, b)).toBe(a < b);
    }),
  );
});

test('the same money has the same stem, in whatever order its lines are named', () => {
  fc.assert(
    fc.property(parts, (entry) => {
      const shuffled = [...entry.members].reverse();
      expect(stemOf({ ...entry, members: shuffled })).toBe(stemOf(structuredClone(entry)));
    }),
  );
});

test('other money has another stem: any part that differs makes a difference', () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same =
        a.workspaceId === b.workspaceId &&
        a.kind === b.kind &&
        a.generation === b.generation &&
        JSON.stringify([...a.members].sort()) === JSON.stringify([...b.members].sort());
      expect(stemOf(a) === stemOf(b)).toBe(same);
    }),
  );
  const entry: StemParts = { workspaceId: 'ws_1', kind: 'entry', members: ['a', 'b'], generation: 0 };
  const others = [
    { ...entry, workspaceId: 'ws_2' },
    { ...entry, kind: 'reversal' },
    { ...entry, generation: 1 },
    { ...entry, members: ['a'] },
    { ...entry, members: ['ab'] },
    { ...entry, members: ['a', 'b', 'b'] },
    { ...entry, members: ['a","b'] },
  ];
  expect(new Set([entry, ...others].map(stemOf)).size).toBe(others.length + 1);
});

test('a stem does not change from version to version: ledgers hold it already', () => {
  const stem = stemOf({ workspaceId: 'ws_1', kind: 'entry', members: ['acct-1', 'line-1'], generation: 0 });
  expect(referenceOf(stem, 1)).toBe('DBY2KNRY6NYT40DZC001');
});

test('twenty thousand entries have as many stems', () => {
  const stems = new Set<string>();
  for (let line = 0; line < 20_000; line++)
    stems.add(stemOf({ workspaceId: 'ws_1', kind: 'entry', members: ['acct', `line-${line}`], generation: 0 }));
  expect(stems.size).toBe(20_000);
});

test('a revision that does not fit is refused, and other texts are no references', () => {
  const stem = stemOf({ workspaceId: 'ws_1', kind: 'entry', members: ['a'], generation: 0 });
  for (const value of [-1, 32 ** 3, 1.5]) expect(() => referenceOf(stem, value)).toThrow(RangeError);
  for (const text of ['', stem, `${referenceOf(stem, 0)}0`, referenceOf(stem, 0).toLowerCase(), 'DBIIIIIIIIIIIIIIIIII'])
    expect(isReference(text)).toBe(false);
});
