import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLiveHub, type LiveHub } from './live-hub.ts'
import { openLiveStream } from './live-stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { beatEveryMs: 15_000, patienceMs: 30_000 }
const tell = (hub: LiveHub, count: number) => {
  for (let n = 0; n < count; n++) hub.tell({ topic: 'run', project: 'p', key: `${hub.lastId + 1}` })
}

/** A reader that reads when told to. */
function reader(highWaterMark = 1_000) {
  const texts: string[] = []
  let resume: (() => void) | null = null
  let isStuck = false
  const out = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      texts.push(chunk)
      if (isStuck) resume = () => done()
      else done()
    },
  })
  return {
    out,
    texts,
    seen: () => texts.flatMap(text => /event: (\w+)/.exec(text)?.[1] ?? []),
    keys: () => texts.flatMap(text => /"key":"(\d+)"/.exec(text)?.[1] ?? []).map(Number),
    stop: () => {
      isStuck = true
    },
    async read() {
      isStuck = false
      // One text at a time, as a socket would.
      while (resume) {
        const next: () => void = resume
        resume = null
        next()
        await vi.advanceTimersByTimeAsync(0)
      }
    },
  }
}

const opened = (hub: LiveHub, out: Writable, lastId: number | null = null, isStillIn = async () => true) =>
  openLiveStream(out, hub, {
    ...{ last: lastId === null ? null : hub.nameOf(lastId), limits, seen: new Set(['p']) },
    look: async () => ((await isStillIn()) ? new Set(['p']) : null),
  })

test('nothing is kept for a reader that does not read; when it reads again it has every event once, in order', async () => {
  const hub = createLiveHub(0, 'a')
  const { out, keys, stop, read } = reader()
  opened(hub, out)
  stop()
  tell(hub, 1_500)
  expect(out.writableLength).toBeLessThan(1_200)
  await read()
  expect(keys()).toEqual(Array.from({ length: 1_500 }, (_, n) => n + 1))
  tell(hub, 1)
  await read()
  expect(keys().at(-1)).toBe(1_501)
})

test('whoever was told hello and nothing more comes back by what it said, and misses nothing', async () => {
  const hub = createLiveHub(7, 'a')
  const [first, again] = [reader(), reader()]
  opened(hub, first.out)
  await first.read()
  const hello = JSON.parse(/^data: (.*)$/m.exec(first.texts[0] ?? '')?.[1] ?? '{}')
  tell(hub, 1)
  openLiveStream(again.out, hub, { last: hello.lastId, limits, seen: new Set(['p']), look: async () => new Set(['p']) })
  await again.read()
  expect(again.seen()).toEqual(['hello', 'message'])
  expect(again.keys()).toEqual([8])
})

test('a reader that missed more than the hub keeps is told of the gap, and goes on from there', async () => {
  const hub = createLiveHub(0, 'a')
  const { out, keys, seen, stop, read } = reader()
  opened(hub, out)
  stop()
  tell(hub, 5_000)
  await read()
  tell(hub, 1)
  await read()
  expect(seen()).toContain('gap')
  expect(keys().at(-1)).toBe(5_001)
  expect(keys().length).toBeLessThan(100)
})

test('a reader that takes nothing for 30 seconds is cut off; one that is slow but reads is not', async () => {
  const hub = createLiveHub(0, 'a')
  const [stuck, slow] = [reader(), reader()]
  opened(hub, stuck.out)
  opened(hub, slow.out)
  stuck.stop()
  slow.stop()
  tell(hub, 100)
  await vi.advanceTimersByTimeAsync(20_000)
  await slow.read()
  await vi.advanceTimersByTimeAsync(30_000)
  expect([stuck.out.destroyed, slow.out.destroyed]).toEqual([true, false])
  expect(hub.listeners).toBe(1)
})

test('a stream ends when whoever opened it is signed out', async () => {
  const hub = createLiveHub(0, 'a')
  const { out, seen } = reader()
  let isIn = true
  opened(hub, out, null, async () => isIn)
  await vi.advanceTimersByTimeAsync(15_000)
  expect(seen()).toEqual(['hello', 'beat'])
  isIn = false
  await vi.advanceTimersByTimeAsync(15_000)
  expect([out.writableEnded, hub.listeners]).toEqual([true, 0])
})

test('a reader that comes back gets what it missed', async () => {
  const hub = createLiveHub(0, 'a')
  tell(hub, 3)
  const { out, keys } = reader()
  opened(hub, out, 1)
  expect(keys()).toEqual([2, 3])
  const late = reader()
  opened(hub, late.out, 99)
  expect(late.seen()).toEqual(['hello', 'gap'])
})

test('a reader is told nothing of a project that is none of theirs, and misses nothing of their own', async () => {
  const hub = createLiveHub(0, 'a')
  const other = () => hub.tell({ topic: 'run', project: 'other', key: 'secret' })
  other()
  tell(hub, 1)
  const { out, seen, keys } = reader()
  opened(hub, out, 0)
  other()
  tell(hub, 1)
  expect(keys()).toEqual([2, 4])
  expect(seen()).toEqual(['hello', 'message', 'message'])
})

test('when somebody may do less it is looked at once who reads: nothing more of what is not theirs, or the end', async () => {
  const hub = createLiveHub(0, 'a')
  const { out, keys } = reader()
  let theirs: ReadonlySet<string> | null = new Set(['p', 'q'])
  openLiveStream(out, hub, { last: hub.nameOf(0), limits, seen: theirs, look: async () => theirs })
  const tellOf = (project: string) => hub.tell({ topic: 'run', project, key: `${hub.lastId + 1}` })
  tellOf('q')
  theirs = new Set(['p'])
  hub.tell({ topic: 'access', project: '@server', key: '2' })
  tellOf('q')
  tellOf('p')
  await vi.advanceTimersByTimeAsync(0)
  tellOf('q')
  tellOf('p')
  expect(keys()).toEqual([1, 2, 4, 6])
  theirs = null
  hub.tell({ topic: 'access', project: '@server', key: '7' })
  tellOf('p')
  await vi.advanceTimersByTimeAsync(0)
  expect([out.writableEnded, keys()]).toEqual([true, [1, 2, 4, 6]])
})
