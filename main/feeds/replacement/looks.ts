type Looks = {
  readonly persistent_account_id: string | null;
  readonly mask: string | null;
  readonly name: string;
  readonly type: string;
  readonly currency: string | null;
};

/** Why two accounts may be one, in a sentence; null where nothing speaks for it. */
export function reasonFor(old: Looks, account: Looks): string | null {
  if (old.currency !== null && account.currency !== null && old.currency !== account.currency) return null;
  if (old.persistent_account_id !== null && account.persistent_account_id === old.persistent_account_id)
    return 'The bank gives both the same persistent id.';
  if (old.persistent_account_id !== null && account.persistent_account_id !== null) return null;
  if (old.mask !== null && account.mask === old.mask && account.name === old.name && account.type === old.type)
    return 'Name, type and last digits are the same.';
  return null;
}

/** A login that the provider no longer knows shows no account any more, though nobody closed them. */
export function isDead(login: { readonly feed_state: string; readonly state_code: string | null }): boolean {
  return login.feed_state === 'removed' || login.state_code === 'feed_gone';
}
