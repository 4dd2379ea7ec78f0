/** The hosted Link page: what a person sees in the browser when linking a bank of the practice company. */
import { bankNamed } from '../company/banks.ts';
import { finishSession, leaveSession, liveLinkToken, openSession } from './link.ts';
import { PlaidProblem } from './problems.ts';
import type { LinkToken, PlaidState } from './state.ts';

/** `GET` and `POST /practice/link/{token}`. */
export async function hostedPage(state: PlaidState, request: Request, token: string): Promise<Response> {
  let link: LinkToken;
  try {
    link = liveLinkToken(state, token);
  } catch (error) {
    if (!(error instanceof PlaidProblem)) throw error;
    return page('This link has expired', '<p>Go back to Daybook and start again.</p>', 410);
  }
  if (request.method !== 'POST') {
    openSession(state, link);
    return page('Practice bank sign-in', choices(state, link));
  }
  const choice = String((await request.formData()).get('bank') ?? '');
  if (choice === 'leave') leaveSession(state, link, 'requires_credentials');
  else if (state.company.banks.some(({ key }) => key === choice)) finishSession(state, link, choice);
  else return page('Practice bank sign-in', choices(state, link), 400);
  // Plaid calls the completion address on success and when the person leaves.
  if (link.completionUri !== null) {
    return new Response(null, { status: 303, headers: { location: link.completionUri } });
  }
  return page(choice === 'leave' ? 'You left the sign-in' : 'Connected', '<p>You can close this tab.</p>');
}

function choices(state: PlaidState, link: LinkToken): string {
  const item = link.itemId === null ? undefined : state.items.get(link.itemId);
  const banks = item === undefined ? state.company.banks : [bankNamed(state.company, item.bank)];
  const verb = `${item === undefined ? 'Continue' : 'Sign in again'} as ${state.company.name} at`;
  const buttons = banks.map(({ key, name }) => `<button name="bank" value="${key}">${verb} ${name}</button>`);
  return `<p>This is the practice company. No real bank is asked, no password is needed.</p>
<form method="post">${buttons.join('\n')}
<button name="bank" value="leave">Leave</button></form>`;
}

function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px system-ui;margin:3rem auto;max-width:28rem}button{display:block;width:100%;margin:.5rem 0;padding:.75rem;font:inherit;text-align:left}</style>
<h1>${title}</h1>
${body}
</html>
`;
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
