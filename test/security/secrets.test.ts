import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CallName, calls } from '../../main/api/contract.ts';
import { type PracticeApi, practiceApi } from '../support/practice-api.ts';

describe('secrets', () => {
  let practice: PracticeApi;
  beforeEach(async () => {
    practice = await practiceApi();
  });
  afterEach(() => practice.close());

  it('go in by the API and never come out of it, by any call, event, export or file', async () => {
    const { api, setup, host, events, folder } = practice;
    await api.run('setup.apply', { document: z.json().parse(setup) });
    await api.run('sync.run', {});
    await api.run('proposals.approveReady', {});
    const own = 'a-secret-that-only-the-vault-may-know';
    const [connection] = (await api.run('connections.list', {})).filter(({ kind }) => kind === 'plaid');
    await api.run('connections.save', {
      kind: 'plaid',
      name: 'Another bank provider',
      environment: 'sandbox',
      settings: connection?.settings ?? {},
      secrets: { secret: own },
    });
    const tokens = await practice.daybook().vault.secretsOf(`connection:${connection?.id}`);
    const secrets = [own, tokens('secret'), ...Object.values(host.env)].filter((secret) => secret.length > 8);
    expect(secrets.length).toBeGreaterThan(2);

    const answered: string[] = [];
    for (const [name, { input }] of Object.entries(calls)) {
      if (!input.safeParse({}).success || /^(backup|vault|sync|post)\./.test(name)) continue;
      const answer = await api.call({ name, input: {}, callId: `ask-${name}` });
      expect(textHolding(JSON.stringify(answer), secrets), name).toBe(false);
      if (answer.ok) answered.push(name);
    }
    expect(answered).toEqual(
      expect.arrayContaining([
        'connections.list',
        'connections.kinds',
        'settings.get',
        'setup.export',
        'audit.search',
      ] satisfies CallName[]),
    );
    expect(textHolding(JSON.stringify(events), secrets)).toBe(false);
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (file.isFile())
        expect(textHolding(readFileSync(join(file.parentPath, file.name), 'latin1'), secrets), file.name).toBe(false);
  });
});

function textHolding(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(secret));
}
