import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Line } from '@gantry/core/api'
import { startGantry, until } from '../tools/running-gantry.ts'
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

/** One real server with the sample on staging, proved by its own browser tests, which need both cores; and one receiver of pages that fails, delays and repeats. */
export default async function startAll(): Promise<() => Promise<void>> {
  const receiver = await startReceiver()
  const gantry = await startGantry({
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
  try {
    await until(
      () => gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line'),
      line => line.promotions.some(({ environment, state }) => environment === 'production' && state === 'ready'),
      240_000,
      'the sample on staging, proved and waiting for a person',
    )
  } catch (cause) {
    console.error(gantry.output())
    await gantry.stop('SIGKILL')
    throw cause
  }
  return async () => {
    await gantry.stop()
    await receiver.stop()
    await writeFile(join(gantry.home, 'output.txt'), gantry.output())
  }
}
