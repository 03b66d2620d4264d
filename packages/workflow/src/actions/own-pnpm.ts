import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { satisfiesRange } from './version-range.ts'

/** The pnpm that Gantry itself depends on: the folder of its program, and its version. */
export function ownPnpm(): { folder: string; version: string } {
  const manifest = createRequire(import.meta.url).resolve('pnpm/package.json')
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
  const isNamed = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return { folder: dirname(manifest), version: isNamed ? String(parsed.version) : '' }
}

/**
 * The own pnpm, when a whole script does nothing but install a pnpm that it satisfies: the outcome is the same
 * as npm's, without network and 60 MB of copies for every job.
 */
export function pnpmInsteadOf(script: string): { folder: string; version: string } | undefined {
  const match = /^npm (?:install|i|add) (?:(?:--global|-g) pnpm@(\S+)|pnpm@(\S+) (?:--global|-g))$/.exec(
    script.trim().replace(/\s+/g, ' '),
  )
  const asked = (match?.[1] ?? match?.[2])?.replace(/^["']|["']$/g, '')
  if (asked === undefined || !/^[\^~]?\d/.test(asked)) return undefined
  const own = ownPnpm()
  return satisfiesRange(asked, own.version) ? own : undefined
}
