/** Sentences that stand beside an entry which a person must look at. */
export const LOOK_AT_SUGGESTION = 'Suggested: look at it and approve.';
export const NO_ACCOUNT = 'No account yet.';
export const REVERSED_BEFORE = 'Posted and reversed before: look at it and approve.';
export const CHECK_DIFFERENCE = 'Shared as the posted entry was: check the accounts of the difference.';
