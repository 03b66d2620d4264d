import type { RepositoryFacts } from './repository.ts'
import { inside } from './vendors/vendor-file.ts'

const migrating = /\bprisma\s+migrate\s+deploy\b|\bdrizzle-kit\s+migrate\b|(^|[\s:/])migrate\b/
const commands: readonly (readonly [string, RegExp])[] = [
  ['fly.toml', /^\s*release_command\s*=\s*["'](.+)["']\s*$/m],
  ['fly.production.toml', /^\s*release_command\s*=\s*["'](.+)["']\s*$/m],
  ['render.yaml', /^\s*(?:- )?preDeployCommand:\s*(.+)$/m],
]

/** The file of a vendor whose own command applies the migrations, such as `release_command` of Fly.io; null where none does. */
export function migratesAtVendor(facts: RepositoryFacts): string | null {
  for (const { dir } of [facts.root, ...facts.packages]) {
    for (const [file, pattern] of commands) {
      const path = inside(dir, file)
      const [, command = ''] = pattern.exec(facts.text(path) ?? '') ?? []
      if (migrating.test(command)) return path
    }
  }
  return null
}
