import { defineSettings, namesReferredTo, reference } from '@gantry/core/config'
import * as z from 'zod'

const provider = z.literal('local').describe('runs on the machine of the server: no account, no container')

const LocalSettings = z.discriminatedUnion('kind', [
  z.strictObject({
    provider,
    kind: z.literal('postgres').describe('a database; keeps its data over releases'),
    migrations: z.string().describe('folder of the SQL files, named as the Supabase CLI names them'),
  }),
  z.strictObject({
    provider,
    kind: z.literal('node').describe('a program that Node runs'),
    entry: z
      .string()
      .regex(/^(?!\/|.*\.\.)/, 'expected a path inside the artifact')
      .describe('file inside the artifact, started with PORT set'),
    env: z.record(z.string(), z.string()).default({}).describe('variables of its own'),
  }),
  z.strictObject({
    provider,
    kind: z.literal('static').describe('files that are served'),
    rewrites: z
      .record(z.string().startsWith('/'), reference('service'))
      .default({})
      .describe('path pattern such as /api/* to the service that answers it'),
    publicEnv: z.array(z.string()).default([]).describe('names put into /env.js for the browser; never a secret'),
    spa: z.boolean().default(false).describe('answer unknown paths with index.html'),
  }),
])
export type LocalSettings = z.output<typeof LocalSettings>

type Said =
  z.input<typeof LocalSettings> extends infer One ? (One extends unknown ? Omit<One, 'provider'> : never) : never

/** Runs a service on this machine: no account, no container. */
export const local = defineSettings({
  kind: 'provider',
  name: 'local',
  word: (settings: Said) => ({ provider: 'local' as const, ...settings }),
  schema: LocalSettings,
  env: settings =>
    namesOfMachine(settings).map(name => ({
      name,
      type: 'string',
      isSecret: true,
      about: 'given to a service by gantry.config.ts; named in GANTRY_SERVICE_ENV of the server',
    })),
  docs: {
    title: 'This machine',
    about: 'Runs services on the machine of the server, one release beside the next: no account, no container.',
    examples: [
      [{ kind: 'node', entry: 'server.mjs' }],
      [{ kind: 'static', rewrites: { '/api/*': 'backend' }, spa: true }],
      [{ kind: 'postgres', migrations: 'supabase/migrations' }],
    ],
  },
})

/** What the config wants of this machine, by `env('NAME')`. */
export const namesOfMachine = (settings: LocalSettings): string[] =>
  settings.kind === 'node' ? Object.values(settings.env).flatMap(namesReferredTo) : []
