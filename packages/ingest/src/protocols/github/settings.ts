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
      about: 'secret of the webhooks of GitHub, for projects that have none of their own',
      whenLeftOut: 'projects need a secret of their own, which `gantry github connect` makes',
    },
  ],
  docs: {
    title: 'GitHub webhook',
    about: 'What happened on GitHub: runs, jobs, pushes, deployments that ask for leave. Other events change nothing.',
    examples: [[]],
    link: 'https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run',
  },
})
