import type { WebhookStatus } from '../../webhooks/index.ts';
import type { RunPart, RunStep } from '../run-step.ts';

/** A relay that wants a person: the schedule goes on without it, so nothing else would say so. */
export const webhooksStep: RunStep = {
  name: 'webhooks',
  run: async ({ daybook, feedIds }) => (feedIds === null ? partsOf(await daybook.webhooks.status()) : []),
};

export function partsOf({ link, sentence }: Pick<WebhookStatus, 'link' | 'sentence'>): RunPart[] {
  if (link !== 'refused') return [];
  return [
    {
      ...{ subject: null, outcome: 'failed', need: 'webhooks:refused' },
      sentence: `Webhooks: ${sentence ?? 'The relay refuses this workspace.'} Look at Settings, Webhooks; until then banks are fetched by the schedule alone.`,
    },
  ];
}
