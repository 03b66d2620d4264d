import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/each-database.ts'
import { openQueue } from './queue.ts'

onEachDatabase(current => {
  test('hands a job over once, again when its handler failed, and never two with the same key', async () => {
    const queue = await openQueue(current.database)
    const done: unknown[] = []
    const finished = Promise.withResolvers<void>()
    expect(await queue.send('mail', { n: 1 }, { key: 'same' })).toEqual(expect.any(String))
    expect(await queue.send('mail', { n: 2 }, { key: 'same' })).toBeNull()
    await queue.send('mail', { n: 3 })
    await queue.send('mail', { n: 4 })
    await queue.send('mail', { n: 'later' }, { startAfter: '2100-01-01T00:00:00.000Z', retries: 0 })
    const handle = async (data: object) => {
      done.push(data)
      if (done.length === 1) throw new Error('try again')
      if (done.length === 4) finished.resolve()
    }
    await queue.work('mail', handle, { lookEveryMs: 500 })
    await finished.promise
    await queue.stop()
    expect(done.map(data => JSON.stringify(data)).toSorted()).toEqual(['{"n":1}', '{"n":1}', '{"n":3}', '{"n":4}'])
    await current.store.ping()
  })

  test('does what this process sends at once, and when it is due, though it looks by itself once a day', async () => {
    const queue = await openQueue(current.database)
    const [early, due] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const done: unknown[] = []
    const handle = async (data: object) => {
      done.push(data)
      if (done.length === 3) early.resolve()
      if (done.length === 4) due.resolve()
    }
    // It has looked once before anything is sent.
    const isIdle = Promise.withResolvers<void>()
    await queue.work('other', async () => isIdle.resolve())
    await queue.work('due', handle, { lookEveryMs: 86_400_000 })
    await queue.send('other', {})
    await isIdle.promise
    const dueAt = new Date(Date.now() + 1_000).toISOString()
    await queue.send('due', { n: 4 }, { startAfter: dueAt, key: 'planned' })
    await Promise.all([1, 2, 3].map(n => queue.send('due', { n })))
    await early.promise
    expect(done).toHaveLength(3)
    await due.promise
    expect(done.at(-1)).toEqual({ n: 4 })
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(dueAt))
    await queue.stop()
  })

  test('what a process had that was killed is handed out again, long before it could have been slow', async () => {
    const before = await openQueue(current.database)
    await before.send('lost', { n: 1 })
    await before.stop()
    const silent = `state = 'active', started_on = now() - interval '20 s', heartbeat_on = now() - interval '20 s'`
    await current.database.session(session => session.exec(`update pgboss.job set ${silent} where name = 'lost'`))
    const after = await openQueue(current.database, undefined, { lookForLostEverySeconds: 1 })
    const data = await new Promise(resolve => {
      void after.work('lost', async job => resolve(job), { lookEveryMs: 500 })
    })
    await after.stop()
    expect(data).toEqual({ n: 1 })
  })

  test('does what was sent before a restart', async () => {
    const before = await openQueue(current.database)
    await before.send('rest', { n: 1 })
    await before.stop()
    const after = await openQueue(current.database)
    const data = await new Promise(resolve => void after.work('rest', async job => resolve(job)))
    await after.stop()
    expect(data).toEqual({ n: 1 })
  })

  test('answers who asked with what the handler answered, and takes back what nobody took, or whose worker is gone', async () => {
    const [asker, worker] = [await openQueue(current.database), await openQueue(current.database)]
    let isGone = false
    const patience = (timeoutMs: number) => ({ timeoutMs, onSent: () => undefined, isGone: async () => isGone })
    expect(await asker.ask('acts', { n: 0 }, patience(300))).toBeNull()
    const heard: unknown[] = []
    const handle = async (data: object) => {
      heard.push(data)
      return { did: data }
    }
    const working = await worker.work('acts', handle, { atOnce: 3, lookEveryMs: 60_000 })
    const nudged = { ...patience(10_000), onSent: working.nudge }
    for (const n of [1, 2]) expect(await asker.ask('acts', { n }, nudged)).toEqual({ answer: { did: { n } } })
    await working.end()
    isGone = true
    expect(await asker.ask('acts', { n: 3 }, patience(60_000))).toBeNull()
    isGone = false
    expect(await worker.names('act')).toEqual(['acts'])
    const forgetting: Promise<unknown>[] = []
    const forgotten = { ...patience(60_000), onSent: () => void forgetting.push(worker.forget('acts')) }
    expect(await asker.ask('acts', { n: 4 }, forgotten)).toBeNull()
    await Promise.all(forgetting)
    expect(await worker.names('act')).toEqual([])
    expect(heard).toEqual([{ n: 1 }, { n: 2 }])
    await Promise.all([asker.stop(), worker.stop()])
  })
})
