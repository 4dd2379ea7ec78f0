/**
 * Exact Online as a practice server: one country site as a stateful fetch handler, and the people inside it. A site on
 * another host is another instance with its own users, tokens and divisions.
 */
import type { Clock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { type Random, seededRandom } from '../../main/core/random.ts';
import { createFaultSwitches, type FaultSwitches, withFaults } from '../faults.ts';
import { answerDoor } from './door.ts';
import { siteProblem } from './errors.ts';
import { createLimits } from './limits.ts';
import { loadDivision, loadUsers } from './load.ts';
import { type Application, createOAuth } from './oauth.ts';
import { createPeople, type People } from './people.ts';
import { divisionResources } from './resources-divisions.ts';
import { ENTRIES } from './resources-entries.ts';
import { MASTERS } from './resources-masters.ts';
import type { ExactLanguage, ExactSeed, ExactSite } from './seed.ts';
import { createService } from './service.ts';
import { createSignInPage, type SignInChoice } from './sign-in-page.ts';
import { createSiteClock, type Site, type SiteSettings, type User } from './site.ts';
import { type Books, booksOf } from './truth.ts';
import { createWebhooks, type Notice } from './webhooks.ts';

export type { Application } from './oauth.ts';
export type { EntryRef, JournalPosting, LineChanges, LineRef, People } from './people.ts';
export type { ExactDivisionSeed, ExactLanguage, ExactSeed, ExactSite } from './seed.ts';
export type { SignInChoice } from './sign-in-page.ts';
export type { SiteSettings } from './site.ts';
export type { Books, TruthEntry, TruthLine } from './truth.ts';

/** The practice company's own registration; nothing of a real one. */
export const PRACTICE_APPLICATION: Application = {
  clientId: '6c1f2b7e-4d0a-4c55-9e0b-1f7a2d3c4b5e',
  clientSecret: 'practice-secret-of-kade',
  webhookSecret: 'practice-webhook-secret-of-kade',
  redirectUri: 'https://daybook.example/return',
};

/** Where a country site lies. */
export const SITE_ORIGINS: Readonly<Record<ExactSite, string>> = {
  nl: 'https://start.exactonline.nl',
  be: 'https://start.exactonline.be',
  de: 'https://start.exactonline.de',
  uk: 'https://start.exactonline.co.uk',
  fr: 'https://start.exactonline.fr',
  es: 'https://start.exactonline.es',
  us: 'https://start.exactonline.com',
};

export type PracticeExactOptions = {
  readonly site: ExactSite;
  readonly ledger: ExactSeed;
  readonly clock: Clock;
  readonly random: Random;
  readonly application?: Application;
  readonly settings?: Partial<SiteSettings>;
  /** Reaches the callback addresses of webhooks; without it no address can be subscribed. */
  readonly notify?: Fetch;
};

export type PracticeExactControl = People & {
  /** All books of the site, read from inside. */
  books(): Books;
  /** Switches of the site's behaviour; change them at any time. */
  readonly settings: SiteSettings;
  readonly faults: FaultSwitches;
  readonly application: Application;
  /** Signs in and consents on the page of `signInUrl`; returns the address that the browser would land on. */
  consent(signInUrl: string, choice?: SignInChoice): string;
  /**
   * A second computer with the same chain refreshes: whoever holds the old refresh token is out. `takenOver: true` signs in
   * anew there, which breaks the first one's chain.
   */
  secondComputer(what: { readonly user?: string; readonly takenOver?: boolean }): void;
  /** The user takes the app's rights away altogether. */
  disconnect(userName?: string): void;
  /** The user takes a division out of the app's companies, or gives it back. */
  revokeDivision(division: number, revoked?: boolean): void;
  /** The app's registration loses a scope: for everything, or for writing. `allowed` gives it back. */
  denyScope(scope: string, how: 'read' | 'manage' | 'allowed'): void;
  setLanguage(userName: string, language: ExactLanguage): void;
  /** The division that the user last used in the browser. */
  setCurrentDivision(userName: string, division: number): void;
  setBlockingStatus(division: number, status: number): void;
  setArchived(division: number, archived: boolean): void;
  /** Webhook notices that wait to be sent. */
  readonly notices: readonly Notice[];
  deliverNotices(): Promise<number>;
};

export type PracticeExact = { readonly fetch: Fetch; readonly control: PracticeExactControl };

export function createPracticeExact(options: PracticeExactOptions): PracticeExact {
  const { ledger, clock, random, application = PRACTICE_APPLICATION } = options;
  const siteClock = createSiteClock(clock, random);
  const origin = SITE_ORIGINS[options.site];
  const webhooks = createWebhooks(siteClock, application, { origin, send: options.notify });
  const site: Site = {
    ...siteClock,
    site: options.site,
    clock,
    random,
    settings: {
      minuteLimit: 60,
      dayLimit: 5000,
      errorLimit: 10,
      tokenLimit: 200,
      oldRefreshToken: 'dead',
      earlyRefreshRotates: false,
      splitKeepsNotes: true,
      bulkFilters: true,
      pageSize: 60,
      syncPageSize: 1000,
      ...options.settings,
    },
    users: loadUsers(ledger, siteClock.guid),
    divisions: new Map(),
    changed: webhooks.changed,
  };
  for (const division of ledger.divisions) site.divisions.set(division.code, loadDivision(site, division));

  const oauth = createOAuth(site, application);
  const signInPage = createSignInPage(site, application, oauth);
  const missingScopes = new Map<string, 'read' | 'manage'>();
  const revokedDivisions = new Set<number>();
  const resources = [
    ...MASTERS,
    ...ENTRIES,
    ...divisionResources(({ user }) =>
      (oauth.chainOf(user)?.divisions ?? new Set<number>()).difference(revokedDivisions),
    ),
    webhooks.resource,
  ];
  const service = createService({
    site,
    clientId: application.clientId,
    oauth,
    limits: createLimits(clock.now, site.settings),
    resources: new Map(resources.map((resource) => [resource.path, resource])),
    missingScopes,
    revokedDivisions,
  });

  const serve: Fetch = async (request) => {
    const url = new URL(request.url);
    if (url.pathname === '/api/oauth2/auth') return signInPage.answer(request, url);
    if (url.pathname === '/api/oauth2/token' && request.method === 'POST') return oauth.token(request);
    if (url.pathname.startsWith('/api/v1/')) return service.answer(request, url);
    return new Response('Not found\n', { status: 404, headers: { 'content-type': 'text/plain' } });
  };
  const faults = createFaultSwitches();
  // A stream of its own: switching a fault on must not change the numbers that the site draws.
  const faulty = withFaults(serve, { clock, random: seededRandom('exact-faults'), faults, refuse: siteProblem });

  const userOf = (userName: string | undefined): User => {
    const user = userName === undefined ? site.users[0] : site.users.find((one) => one.userName === userName);
    if (user === undefined) throw new RangeError(`nobody here is called ${userName ?? 'anything'}`);
    return user;
  };
  const divisionOf = (code: number) => {
    const division = site.divisions.get(code);
    if (division === undefined) throw new RangeError(`the site has no division ${code}`);
    return division;
  };

  const control: PracticeExactControl = {
    ...createPeople(site),
    books: () => booksOf(site),
    settings: site.settings,
    faults,
    application,
    consent: signInPage.consent,
    secondComputer: ({ user: userName, takenOver = false }) => {
      const user = userOf(userName);
      const chain = oauth.chainOf(user);
      if (chain === undefined) throw new RangeError(`${user.userName} has not signed in`);
      if (takenOver) oauth.takeOver(user, chain.divisions);
      else oauth.rotate(chain);
    },
    disconnect: (userName) => oauth.forget(userOf(userName)),
    revokeDivision: (division, revoked = true) => {
      if (revoked) revokedDivisions.add(divisionOf(division).code);
      else revokedDivisions.delete(division);
    },
    denyScope: (scope, how) => {
      if (how === 'allowed') missingScopes.delete(scope);
      else missingScopes.set(scope, how);
    },
    setLanguage: (userName, language) => {
      userOf(userName).language = language;
    },
    setCurrentDivision: (userName, division) => {
      userOf(userName).currentDivision = divisionOf(division).code;
    },
    setBlockingStatus: (division, status) => {
      divisionOf(division).blockingStatus = status;
    },
    setArchived: (division, archived) => {
      divisionOf(division).archived = archived;
    },
    notices: webhooks.waiting,
    deliverNotices: webhooks.deliver,
  };
  return {
    fetch: async (request) => (await answerDoor(request, new URL(request.url), control)) ?? faulty(request),
    control,
  };
}
