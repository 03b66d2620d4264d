import type { ServerProcess } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const first: ServerProcess = {
  ...{ id: 'a', host: 'web-1', machine: 'm1', pid: 7, began: '4711', role: 'all', address: null, files: null },
}
const second: ServerProcess = {
  ...first,
  id: 'b',
  host: 'web-2',
  machine: 'm2',
  began: null,
  role: 'worker',
  files: 's3://b',
}

export const serverRules: Rules = {
  'knows every process that says it lives, what it does and how long it was silent': async current => {
    const { servers } = current.store
    await servers.beat(first)
    await servers.beat(second)
    await servers.beat({ ...first, address: 'http://127.0.0.1:4400' })
    await current.database.exec(
      `update gantry.server_processes set beat_at = now() - interval '1 minute' where id = 'b'`,
    )
    const known = await servers.list()
    expect(known).toMatchObject([{ ...first, address: 'http://127.0.0.1:4400' }, second])
    expect(known[0]?.silentMs).toBeLessThan(10_000)
    expect(known[1]?.silentMs).toBeGreaterThan(59_000)
    await servers.remove('b')
    await servers.remove('b')
    expect((await servers.list()).map(({ id }) => id)).toEqual(['a'])
    await servers.remove('a')
  },

  'knows one again that was taken for gone and was not': async ({ store: { servers } }) => {
    await servers.beat(first)
    await servers.remove('a')
    await servers.beat(first)
    expect(await servers.list()).toMatchObject([first])
    await servers.remove('a')
  },
}
