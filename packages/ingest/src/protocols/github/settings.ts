import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Deliveries of a webhook of GitHub. */
export const github = defineSettings({
  kind: 'protocol',
  name: 'github',
  word: () => ({ protocol: 'github' as const }),
  schema: z.strictObject({ protocol: z.literal('github').describe('a webhook of GitHub') }),
  env: () => [
    {
      name: 'GITHUB_WEBHOOK_SECRET',
      type: 'string',
      isSecret: true,
      about: 'secret of the webhook that tells of runs on GitHub',
      whenLeftOut: 'its deliveries are refused',
    },
  ],
  docs: {
    title: 'GitHub webhook',
    about: 'Runs and jobs that ended on GitHub: `workflow_run` and `workflow_job`. Other events change nothing.',
    examples: [[]],
    link: 'https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run',
  },
})
