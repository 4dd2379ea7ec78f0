import { expect, test } from 'vitest';
import { partsOf } from './webhooks.ts';

test('a relay that refuses this workspace needs a person, and the run says where', () => {
  const sentence = 'The relay no longer has this workspace’s channel. Make a new channel.';
  expect(partsOf({ link: 'refused', sentence })).toEqual([
    {
      ...{ subject: null, outcome: 'failed', need: 'webhooks:refused' },
      sentence: `Webhooks: ${sentence} Look at Settings, Webhooks; until then banks are fetched by the schedule alone.`,
    },
  ]);
});

test.each(['off', 'connecting', 'connected', 'waiting'])('a relay that is %s asks nobody', (link) => {
  expect(partsOf({ link, sentence: 'The relay cannot be reached. Daybook connects again by itself.' })).toEqual([]);
});
