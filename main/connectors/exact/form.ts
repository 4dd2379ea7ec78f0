import type { FormField } from '../context.ts';
import { SITES } from './config.ts';

/** What a person enters for a country site; the sign-in in the browser comes after it. */
export const form: readonly FormField[] = [
  {
    name: 'site',
    label: 'Country site',
    hint: 'Each country has its own installation: registration, users and divisions belong to one of them.',
    kind: 'choice',
    choices: Object.entries(SITES).map(([value, { country, host }]) => ({ value, label: `${country} (${host})` })),
    required: true,
  },
  {
    name: 'clientId',
    label: 'Client ID',
    hint: 'Of your own registration, under Manage my apps in the Exact Online App Centre of this country.',
    kind: 'text',
    required: true,
  },
  { name: 'clientSecret', label: 'Client secret', kind: 'secret', required: true },
  {
    name: 'redirectUri',
    label: 'Return address',
    hint: 'Exactly as registered, with https://. The browser lands there after the sign-in.',
    kind: 'address',
    required: true,
  },
  {
    name: 'webhookSecret',
    label: 'Webhook secret',
    hint: 'Only where Exact Online sends notices of changes.',
    kind: 'secret',
    required: false,
  },
  {
    name: 'endpoint',
    label: 'Practice server',
    hint: 'Sandbox only: its address on this computer.',
    kind: 'address',
    required: false,
  },
  {
    name: 'divisions',
    label: 'Divisions',
    hint: 'Those that Daybook posts to. They can be chosen once you have signed in.',
    kind: 'entities',
    required: false,
  },
];
