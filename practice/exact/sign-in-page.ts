/**
 * The page of a sign-in: which practice person, which divisions, and then the address at which a browser would land. The
 * address is https and belongs to nobody here, so it is shown to be copied, as a person finds it in the address bar.
 */
import { escapeMarkup } from './markup.ts';
import type { Application, OAuth } from './oauth.ts';
import type { Site } from './site.ts';

export type SignInChoice = {
  /** User name; the first user unless told. */
  readonly user?: string;
  /** Division codes granted; all unless told. */
  readonly divisions?: readonly number[];
};

export type SignInPage = {
  /** Answers `/api/oauth2/auth`. */
  answer(request: Request, url: URL): Promise<Response>;
  /** What a person does on that page. Returns the address landed on. @throws RangeError for what the page refuses. */
  consent(signInUrl: string, choice?: SignInChoice): string;
};

export function createSignInPage(site: Site, app: Application, oauth: OAuth): SignInPage {
  const problem = (query: URLSearchParams): string | undefined => {
    if (query.get('client_id') !== app.clientId) return `Client '${query.get('client_id') ?? ''}' is not registered`;
    const redirect = query.get('redirect_uri') ?? '';
    // Only the registered address, and only https: localhost and custom schemes are not let in.
    if (redirect !== app.redirectUri || !redirect.startsWith('https://'))
      return `Callback URI '${redirect}' is not valid`;
    if (query.get('response_type') !== 'code') return 'The response type must be code';
    return undefined;
  };
  const land = (query: URLSearchParams, { user: userName, divisions }: SignInChoice): string => {
    const user = site.users.find((one) => one.userName === (userName ?? site.users[0]?.userName));
    if (user === undefined) throw new RangeError(`nobody here is called ${userName}`);
    const code = oauth.issueCode(user, new Set(divisions ?? site.divisions.keys()));
    const landing = new URL(query.get('redirect_uri') ?? '');
    landing.search = new URLSearchParams({ code, state: query.get('state') ?? '' }).toString();
    return landing.toString();
  };

  return {
    consent: (signInUrl, choice = {}) => {
      const query = new URL(signInUrl).searchParams;
      const refused = problem(query);
      if (refused !== undefined) throw new RangeError(refused);
      return land(query, choice);
    },
    answer: async (request, url) => {
      const refused = problem(url.searchParams);
      if (refused !== undefined) return page(400, 'Exact Online', `<p>${escapeMarkup(refused)}</p>`);
      if (request.method !== 'POST')
        return page(200, 'Sign in to Exact Online (practice)', form(site, url.searchParams));
      const answers = new URLSearchParams(await request.text());
      if (answers.get('consent') !== 'yes') {
        const back = new URL(app.redirectUri);
        back.search = new URLSearchParams({
          error: 'access_denied',
          state: url.searchParams.get('state') ?? '',
        }).toString();
        return page(200, 'Not allowed', addressShown(back.toString()));
      }
      const divisions = answers.getAll('division').map(Number);
      const user = answers.get('user') ?? '';
      return page(200, 'Signed in', addressShown(land(url.searchParams, { user, divisions })));
    },
  };
}

function form({ users, divisions }: Site, query: URLSearchParams): string {
  const people = users.map(
    ({ userName, fullName }) => `<option value="${escapeMarkup(userName)}">${escapeMarkup(fullName)}</option>`,
  );
  const boxes = [...divisions.values()].map(
    ({ code, description }) =>
      `<li><label><input type="checkbox" name="division" value="${code}" checked> ${code} ${escapeMarkup(description)}</label></li>`,
  );
  return (
    `<form method="post" action="?${escapeMarkup(query.toString())}">` +
    `<p><label>User <select name="user">${people.join('')}</select></label></p>` +
    `<p>Divisions that the app may see:</p><ul>${boxes.join('')}</ul>` +
    '<p><button name="consent" value="yes">Allow</button> <button name="consent" value="no">Do not allow</button></p>' +
    '</form>'
  );
}

function addressShown(address: string): string {
  return (
    '<p>Your browser would go to this address now. Copy it and paste it into Daybook.</p>' +
    `<p><input id="address" readonly size="120" value="${escapeMarkup(address)}"></p>`
  );
}

function page(status: number, title: string, body: string): Response {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head>` +
    `<body><h1>${escapeMarkup(title)}</h1>${body}</body></html>\n`;
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
