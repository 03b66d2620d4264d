import { defineSettings, env, namesReferredTo, PositiveDurationField } from '@gantry/core/config'
import * as z from 'zod'

const usual = {
  migrations: 'supabase/migrations',
  database: env('DATABASE_URL'),
  lockTimeout: '4s',
  statementTimeout: '15m',
  timeout: '1h',
} as const

type Said = { [Name in keyof typeof usual]?: string } & {
  ignoreRemote?: boolean
  branchesOf?: string
  tool?: 'supabase' | 'prisma' | 'drizzle'
  command?: string
}

/** A database of Supabase, or any Postgres: migrations over a plain connection, in the history of the Supabase CLI. */
export const supabase = defineSettings({
  kind: 'provider',
  name: 'supabase',
  word: (settings: Said = {}) => ({ provider: 'supabase' as const, ...settings }),
  schema: z
    .strictObject({
      provider: z.literal('supabase').describe('applies migrations in the job that deploys'),
      migrations: z
        .string()
        .default(usual.migrations)
        .describe('folder of the SQL files, named as the tool names them that wrote them'),
      tool: z
        .enum(['supabase', 'prisma', 'drizzle'])
        .default('supabase')
        .describe('whose form they have, and whose history says what was applied'),
      command: z
        .string()
        .trim()
        .min(1)
        .optional()
        .describe('for Prisma and Drizzle: applies them, from the root of the repository, to `$DATABASE_URL`'),
      database: z
        .string()
        .default(usual.database)
        .describe('address of the database, from a variable of the job: `env("DATABASE_URL")`'),
      lockTimeout: PositiveDurationField.default(usual.lockTimeout).describe(
        'a statement that waits longer for a lock gives up, so that nobody queues behind it',
      ),
      statementTimeout: PositiveDurationField.default(usual.statementTimeout).describe(
        'a statement that works longer is ended; not one that refuses a transaction',
      ),
      timeout: PositiveDurationField.default(usual.timeout).describe('all migrations together'),
      branchesOf: z
        .string()
        .min(1)
        .optional()
        .describe(
          'id of a project at Supabase: each preview of a pull request has a branch of it, made and deleted by `SUPABASE_ACCESS_TOKEN`; left out: a database of its own on the server of `database`',
        ),
      ignoreRemote: z
        .boolean()
        .default(false)
        .describe('apply although the database has migrations that the release does not'),
    })
    .refine(({ tool, command }) => (tool === 'supabase') === (command === undefined), {
      error:
        'expected for Prisma and Drizzle, and for nothing else, the command that applies them: `pnpm exec prisma migrate deploy`',
      path: ['command'],
    }),
  env: ({ database }) =>
    namesReferredTo(database).map(name => ({
      name,
      type: 'url',
      isSecret: true,
      about: 'address of the database that the job migrates: the session pooler (port 5432) or the direct one',
    })),
  docs: {
    title: 'Supabase',
    about:
      'Brings the database to the schema of a release, with a lock, checksums, and in the history that the Supabase CLI keeps; migrations of Prisma and Drizzle by their own command, in the history of their own.',
    examples: [
      [],
      [{ migrations: 'db/supabase/migrations', lockTimeout: '2s' }],
      [
        {
          tool: 'prisma',
          migrations: 'apps/api/prisma/migrations',
          command: 'pnpm --filter ./apps/api exec prisma migrate deploy',
        },
      ],
    ],
    link: 'https://supabase.com/docs/guides/deployment/database-migrations',
  },
})
