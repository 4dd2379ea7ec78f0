/** A practice workspace holds no real secret; the passphrase only keeps the vault's ordinary way. */
export const PRACTICE_PASSPHRASE = 'practice';
