import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import type { Host } from '../host.ts'

/** Servers this person signed in to with `gantry sign-in https://…`, each with the secret of that session. */
const Known = z.object({
  /** The one that is meant when nothing else says which. */
  newest: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string() })),
})
type Known = z.output<typeof Known>

const none: Known = { newest: null, servers: {} }

/** `~/.config/gantry/servers.json`, or below XDG_CONFIG_HOME. Null where this person has no home. */
function fileOf(env: Host['env']): string | null {
  const folder = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'))
  return folder ? join(folder, 'gantry', 'servers.json') : null
}

/** What is no such file is as good as none. */
export function knownServers(env: Host['env']): Known {
  const file = fileOf(env)
  if (file === null) return none
  try {
    return Known.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return none
  }
}

export function rememberServer(env: Host['env'], url: string, token: string): void {
  const { servers } = knownServers(env)
  write(env, { newest: url, servers: { ...servers, [url]: { token } } })
}

export function forgetServer(env: Host['env'], url: string): void {
  const { newest, servers } = knownServers(env)
  const { [url]: _forgotten, ...others } = servers
  write(env, { newest: newest === url ? (Object.keys(others).at(-1) ?? null) : newest, servers: others })
}

/** Only this user may read it. It takes the place of the old one whole, so that two at once leave one of both. */
function write(env: Host['env'], known: Known): void {
  const file = fileOf(env)
  if (file === null) throw new Error('expected HOME or XDG_CONFIG_HOME, to keep the session in')
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const part = `${file}.${process.pid}`
  writeFileSync(part, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 })
  renameSync(part, file)
}
