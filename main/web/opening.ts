/**
 * The page behind the one-time URL. The launch token is in the URL's fragment, which a browser never sends: it stands
 * in no log, no `Referer` and no prefetch. Its script exchanges the token once, keeps the page token for this tab, and
 * goes to the first screen.
 */

export const OPENING_PATH = '/open';
export const OPENING_SCRIPT_PATH = '/open.js';

/** Where the renderer's client finds its token for the header `x-daybook-token`, in `sessionStorage`. */
export const PAGE_TOKEN_KEY = 'daybook-token';

export const OPENING_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Daybook</title>
<link rel="icon" href="data:,">
<p id="said">Opening Daybook.</p>
<script src="${OPENING_SCRIPT_PATH}"></script>
`;

export const OPENING_SCRIPT = `'use strict';
(async () => {
  const launch = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  const answer = await fetch('/api/open', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ launch }),
  });
  if (answer.ok) {
    sessionStorage.setItem('${PAGE_TOKEN_KEY}', (await answer.json()).token);
    location.replace('/');
  } else {
    document.getElementById('said').textContent =
      'This link was used already, or belongs to an earlier start. Use the newest link that Daybook printed.';
  }
})();
`;

/** What a person sees who opens the address without having been let in. */
export const STRANGER_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Daybook</title>
<link rel="icon" href="data:,">
<p>This browser is not signed in to Daybook. Open the newest link that Daybook printed in its terminal.</p>
`;
