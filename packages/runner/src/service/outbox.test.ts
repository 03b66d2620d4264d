import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GantryError, type JobNews, type JobState, type LogLine } from '@gantry/core'
import { afterAll, expect, test } from 'vitest'
import { Outbox } from './outbox.ts'

const folder = mkdtempSync(join(tmpdir(), 'gantry-outbox-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = '2026-11-27T10:00:00.000Z'
let number = 0
const lines = (from: number, count: number, text = 'x'.repeat(40)): LogLine[] =>
  Array.from({ length: count }, (_, i) => ({ seq: from + i, step: 1, at, text: `${from + i} ${text}` }))
const state = (attempt: number): JobState => ({
  ...{ id: 'a', key: 'a', name: 'a', needs: [], status: 'in_progress', createdAt: at, steps: [] },
  ...{ outputs: {}, annotations: [], attempt },
})

function outbox(limits = {}) {
  const sent: JobNews[] = []
  let gate = Promise.resolve()
  const box = new Outbox(
    join(folder, `outbox-${++number}`),
    async news => {
      await gate
      sent.push(news)
    },
    limits,
  )
  const seqs = () => sent.flatMap(news => news.lines ?? []).map(({ seq }) => seq)
  const hold = () => {
    const held = Promise.withResolvers<void>()
    gate = held.promise
    return held.resolve
  }
  return { box, sent, seqs, hold }
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

test('sends lines in order, each once, the newest state with them, and the last word last', async () => {
  const { box, sent, seqs, hold } = outbox()
  const free = hold()
  box.lines(lines(1, 3))
  for (const attempt of [1, 2, 3]) box.state(state(attempt))
  box.lines(lines(4, 2))
  free()
  await box.end(state(9), 'done')
  expect(seqs()).toEqual(upTo(5))
  expect(sent.flatMap(({ job }) => job?.attempt ?? [])).toEqual([3, 9])
  expect(sent.at(-1)).toEqual({ job: state(9), end: 'done' })
})

test('what waits beyond what memory holds goes to the disk and comes back in order; nothing stays there', async () => {
  const { box, seqs, hold } = outbox({ memoryChars: 300, sendChars: 500 })
  const free = hold()
  for (let i = 0; i < 20; i++) box.lines(lines(1 + i * 5, 5))
  await expect.poll(() => readdirSync(folder)).toHaveLength(1)
  free()
  await expect.poll(() => seqs().length).toBe(100)
  for (let i = 20; i < 30; i++) box.lines(lines(1 + i * 5, 5))
  await box.end(state(1), 'done')
  expect(seqs()).toEqual(upTo(150))
  expect(readdirSync(folder)).toEqual([])
})

test('beyond what may wait at all the job waits, until there is room again', async () => {
  const { box, hold, seqs } = outbox({ waitingChars: 2_000, sendChars: 1_000 })
  const free = hold()
  let room: Promise<void> | undefined
  let given = 0
  while (room === undefined && given < 1_000) {
    room = box.lines(lines(given + 1, 5))
    given += 5
  }
  expect(given).toBeLessThan(50)
  let hasRoom = false
  room?.then(() => {
    hasRoom = true
  })
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(hasRoom).toBe(false)
  free()
  await room
  await box.end(state(1), 'done')
  expect(seqs()).toEqual(upTo(given))
})

test('a state does not overtake the output that was before it', async () => {
  const { box, sent, hold } = outbox({ sendChars: 300 })
  const free = hold()
  box.lines(lines(1, 1))
  for (let i = 2; i < 12; i++) box.lines(lines(i, 1))
  box.state(state(7))
  free()
  await box.end(state(8), 'done')
  const told = sent.findIndex(({ job }) => job?.attempt === 7)
  expect(sent.slice(told + 1).flatMap(news => news.lines ?? [])).toEqual([])
})

test('when the job is another’s, nobody waits any more, and the last word fails', async () => {
  const box = new Outbox(join(folder, 'lost'), () => Promise.reject(new GantryError('LEASE_LOST', 'another has it')), {
    waitingChars: 100,
  })
  await box.lines(lines(1, 50))
  expect(box.lines(lines(51, 50))).toBeUndefined()
  await expect(box.end(state(1), 'done')).rejects.toMatchObject({ code: 'LEASE_LOST' })
})

test('says what many fast steps have to say in few words, and the last one at once', async () => {
  const { box, sent } = outbox({ pauseMs: 60_000 })
  for (let step = 1; step <= 50; step++) {
    box.lines(lines(step, 1))
    box.state(state(step))
    await new Promise(resolve => setImmediate(resolve))
  }
  await box.end(state(51), 'done')
  expect(sent.length).toBeLessThanOrEqual(4)
  expect(sent.flatMap(news => news.lines ?? []).map(({ seq }) => seq)).toEqual(upTo(50))
  expect(sent.at(-1)).toEqual({ job: state(51), end: 'done' })
})
