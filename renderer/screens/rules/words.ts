import { t } from '../../i18n/t.ts';
import type { ActionProblem, Deed, Share } from './action-draft.ts';
import type { Field, FieldNode, Mode, Op, Problem } from './condition-draft.ts';

export function fieldLabel(field: Field): string {
  switch (field) {
    case 'counterparty':
      return t('Counterparty');
    case 'text':
      return t('Text');
    case 'bankText':
      return t('Bank’s own text');
    case 'reference':
      return t('Reference');
    case 'category':
      return t('Category');
    case 'channel':
      return t('Channel');
    case 'account':
      return t('Bank account');
    case 'amount':
      return t('Amount');
    case 'date':
      return t('Date');
  }
}

export function opLabel(op: Op, field: Field): string {
  const date = field === 'date';
  switch (op) {
    case 'is':
      return t('is');
    case 'isNot':
      return t('is not');
    case 'contains':
      return t('contains');
    case 'containsNot':
      return t('does not contain');
    case 'startsWith':
      return t('begins with');
    case 'startsNot':
      return t('does not begin with');
    case 'matches':
      return t('matches the pattern');
    case 'matchesNot':
      return t('does not match the pattern');
    case 'in':
      return t('is money in');
    case 'out':
      return t('is money out');
    case 'between':
      return t('is from … to …');
    case 'notBetween':
      return t('is not from … to …');
    case 'from':
      return date ? t('is on or after') : t('is at least');
    case 'to':
      return date ? t('is on or before') : t('is at most');
  }
}

export function modeLabel(mode: Mode): string {
  switch (mode) {
    case 'all':
      return t('all of these hold');
    case 'any':
      return t('any of these holds');
    case 'none':
      return t('none of these holds');
    case 'notAll':
      return t('not all of these hold');
  }
}

/** What a value means, where it is not plain. */
export function valueHint({ field, op }: FieldNode): string | undefined {
  if (op === 'matches' || op === 'matchesNot') return t('* stands for any characters: ACH*GAS*');
  if (field === 'amount' && op !== 'in' && op !== 'out') return t('Money out is negative: −100.00');
  if (field === 'account') return t('Its name or its last four digits');
  return undefined;
}

export function problemText(problem: Problem | undefined): string | undefined {
  switch (problem) {
    case undefined:
      return undefined;
    case 'empty':
      return t('Write what to look for.');
    case 'emptyGroup':
      return t('Add a condition to this group, or remove it.');
    case 'noAmount':
      return t('Write an amount such as −100.00.');
    case 'noDate':
      return t('Choose a date.');
    case 'reversed':
      return t('The second bound is below the first.');
  }
}

export function deedLabel(deed: Deed): string {
  switch (deed) {
    case 'account':
      return t('Book it to one account');
    case 'split':
      return t('Split it over several accounts');
    case 'text':
      return t('Set text or dimensions only');
    case 'exclude':
      return t('Leave it out of the ledger');
  }
}

export function shareLabel(share: Share): string {
  switch (share) {
    case 'percent':
      return t('Percent');
    case 'amount':
      return t('Amount');
    case 'rest':
      return t('The rest');
  }
}

export function actionProblemText(problem: ActionProblem | undefined): string | undefined {
  switch (problem) {
    case undefined:
      return undefined;
    case 'noAccount':
      return t('Choose an account.');
    case 'noReason':
      return t('Say why these lines do not belong into the ledger.');
    case 'nothing':
      return t('Give a text or a dimension, or choose another way.');
    case 'noShare':
      return t('Write a percentage such as 33.33, or an amount such as 12.00.');
    case 'tooMuch':
      return t('The percentages are more than 100.');
    case 'tooLittle':
      return t('The percentages are less than 100: let one part take the rest.');
    case 'twoRests':
      return t('Only one part can take the rest.');
    case 'noParts':
      return t('Add a part.');
  }
}
