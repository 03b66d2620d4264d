import { DurationField, defineSettings, EnvNameField, reference } from '@gantry/core/config'
import * as z from 'zod'

const VercelSettings = z.strictObject({
  provider: z
    .literal('vercel')
    .describe('deploys prebuilt output to Vercel, staged first, then promoted without a build'),
  project: z
    .string()
    .min(1)
    .describe('name or id of the project; {environment} stands for the environment, so that each can have its own'),
  team: z
    .string()
    .min(1)
    .optional()
    .describe('id (team_…) or slug of the team; left out: that of VERCEL_ORG_ID, else the account of the token'),
  aliases: z
    .record(z.string(), z.string().regex(/^[^/:\s]+$/, 'expected a host name'))
    .default({})
    .describe(
      'environment to the domain that leads to its deployment; one that is not named here is production of the project',
    ),
  static: z
    .strictObject({
      spa: z.boolean().default(false).describe('answer unknown paths with index.html'),
      rewrites: z
        .record(z.string().startsWith('/'), reference('service'))
        .default({})
        .describe('path pattern such as /api/* to the service that answers it'),
      publicEnv: z
        .array(EnvNameField)
        .default([])
        .describe(
          'what pages are told by /env.js: SENTRY_RELEASE, SENTRY_ENVIRONMENT, addresses of services such as BACKEND_URL, and other variables of the job; never a secret',
        ),
    })
    .optional()
    .describe('the artifact is a folder of plain files; left out: it is what `vercel build` leaves in .vercel/output'),
  baked: z
    .array(z.string())
    .default([])
    .describe(
      'names a build writes into its files, beside those a bundler makes public by their prefix (VITE_, NEXT_PUBLIC_, …)',
    ),
  timeout: DurationField.default('15m').describe(
    'how long a deployment may take until it is ready, and its domains until they moved; it is cancelled then',
  ),
})
export type VercelSettings = z.output<typeof VercelSettings>

type Said = Omit<z.input<typeof VercelSettings>, 'provider'>

/** Deploys to Vercel what was built before. */
export const vercel = defineSettings({
  kind: 'provider',
  name: 'vercel',
  word: (settings: Said) => ({ provider: 'vercel' as const, ...settings }),
  schema: VercelSettings,
  env: () => [
    { name: 'VERCEL_TOKEN', type: 'string', isSecret: true, about: 'token of an account that may deploy the project' },
    {
      name: 'VERCEL_AUTOMATION_BYPASS_SECRET',
      type: 'string',
      isSecret: true,
      about: 'lets Gantry look at deployments that Vercel protects',
      whenLeftOut: 'they are looked at as anybody would',
    },
    {
      name: 'VERCEL_API_URL',
      type: 'url',
      isSecret: false,
      about: 'where the API of Vercel is',
      whenLeftOut: 'https://api.vercel.com',
    },
  ],
  docs: {
    title: 'Vercel',
    about: 'Deploys prebuilt output staged, without a domain, and promotes it without a build once it answers.',
    examples: [
      [{ project: 'shop-web' }],
      [{ project: 'shop-{environment}', team: 'acme', static: { spa: true, rewrites: { '/api/*': 'backend' } } }],
      [{ project: 'shop-web', aliases: { staging: 'staging.shop.example' } }],
    ],
    link: 'https://vercel.com/docs/rest-api',
  },
})
