import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { layOutDatabase } from '@gantry/store/testing'
import { startGantry } from '../tools/running-gantry.ts'
import { startReceiver } from './receiver.ts'

export const notes = resolve(import.meta.dirname, '../test-results/e2e-server.json')

/** Fixed, so that pages can be named by path. */
export const port = 4460

/** Where the tests find what globalSetup started. */
export interface Started {
  home: string
  port: number
  url: string
  receiver: string
}

/**
 * One real server, which takes its sample to staging while the first tests ask servers of their own; and one receiver of pages that
 * fails, delays and repeats. Who needs the sample waits for it by `sampleReady`.
 */
export default async function startAll(): Promise<() => Promise<void>> {
  const receiver = await startReceiver()
  const home = await mkdtemp(join(tmpdir(), 'gantry-'))
  // Made from nothing, as a newcomer's is, it takes seconds.
  await layOutDatabase(join(home, 'database'))
  const gantry = await startGantry({
    home,
    port,
    env: {
      SLACK_WEBHOOK_URL: `${receiver.url}/slack`,
      PAGERDUTY_URL: `${receiver.url}/pagerduty`,
      PAGERDUTY_ROUTING_KEY: 'e2e0e2e0e2e0e2e0e2e0e2e0e2e0e2e0',
    },
  })
  const started: Started = { home: gantry.home, port: gantry.port, url: gantry.url, receiver: receiver.url }
  await mkdir(dirname(notes), { recursive: true })
  await writeFile(notes, JSON.stringify(started))
  console.log(`gantry at ${gantry.url}, data in ${gantry.home}`)
  return async () => {
    await gantry.stop()
    await receiver.stop()
    await writeFile(join(gantry.home, 'output.txt'), gantry.output())
  }
}
