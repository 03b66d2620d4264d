import { namesReferredTo, withValues } from '@gantry/core/config'
import { withConnection } from '@gantry/migrations'
import type { Assumption, VendorAssumptions } from '../vendor/assumption.ts'
import { supabase } from './settings.ts'

/** What is asked of the database, by name: each reads the catalog and answers rows. */
const questions: Readonly<Record<string, string>> = {
  history: `select column_name as name from information_schema.columns
    where table_schema = 'supabase_migrations' and table_name = 'schema_migrations'`,
  rights: `select current_user::text as role, has_database_privilege(current_database(), 'create')::text as may`,
  own: `select current_user::text as role, rolcreatedb::text as may
    from pg_catalog.pg_roles where rolname = current_user`,
  encryption: 'select ssl::text as ssl from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()',
}

const rowsOf = (body: unknown): Record<string, string>[] => (Array.isArray(body) ? body : [])

const assumptions: Assumption[] = [
  {
    id: 'supabase-history',
    says: 'The CLI keeps its history in supabase_migrations.schema_migrations: version, statements and name.',
    source:
      'supabase/cli, pkg/migration/history.go of 2026-06; the CLI 3.1.0 and Gantry take turns on a Postgres every night',
    async probe({ get }) {
      const names = rowsOf((await get('history')).body).map(({ name }) => name)
      const missing = ['version', 'statements', 'name'].filter(name => !names.includes(name))
      return names.length === 0 || missing.length === 0 ? null : `the table has no ${missing.join(', ')}`
    },
  },
  {
    id: 'supabase-rights',
    says: 'The role of the connection string may create schemas in the database.',
    source: 'Supabase documentation: the role postgres owns the schemas of a project',
    async probe({ get }) {
      const [row] = rowsOf((await get('rights')).body)
      return row?.['may'] === 'true' ? null : `${row?.['role']} may not create a schema`
    },
  },
  {
    id: 'supabase-encryption',
    says: 'A connection is encrypted, by a certificate that Supabase signed itself.',
    source: 'Supabase documentation on SSL enforcement',
    async probe({ get }) {
      const [row] = rowsOf((await get('encryption')).body)
      return row?.['ssl'] === 'false' ? 'this connection is not encrypted' : null
    },
  },
  {
    id: 'supabase-session-pooler',
    says: 'Port 5432 of the pooler keeps one connection for a session; port 6543 gives each transaction another.',
    source: 'Supabase documentation on connecting to the database',
    probe: async ({ target }) =>
      URL.canParse(target) && new URL(target).port === '6543' ? 'the address has port 6543: use 5432' : null,
  },
  {
    id: 'supabase-diff',
    says: '`supabase db diff` and `db pull` leave the schema supabase_migrations out, where Gantry keeps its checksums.',
    source: 'supabase/cli: its list of internal schemas',
    byHand: 'run `supabase db diff --remote` after `gantry db apply`, and see that no gantry_checksums is in it',
  },
  {
    id: 'supabase-own-database',
    says: 'For previews without branches: the role may create databases, and the pooler leads to each by its name.',
    source: 'PostgreSQL documentation, and Supabase documentation on connecting to the database',
    async probe({ get }) {
      const [row] = rowsOf((await get('own')).body)
      return row?.['may'] === 'true' ? null : `${row?.['role']} may not create databases, which previews need`
    },
  },
  {
    id: 'supabase-branches',
    says: 'POST /v1/projects/{ref}/branches makes a branch by its name, DELETE /v1/branches/{ref} deletes it at once; between them it is a project of its own, with a pooler, a password and keys.',
    source: 'public OpenAPI description of the Management API, 2026',
    byHand:
      'with `branchesOf` in the config, open a pull request, and see a branch <project>-<service>-pr-<number> come and go',
  },
]

export const vendor: VendorAssumptions = {
  vendor: 'Supabase',
  tokenEnv: 'DATABASE_URL',
  needs: settings => namesReferredTo(supabase.settings.schema.parse(settings).database),
  assumptions,
  look({ env, signal }, { settings }) {
    const { database } = supabase.settings.schema.parse(settings)
    const target = withValues(database, env)
    return {
      target,
      async get(name) {
        const missing = namesReferredTo(database).filter(each => !env[each])
        if (missing.length > 0) throw new Error(`${missing.join(', ')} is not set`)
        const question = questions[name] ?? 'select'
        const body = await withConnection(target, session => session.query(question), {
          ...{ application: 'gantry vendors check', signal },
        })
        return { status: 200, body, headers: new Headers() }
      },
    }
  },
}
