import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { apiAt } from '../api/api.ts'
import { textIn } from '../api/read.ts'
import { serverAddress } from '../api/server-address.ts'

const lookEveryMs = 50

export interface ReadyServer {
  url: string
  signInUrl: string
}

/**
 * Waits until the server that is being started wrote its address, and asks it for a sign-in link of our own.
 * Null when it ended before. A file left by an earlier start is told apart by its time.
 */
export async function readyServer(home: string, startedAtMs: number, signal: AbortSignal): Promise<ReadyServer | null> {
  while (!signal.aborted) {
    const token = await stat(join(home, 'cli-token')).catch(() => null)
    const url = await stat(join(home, 'url')).catch(() => null)
    if (url && token && Math.min(url.mtimeMs, token.mtimeMs) >= startedAtMs) {
      const address = serverAddress({ env: { GANTRY_HOME: home }, cwd: home })
      return { url: address.url, signInUrl: await apiAt(address).post('/api/v1/sign-in-links', {}, textIn('url')) }
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {})
  }
  return null
}
