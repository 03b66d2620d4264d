import type { StreamEvent } from '@gantry/core/api'
import { openDatabase } from '@gantry/store'
import { type RealPostgres, realPostgres } from '@gantry/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLiveHub } from './live-hub.ts'
import { hearLive, openServerBus, sayLive } from './server-bus.ts'

let postgres: RealPostgres
beforeAll(async () => {
  postgres = await realPostgres(process.env['DATABASE_URL_TEST'])
})
afterAll(() => postgres.stop())

test('a browser at any server is told what changed at another, once, and is told of a gap where a line is too long', async () => {
  const database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() })
  const errors: unknown[] = []
  const servers = await Promise.all(
    ['a', 'b'].map(async name => {
      const bus = await openServerBus(database, name, cause => errors.push(cause))
      const hub = createLiveHub(0, name, event => sayLive(bus, event))
      hearLive(bus, hub)
      const heard: StreamEvent[] = []
      const gap = Promise.withResolvers<void>()
      hub.listen({ hear: ({ event }) => heard.push(event), onGap: gap.resolve })
      return { bus, hub, heard, gap: gap.promise }
    }),
  )
  const [a, b] = servers
  if (!a || !b) throw new Error('two servers were opened')
  const lines = Array.from({ length: 100 }, (_, n) => ({ n, text: 'x'.repeat(500) }))
  a.hub.tell({ topic: 'run', project: 'p', key: 'r' })
  a.hub.tell({ topic: 'log', project: 'p', key: '', lines })
  a.hub.tell({ topic: 'log', project: 'p', key: '', lines: ['y'.repeat(9_000)] })
  await b.gap
  expect(b.heard[0]).toEqual({ topic: 'run', project: 'p', key: 'r' })
  expect(b.heard.slice(1).flatMap(event => event.lines ?? [])).toEqual(lines)
  expect(a.heard).toHaveLength(3)
  expect(errors).toEqual([])
  await Promise.all(servers.map(({ bus }) => bus.stop()))
  await database.close()
})
