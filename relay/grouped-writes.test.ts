import { describe, expect, it } from 'vitest';
import { groupedWrites } from './grouped-writes.ts';

describe('grouped writes', () => {
  it('commit once for all that was asked in one turn, in its order', async () => {
    let commits = 0;
    const done: number[] = [];
    const { write } = groupedWrites((work) => {
      commits += 1;
      work();
    });
    const results = await Promise.all([1, 2, 3].map((each) => write(() => done.push(each))));
    expect([commits, done, results]).toEqual([1, [1, 2, 3], [1, 2, 3]]);
  });

  it('do not let one that fails take the others with it', async () => {
    const kept: string[] = [];
    let open: string[] = [];
    const { write } = groupedWrites((work) => {
      open = [];
      work();
      kept.push(...open);
    });
    const put = (text: string) =>
      write(() => {
        if (text === 'bad') throw new Error('bad');
        open.push(text);
      });
    const results = await Promise.allSettled([put('a'), put('bad'), put('b')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(kept).toEqual(['a', 'b']);
  });

  it('are all rejected when the commit itself fails', async () => {
    const { write } = groupedWrites(() => {
      throw new Error('disk full');
    });
    await expect(write(() => 1)).rejects.toThrow('disk full');
  });

  it('are done when drained', async () => {
    let done = false;
    const { write, drain } = groupedWrites((work) => work());
    void write(() => {
      done = true;
    });
    await drain();
    expect(done).toBe(true);
  });
});
