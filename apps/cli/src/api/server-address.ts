import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Host } from '../host.ts'
import { knownServers } from './known-servers.ts'

export interface ServerAddress {
  /** Without a slash at its end. */
  url: string
  /** Null: nobody is signed in here; the server will say so. */
  token: string | null
}

/**
 * Where the server is and who asks: GANTRY_URL and GANTRY_TOKEN, else what a server on this machine wrote into its data folder,
 * else the server this person signed in to last. The token of a data folder is the owner's, so it is never sent to another
 * machine; that of a sign-in is sent to its own server only.
 */
export function serverAddress({ env, cwd }: Pick<Host, 'env' | 'cwd'>): ServerAddress {
  const home = homeFolder({ env, cwd })
  const known = knownServers(env)
  const near = env['GANTRY_URL'] || portUrl(env['PORT']) || written(home, 'url')
  const url = (near || known.newest || portUrl('4400')).replace(/\/+$/, '')
  const ofHome = isLoopback(url) ? written(home, 'cli-token') : ''
  const token = env['GANTRY_TOKEN'] || known.servers[url]?.token || ofHome
  return { url, token: token || null }
}

/** GANTRY_HOME, else the nearest `.gantry` above the current folder, else one to be made here. */
export function homeFolder({ env, cwd }: Pick<Host, 'env' | 'cwd'>): string {
  if (env['GANTRY_HOME']) return resolve(cwd, env['GANTRY_HOME'])
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.gantry', 'cli-token'))) return join(folder, '.gantry')
    if (folder === dirname(folder)) return join(cwd, '.gantry')
  }
}

/** Whether an address leads to this very machine. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

const portUrl = (port: string | undefined): string => (port ? `http://127.0.0.1:${port}` : '')

function written(home: string, name: string): string {
  try {
    return readFileSync(join(home, name), 'utf8').trim()
  } catch {
    return ''
  }
}
