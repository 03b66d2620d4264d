import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '@gantry/core/api'
import { type Browser, chromium } from '@playwright/test'
import { requireChromium } from '../chromium.ts'
import { startGantry } from '../running-gantry.ts'
import { clients, type Matrix } from './clients.ts'
import { driveClient } from './drive-client.ts'
import { findSent } from './find-sent.ts'
import { installClients, versionOf } from './install-clients.ts'

/** Until the last of what a client sent is seen: counts and lines are written a moment later. */
const patienceMs = 30_000

/** Drives each client against a server of its own, and looks for everything it did. */
export async function driveClients(say: (line: string) => void): Promise<Matrix> {
  const dir = await installClients(clients)
  const gantry = await startGantry({ env: { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'sitebuilder' }, timeoutMs: 600_000 })
  const page = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>shop</h1>'),
  )
  await new Promise<void>(done => page.listen(0, '127.0.0.1', done))
  let opened: Browser | undefined
  const browser = async () => {
    opened ??= await chromium.launch({ executablePath: await requireChromium() })
    return opened
  }
  const project = '/api/v1/projects/sitebuilder'
  const ask = <T>(path: string) => gantry.api<T>('GET', `${project}${path}`)
  try {
    const { dsn } = await ask<Line>('/line')
    const pageUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`
    const matrix: Matrix = []
    for (const client of clients) {
      const did = await driveClient(client, { dir, dsn, pageUrl, browser }).catch((cause: Error) => {
        say(`${client.title} ended badly: ${cause.message.slice(0, 300)}`)
        // What it did before is lost with the word of it: the errors stand for that.
        return ['error']
      })
      let outcomes = await findSent(client, did, ask)
      const until = Date.now() + patienceMs
      while (Object.values(outcomes).includes('lost') && Date.now() < until) {
        await sleep(200)
        outcomes = await findSent(client, did, ask)
      }
      matrix.push({ client, version: await versionOf(dir, client), outcomes })
      const lost = Object.entries(outcomes).flatMap(([name, outcome]) => (outcome === 'lost' ? [name] : []))
      say(`${client.title}: ${lost.length === 0 ? `all of ${did.length}` : `lost ${lost.join(', ')}`}`)
    }
    return matrix
  } finally {
    await opened?.close()
    page.close()
    await gantry.stop()
  }
}
