import type { PlantedBug } from './bugs.ts';

export const CONNECTOR_BUGS: readonly PlantedBug[] = [
  {
    name: 'token-used-before-stored',
    about: 'New tokens are used at once and stored a little later.',
    company: 'kade',
    edits: [
      {
        file: 'main/vault/token-chains.ts',
        find: '    known = await store.writeDurably(async (trx) => {\n      const now = await look(trx);',
        replace:
          '    if (change.saved_at !== undefined) {\n      void clock.sleep(120_000).then(() => store.write((trx) => saveSecret(trx, { owner: OWNER, name, sealed: vault.cipher.encrypt(next, secretContext(OWNER, name)) }, vault.cipher.keyId, instantNow(clock)))).catch(() => {});\n      return next;\n    }\n    known = await store.writeDurably(async (trx) => {\n      const now = await look(trx);',
      },
    ],
  },
  {
    name: 'chain-not-read-anew',
    about: 'The opening balance of a bank entry comes from what was remembered, not from the journal.',
    company: 'kade',
    edits: [
      {
        file: 'main/connectors/exact/push.ts',
        find: '    chains.forget(division, code);\n',
        replace: '',
      },
      {
        file: 'main/connectors/exact/chain-reader.ts',
        find: 'const JUST_NOW_MS = 3_000;',
        replace: 'const JUST_NOW_MS = 3_000_000;',
      },
      {
        file: 'main/connectors/exact/look-up.ts',
        find: 'const chainEnds = await Promise.all([...journals].map((journal) => chains.read(division, journal, stop)));',
        replace:
          'const chainEnds = await Promise.all([...journals].map((journal) => chains.lately(division, journal, stop)));',
      },
    ],
  },
  {
    name: 'strangers-accepted',
    about: 'Entries of others on a bank journal are no question: Daybook posts behind them.',
    company: 'kade',
    edits: [
      {
        file: 'main/connectors/exact/chain.ts',
        find: 'if (others.length > 0) questions.push(aboutOthers(others, journal));',
        replace: '',
      },
    ],
  },
];
