import { artifactStore } from '@gantry/delivery'
import { folderObjects } from '@gantry/objects'
import { lineStore, openQueue, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { expect, test } from 'vitest'
import { startHousekeeping } from './housekeeping.ts'
import { createLiveHub } from './live/live-hub.ts'
import type { ProjectContext } from './project/open-project.ts'
import { until } from './testing/control-plane.ts'

test('old lines go and the next sweep waits', async () => {
  const database = await embeddedDatabase()
  const store = storeOn(database)
  const project = await store.projects.ensure({
    name: 'p',
    createdAt: new Date().toISOString(),
  })
  const line = (at: Date, message: string) => ({
    ...{ project: 'p', environment: 'production', release: null, service: 'web', at: at.toISOString() },
    ...{ level: 'info' as const, message, trace: null, fields: {} },
  })
  const now = new Date()
  const old = new Date(now.getTime() - 31 * 86_400_000)
  const lines = lineStore(database)
  await lines.append([line(old, 'forgotten'), line(now, 'kept')])
  const queue = await openQueue(database)
  // An hour ago for the plan of the first sweep, so that it is due at once.
  const clock = [new Date(now.getTime() - 3_600_000)]
  const errors: unknown[] = []
  const forgotten: unknown[] = []
  let renewed = 0
  let pruned = 0
  const live = createLiveHub(0)
  const context = {
    stored: project,
    project: { current: async () => project },
    artifacts: artifactStore(folderObjects('/nowhere')),
    folders: { actionsArtifacts: '/nowhere' },
    sources: { prune: async () => void pruned++ },
    hand: { isOurs: () => true },
  } as unknown as ProjectContext
  const housekeeping = await startHousekeeping({
    projects: { all: () => [context] },
    doesWork: true,
    keepToken: async () => void renewed++,
    live,
    home: { dir: '.' },
    database,
    lines,
    objects: folderObjects('/nowhere'),
    queue,
    store,
    now: () => clock.shift() ?? new Date(),
    log: { error: facts => void errors.push(facts), info: facts => void forgotten.push(facts) },
  })
  const messages = async () => (await lines.search('p', { term: null })).lines.map(({ message }) => message)
  await until(messages, left => left.join() === 'kept', 'the old line gone')
  live.tell({ topic: 'access', project: 'p', key: 'a session that ended' })
  await until(
    async () => renewed,
    times => times === 1,
    'the token of the commands looked at',
  )
  expect(errors).toEqual([])
  expect(pruned).toBeGreaterThan(0)
  await expect.poll(() => forgotten).toMatchObject([{ project: 'p', day: old.toISOString().slice(0, 10), lines: 1 }])
  await expect
    .poll(() => store.retention.deletions('p', 10))
    .toMatchObject([{ kind: 'lines', day: old.toISOString().slice(0, 10), count: 1, why: 'age', exports: [] }])
  const waiting = () =>
    database.session(session =>
      session.query("select 1 from pgboss.job where name = 'maintain' and state = 'created'", []),
    )
  await until(waiting, ({ rows }) => rows.length === 1, 'the next sweep')
  await housekeeping.stop()
  await queue.stop()
  await database.close()
})
