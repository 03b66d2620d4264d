import { defineSettings, PositiveDurationField } from '@gantry/core/config'
import * as z from 'zod'

const line = (about: string) => z.string().trim().min(1).describe(about)

/** Any other target, by three commands of the repository. */
export const command = defineSettings({
  kind: 'provider',
  name: 'command',
  word: (settings: { deploy: string; verify: string; undo: string; url?: string; timeout?: string }) => ({
    provider: 'command' as const,
    ...settings,
  }),
  schema: z.strictObject({
    provider: z.literal('command').describe('runs commands of the repository in the job that deploys'),
    deploy: line('makes `$GANTRY_RELEASE` serve; run again after a crash, so twice must be as good as once'),
    verify: line('exits with 0 when `$GANTRY_RELEASE` serves as it should'),
    undo: line('makes `$GANTRY_RELEASE`, which served before, serve again in place of `$GANTRY_FORMER_RELEASE`'),
    url: z
      .string()
      .optional()
      .describe('where people reach it, `{environment}` filled in; left out: `url` as the deploy command answers it'),
    timeout: PositiveDurationField.default('15m').describe('a command that takes longer is ended, and has failed'),
  }),
  env: () => [],
  docs: {
    title: 'Commands',
    about: 'Deploys a service by three commands of the repository: for whatever has no provider of its own.',
    examples: [
      [{ deploy: 'deploy/api.sh', verify: 'deploy/smoke.sh', undo: 'deploy/api.sh' }],
      [
        {
          deploy: 'pnpm ship',
          verify: 'curl --fail https://{environment}.example.com/healthz',
          undo: 'pnpm ship --back',
          url: 'https://{environment}.example.com',
          timeout: '30m',
        },
      ],
    ],
  },
})
