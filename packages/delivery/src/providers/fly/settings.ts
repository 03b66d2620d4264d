import {
  DurationField,
  defineSettings,
  EnvNameField,
  isPreview,
  PositiveDurationField,
  previewPlace,
} from '@gantry/core/config'
import * as z from 'zod'

const AppName = z.string().regex(/^[a-z0-9{}-]+$/, 'expected the name of an app on Fly.io, such as shop-{environment}')

const FlySettings = z.strictObject({
  provider: z.literal('fly').describe('an app on Fly.io, by its Machines API'),
  app: z
    .union([AppName, z.record(z.string(), AppName)])
    .describe(
      'name of the app, with {environment} in it, or one for each environment; `preview` names those of pull requests, with {environment} for pr-12',
    ),
  organization: z
    .string()
    .min(1)
    .optional()
    .describe('slug of the organization that apps of previews are made in; left out: there are no previews'),
  config: z
    .string()
    .regex(/^(?!\/|.*\.\.)/, 'expected a path inside the repository')
    .optional()
    .describe('its fly.toml, from the root of the repository; left out: fly.toml in the folder of the service'),
  context: z
    .string()
    .regex(/^(?!\/|.*\.\.)/, 'expected a path inside the repository')
    .optional()
    .describe('folder the image is built from, from the root of the repository; left out: the folder of fly.toml'),
  strategy: z
    .enum(['bluegreen', 'rolling'])
    .default('bluegreen')
    .describe(
      'bluegreen: new machines beside the old, which stay stopped for a way back; rolling: one machine after the other in its place, for volumes',
    ),
  machines: z
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe('how many for each process group and region; left out: as many as run now, and one the first time'),
  regions: z
    .array(z.string().regex(/^[a-z]{3}$/, 'expected the three letters of a region, such as ams'))
    .default([])
    .describe('where they run; left out: where they run now, and in the primary_region of fly.toml the first time'),
  keep: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('how many former releases keep their machines, stopped; Fly bills their disks'),
  secrets: z
    .array(EnvNameField)
    .default([])
    .describe(
      'variables of the job that become secrets of the app before its machines start; left out: those set there stay',
    ),
  env: z
    .array(EnvNameField)
    .default([])
    .describe('variables of the job that the machines get openly, besides those of fly.toml; never a secret'),
  build: z
    .enum(['auto', 'docker', 'fly'])
    .default('auto')
    .describe(
      'who builds the image: docker on the machine of the job, or Fly by flyctl; auto: docker where it is there',
    ),
  host: z
    .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
    .optional()
    .describe(
      'host that people reach it by, with {environment} in it, or one for each environment; left out: <app>.fly.dev',
    ),
  timeout: PositiveDurationField.default('5m').describe('how long machines may take until they are healthy'),
  settle: DurationField.default('10s').describe(
    'how long both releases answer during a switch, as Fly says nowhere when its proxies have heard of one',
  ),
  tokenEnv: EnvNameField.default('FLY_API_TOKEN').describe('variable of the job with a deploy token of the app'),
})
export type FlySettings = z.output<typeof FlySettings>

/** Deploys to an app on Fly.io. */
export const fly = defineSettings({
  kind: 'provider',
  name: 'fly',
  word: (settings: Omit<z.input<typeof FlySettings>, 'provider'>) => ({ provider: 'fly' as const, ...settings }),
  schema: FlySettings,
  env: ({ tokenEnv, secrets, env }) => [
    {
      name: tokenEnv,
      type: 'string',
      isSecret: true,
      about: 'deploy token of Fly.io, as `fly tokens create deploy` prints it',
    },
    {
      name: 'FLY_API_HOSTNAME',
      type: 'url',
      isSecret: false,
      about: 'where the Machines API is, without /v1',
      whenLeftOut: 'https://api.machines.dev',
    },
    ...secrets.map(name => ({
      name,
      type: 'string' as const,
      isSecret: true,
      about: 'becomes a secret of the app on Fly.io with each deployment',
    })),
    ...env.map(name => ({
      name,
      type: 'string' as const,
      isSecret: false,
      about: 'given openly to the machines of the app on Fly.io',
    })),
  ],
  docs: {
    title: 'Fly.io',
    about: 'An app on Fly.io: new machines beside the old, switched to once they are healthy; the old stay stopped.',
    examples: [
      [{ app: 'shop-{environment}' }],
      [
        {
          app: { staging: 'shop-staging', production: 'shop' },
          machines: 2,
          regions: ['ams', 'fra'],
          secrets: ['DATABASE_URL'],
        },
      ],
      [{ app: 'store-{environment}', strategy: 'rolling' }],
    ],
    link: 'https://fly.io/docs/machines/api/',
  },
})

/** Null where the settings name none for this environment. */
export function appNameIn(environment: string, { app }: FlySettings): string | null {
  const said = typeof app === 'string' ? app : app[isPreview(environment) ? previewPlace : environment]
  return said?.replaceAll('{environment}', environment) ?? null
}

/**
 * Why an app cannot have previews: each is an app of its own, so its name has to differ by pull request, and somebody has to say
 * whose it is. Null: it can.
 */
export function noPreviewOf({ app, organization, strategy }: FlySettings): string | null {
  const named = typeof app === 'string' ? app : (app[previewPlace] ?? '')
  if (!named.includes('{environment}'))
    return typeof app === 'string'
      ? "its app has one name: write app: 'shop-{environment}'"
      : "name the apps of previews: app: { …, preview: 'shop-{environment}' }"
  if (organization === undefined) return "say whose its apps are: organization: 'acme'"
  return strategy === 'rolling'
    ? 'machines that are replaced in their place keep volumes, and a preview has none'
    : null
}

/** An environment that `host` does not name has the one of Fly. */
export function publicAddress(app: string, environment: string, { host }: FlySettings): string {
  const said = typeof host === 'string' ? host : host?.[environment]
  return `https://${said?.replaceAll('{environment}', environment) ?? `${app}.fly.dev`}`
}
