import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { type Answer, testServer } from '../testing/test-server.ts'

const at = '/api/v1/projects/shop'

async function act(argv: string[], answers: Record<string, Answer>) {
  const server = await testServer(answers)
  const { code, out, err } = await typed(argv, { env: server.env, now: sample.now })
  return { code, out, err, posts: server.asked.filter(({ method }) => method === 'POST').map(({ body }) => body) }
}

it('takes a yes back also from what is approved, as long as the server lets it', async () => {
  const approved = { ...sample.promotion, state: 'approved' }
  const answers = {
    [`GET ${at}/promotions`]: () => ({ promotions: [approved] }),
    [`POST ${at}/promotions/promotion-1/withdraw`]: () => sample.promotion,
  }
  const { code, out, posts } = await act(['withdraw', '8f3c', '--reason', 'it fails on a phone'], answers)
  expect([code, out]).toEqual([0, '8f3c2a1 → production: 0 of 1 approvals\n'])
  expect(posts).toEqual([{ reason: 'it fails on a phone', version: 3 }])
  // What is approved is not decided again.
  expect((await act(['approve', '8f3c', '--reason', 'x'], answers)).code).toBe(2)
})

it('names the gate that is let pass, with a reason', async () => {
  const answers = {
    [`GET ${at}/promotions`]: () => ({ promotions: [sample.promotion] }),
    [`POST ${at}/promotions/promotion-1/override`]: () => sample.promotion,
  }
  const { posts } = await act(['override', '8f3c', 'freeze', '--reason', 'it is down'], answers)
  expect(posts).toEqual([{ reason: 'it is down', version: 3, gate: 'freeze' }])
  expect(await act(['override', '8f3c', 'freeze'], answers)).toMatchObject({ code: 2, posts: [] })
})

it('holds promotions with a reason, and says how they go on', async () => {
  const answers = { [`POST ${at}/environments/production/hold`]: () => ({}) }
  const { out, posts } = await act(['hold', '--reason', 'the database is being moved'], answers)
  expect(out).toBe('promotions to production wait until `gantry resume --environment production`\n')
  expect(posts).toEqual([{ reason: 'the database is being moved' }])
  expect((await act(['hold'], answers)).posts).toEqual([])
})

it('shows the checklist by its headings, ticks by the numbers shown, and exits 1 while a task is open', async () => {
  const task = (index: number, section: string, person: string | null) => ({
    ...{ index, section, text: `task ${index + 1}` },
    ticked: person === null ? null : { person, personId: person, at: sample.at },
  })
  const tasks = [task(0, 'Look', 'Kim'), task(1, 'Look', null), task(2, 'Phone', 'Bo')]
  const path = `${at}/releases/8f3c/checklist`
  const answers = (all: typeof tasks | null) => ({
    [`GET ${path}`]: () => ({ checklist: all && { file: 'docs/qa/checklist.md', tasks: all } }),
    [`POST ${path}`]: () => ({ checklist: null }),
  })
  const { code, out, posts } = await act(['checklist', '8f3c', '--tick', '2', '--untick', '1'], answers(tasks))
  expect(code).toBe(1)
  expect(posts).toEqual([
    { task: 1, done: true },
    { task: 0, done: false },
  ])
  expect(out).toContain('docs/qa/checklist.md: 2 of 3 ticked\n\n     Look\n   1 [x] task 1  Kim, ')
  expect(out).toContain('   2 [ ] task 2\n\n     Phone\n   3 [x] task 3  Bo, ')
  expect((await act(['checklist', '8f3c'], answers([task(0, 'Look', 'Kim')]))).code).toBe(0)
  expect(await act(['checklist', '8f3c'], answers(null))).toMatchObject({
    code: 1,
    out: expect.stringContaining('no checklist'),
  })
  expect((await act(['checklist', '8f3c', '--tick', '0'], answers(tasks))).code).toBe(2)
})

it('says beside each gate what to do, and of each vote until when it counts or why it does not', async () => {
  const vote = { person: 'Ada', decision: 'approved', reason: 'fine', at: sample.at }
  const promotion = {
    ...sample.promotion,
    gates: [{ gate: 'soak', title: 'Soak', state: 'waiting', detail: '3 min to go', evidence: null, next: 'wait' }],
    approvals: [
      { ...vote, expiresAt: '2026-11-24T10:00:00.000Z' },
      { ...vote, person: 'Bo', lapsed: 'Bo is a developer now' },
    ],
  }
  const { out } = await act(['gates'], { [`GET ${at}/promotions`]: () => ({ promotions: [promotion] }) })
  expect(out).toContain('1 of 1 approvals')
  expect(out).toContain('waiting Soak: 3 min to go\n          → wait\n')
  expect(out).toContain('Ada approved it: fine (counts until 2026-11-24T10:00Z)')
  expect(out).toContain('Bo approved it: fine (does not count: Bo is a developer now)')
})
