import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { satisfiesRange } from '@gantry/workflow'

export interface OwnPnpm {
  folder: string
  version: string
}

/**
 * The pnpm that Gantry itself depends on: the folder of its program, and its version.
 * @throws when Gantry was installed without its optional dependencies
 */
export function ownPnpm(): OwnPnpm {
  const own = findOwnPnpm()
  if (own) return own
  const names = programs().join(' or ')
  throw new Error(`expected ${names} beside Gantry, got none; install Gantry with its optional dependencies`)
}

/** The same, or undefined where there is none. */
export function findOwnPnpm(): OwnPnpm | undefined {
  const require = createRequire(import.meta.url)
  for (const name of programs()) {
    try {
      const manifest = require.resolve(`${name}/package.json`)
      const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
      const isNamed = typeof parsed === 'object' && parsed !== null && 'version' in parsed
      return { folder: dirname(manifest), version: isNamed ? String(parsed.version) : '' }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    }
  }
  return undefined
}

/** The published command depends on pnpm's programs alone, which need no install script; a checkout on all of pnpm. */
function programs(): string[] {
  if (import.meta.filename.endsWith('.ts')) return ['pnpm']
  const program = `@pnpm/exe.${process.platform}-${process.arch}`
  return process.platform === 'linux' ? [program, `${program}-musl`] : [program]
}

/**
 * The own pnpm, when a whole script does nothing but install a pnpm that it satisfies: the outcome is the same
 * as npm's, without network and 60 MB of copies for every job.
 */
export function pnpmInsteadOf(script: string): OwnPnpm | undefined {
  const match = /^npm (?:install|i|add) (?:(?:--global|-g) pnpm@(\S+)|pnpm@(\S+) (?:--global|-g))$/.exec(
    script.trim().replace(/\s+/g, ' '),
  )
  const asked = (match?.[1] ?? match?.[2])?.replace(/^["']|["']$/g, '')
  if (asked === undefined || !/^[\^~]?\d/.test(asked)) return undefined
  const own = findOwnPnpm()
  return own && satisfiesRange(asked, own.version) ? own : undefined
}
