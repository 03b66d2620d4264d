import type { Access } from '../apps/server/src/access/access.ts'
import { createApp } from '../apps/server/src/http/app.ts'
import { apiOf } from '../apps/server/src/http/route.ts'
import { streamRoutes } from '../apps/server/src/http/routes/stream.ts'
import { createLiveHub } from '../apps/server/src/live/live-hub.ts'

/** The live stream of the server, and nothing else of it: what is measured is what readers cost. */
const live = createLiveHub(0)
const reader = { kind: 'program', name: 'a reader', tokenId: 't', project: '', scopes: ['read'] } as const
const access = { callerOf: async () => reader } satisfies Partial<Access> as unknown as Access
const app = await createApp({ access, logLevel: 'error', names: { publicUrl: null, host: '127.0.0.1', hosts: [] } })
streamRoutes(apiOf(app), { live, seenBy: async () => 'all' })

process.on('message', async (events: number) => {
  for (let told = 0; told < events; told++) {
    live.tell({ topic: 'run', project: 'p', key: `a-run-with-an-id-of-usual-length-${told}` })
    if (told % 1_000 === 0) await new Promise(setImmediate)
  }
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, kept: heapUsed + external, readers: live.listeners })
})
process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }))
