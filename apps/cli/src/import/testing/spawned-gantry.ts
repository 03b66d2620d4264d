import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'

/** A server in a process and a data folder of its own. */
export interface SpawnedGantry {
  url: string
  home: string
  pid: number
  api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  stop(): Promise<void>
}

const main = join(import.meta.dirname, '../../../../server/src/main.ts')

export async function spawnGantry(env: Record<string, string>): Promise<SpawnedGantry> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-home-'))
  const child = spawn(process.execPath, [main], {
    ...{ cwd: home, env: { ...process.env, ...env, PORT: '0', GANTRY_HOME: home } },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  const hear = (chunk: Buffer) => {
    words += chunk
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ready = () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${words}`)
    return /Gantry is ready at (\S+)/.exec(words)?.[1]
  }
  const url = String(await vi.waitUntil(ready, { timeout: 120_000, interval: 50 }))
  const token = (await readFile(join(home, 'cli-token'), 'utf8')).trim()
  return {
    ...{ url: new URL(url).origin, home, pid: child.pid ?? 0 },
    async api(method, path, body) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(`${new URL(url).origin}${path}`, { method, headers, ...sent })
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
      return JSON.parse(await answer.text())
    },
    async stop() {
      const ended = new Promise(done => child.once('exit', done))
      child.kill('SIGTERM')
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}
