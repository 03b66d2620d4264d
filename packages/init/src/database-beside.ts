import { fromTop } from './from-top.ts'
import { migratesAtVendor } from './migrates-at-vendor.ts'
import type { OwnCommand, RepositoryFacts } from './repository.ts'
import { shellWord } from './split-sides.ts'

interface Deployed {
  deploy: Readonly<Record<string, unknown>>
}

/** A service at a vendor does not reach a database on this machine: then it is one at an address. */
export function databaseBeside(others: readonly Deployed[], facts: RepositoryFacts) {
  const { migrations } = facts
  if (!migrations) return []
  const dir = fromTop(facts.base, migrations.dir)
  const isAtVendor = others.some(({ deploy }) => deploy['provider'] !== 'local')
  const deploy = isAtVendor
    ? atItsAddress(facts, dir, migrations.tool)
    : { provider: 'local', kind: 'postgres', migrations: dir }
  if (deploy === null) return []
  const path = dir.replace(/\/migrations$/, '')
  return [{ name: 'database', dir: path, framework: migrations.tool, isPage: false, needs: [], deploy }]
}

/** There Prisma and Drizzle keep their own account of what was applied, and go on with it by their own command. */
function atItsAddress(facts: RepositoryFacts, dir: string, tool: 'Supabase' | 'Drizzle' | 'Prisma') {
  if (tool === 'Supabase') return { provider: 'supabase', migrations: dir }
  const { migrationCommand: command } = facts
  if (command === undefined || migratesAtVendor(facts) !== null) return null
  return { provider: 'supabase', tool: tool.toLowerCase(), migrations: dir, command: lineOf(command) }
}

const lineOf = ({ dir, words }: OwnCommand): string =>
  `${dir === '.' ? '' : `cd ${shellWord(dir)} && `}${words.map(shellWord).join(' ')}`
