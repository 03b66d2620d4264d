import * as z from 'zod'

const provider = z.literal('local')

/** What `local({ … })` in a config may hold. */
export const LocalSettings = z.discriminatedUnion('kind', [
  z.strictObject({
    provider,
    kind: z.literal('postgres'),
    migrations: z.string().describe('folder of the SQL files, named as the Supabase CLI names them'),
  }),
  z.strictObject({
    provider,
    kind: z.literal('node'),
    entry: z
      .string()
      .regex(/^(?!\/|.*\.\.)/, 'a path inside the artifact')
      .describe('file inside the artifact, started with PORT set'),
    env: z.record(z.string(), z.string()).default({}).describe('variables of its own'),
  }),
  z.strictObject({
    provider,
    kind: z.literal('static'),
    rewrites: z
      .record(z.string().startsWith('/'), z.string())
      .default({})
      .describe('path pattern such as /api/* to the service that answers it'),
    publicEnv: z.array(z.string()).default([]).describe('names put into /env.js for the browser; never a secret'),
    spa: z.boolean().default(false).describe('answer unknown paths with index.html'),
  }),
])
export type LocalSettings = z.output<typeof LocalSettings>
