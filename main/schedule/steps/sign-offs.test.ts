import { expect, test } from 'vitest';
import { partsOf } from './sign-offs.ts';

test('a broken sign-off says which account and what to do; what moved, with its amounts, is a detail that needs nobody', () => {
  const moved = 'The bank’s closing balance was 100.00 EUR and is 90.00 EUR.';
  const broken = { id: 'so_1', feedAccountId: 'acc_1', from: '2026-10-01', to: '2026-10-31', why: [moved] };
  const [first, ...details] = partsOf(broken, 'Operating');
  expect(first).toMatchObject({
    subject: { kind: 'account', id: 'acc_1', name: 'Operating' },
    sentence:
      'Operating: the sign-off from 2026-10-01 to 2026-10-31 broke, because figures beneath it moved. Look at them under Reconcile, then sign off again.',
    need: 'sign-off:so_1',
  });
  expect(details).toMatchObject([{ detail: true, sentence: moved }]);
  expect(details[0]?.need).toBeUndefined();
});
