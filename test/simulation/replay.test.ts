import { expect, test } from 'vitest';
import { simulate } from './run.ts';
import { startWorkers } from './workers.ts';

test.each(['harbor', 'kade'] as const)(
  'a seed of %s tells the same story again, in another process and elsewhere in the world',
  { timeout: 120_000 },
  async (company) => {
    const job = { seed: 77, days: 3, company };
    const events: string[] = [];
    const here = await simulate({ ...job, log: (event) => void events.push(event) });
    const elsewhere = startWorkers(1, { TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' });
    try {
      expect((await elsewhere.run(job)).result).toEqual(here);
    } finally {
      elsewhere.close();
    }
    expect(events.length).toBeGreaterThan(100);
  },
);

test('another seed tells another story, and so does one from which something is left out', {
  timeout: 120_000,
}, async () => {
  const story = { seed: 78, days: 1, company: 'harbor' } as const;
  const digests = [
    await simulate(story),
    await simulate({ ...story, seed: 79 }),
    await simulate({ ...story, without: ['fetch', 'post', 'approve-some', 'approve-all-that-is-ready', 'kill'] }),
  ].map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(3);
});
