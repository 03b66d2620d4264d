import type { RunState } from '@gantry/core'
import { expect } from 'vitest'
import { forgetOld } from '../maintain/maintain.ts'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const run = (id: string, number: number, change: Partial<RunState> = {}): RunState => ({
  id,
  number,
  workflowPath: '.github/workflows/ci.yml',
  workflowName: 'CI',
  event: 'push',
  eventPayload: { ref: 'refs/heads/main', nested: [1, { a: null }] },
  inputs: {},
  ref: 'refs/heads/main',
  sha: 'a'.repeat(40),
  actor: 'mira',
  title: 'Fix the “cart” — 100 %',
  status: 'queued',
  createdAt: at(number),
  attempt: 1,
  jobs: [],
  ...change,
})

export const runRules: Rules = {
  'numbers the runs of each workflow file from 1, also when asked at once': async current => {
    const { runs } = current.store
    const asked = Array.from({ length: 10 }, () => runs.nextNumber('shop', 'ci.yml'))
    expect((await Promise.all(asked)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await runs.nextNumber('shop', 'e2e.yml')).toBe(1)
    expect(await runs.nextNumber('blog', 'ci.yml')).toBe(1)
  },

  'answers a run exactly as it was saved last': async current => {
    const first = run('r1', 1)
    await current.store.runs.save('shop', first)
    expect(await current.store.runs.get('shop', 'r1')).toEqual(first)
    const done = run('r1', 1, { status: 'completed', conclusion: 'success', completedAt: at(50) })
    await current.store.runs.save('shop', done)
    expect(await current.store.runs.get('shop', 'r1')).toEqual(done)
    expect(await current.store.runs.get('blog', 'r1')).toBeNull()
  },

  'answers who pushed any of some commits, each once, and not who started a run by hand': async current => {
    const { runs } = current.store
    const [a, b, c] = ['1', '2', '3'].map(digit => digit.repeat(40))
    const pushed = (id: string, sha: string | undefined, change: Partial<RunState>) =>
      runs.save('pushes', run(id, 1, { sha: sha ?? '', ...change }))
    await pushed('u1', a, { actor: 'mira' })
    await pushed('u2', a, { actor: 'mira', event: 'pull_request' })
    await pushed('u3', b, { actor: 'jo', event: 'pull_request' })
    await pushed('u4', b, { actor: 'eve', event: 'workflow_dispatch' })
    await pushed('u5', c, { actor: 'kim' })
    expect(await runs.pushers('pushes', [a ?? '', b ?? ''])).toEqual(['jo', 'mira'])
    expect(await runs.pushers('pushes', [])).toEqual([])
    expect(await runs.pushers('elsewhere', [a ?? ''])).toEqual([])
    await expect(runs.save('elsewhere', run('u1', 1))).rejects.toMatchObject({ code: 'CONFLICT' })
  },

  'lists newest first, filtered, and those unfinished oldest first': async current => {
    const { runs } = current.store
    await runs.save('shop', run('r2', 2, { sha: 'b'.repeat(40), status: 'in_progress' }))
    await runs.save('shop', run('r3', 3, { workflowPath: 'deploy.yml', status: 'waiting', ref: 'refs/heads/x' }))
    const ids = async (filter: object) => (await runs.list('shop', filter)).map(({ id }) => id)
    expect(await ids({})).toEqual(['r3', 'r2', 'r1'])
    expect(await ids({ limit: 1 })).toEqual(['r3'])
    expect(await ids({ sha: 'b'.repeat(40) })).toEqual(['r2'])
    expect(await ids({ sha: 'bbbb' })).toEqual(['r2'])
    expect(await ids({ sha: '%' })).toEqual([])
    expect(await ids({ workflowPath: 'deploy.yml' })).toEqual(['r3'])
    expect(await ids({ ref: 'refs/heads/main' })).toEqual(['r2', 'r1'])
    expect((await runs.unfinished('shop')).map(({ id }) => id)).toEqual(['r2', 'r3'])
  },

  'narrows by branch, event, author and state, counts, and reaches every run page by page': async current => {
    const { runs } = current.store
    const ended = (conclusion: 'success' | 'failure') => ({ status: 'completed', conclusion }) as const
    const pull = { event: 'pull_request', ref: 'refs/pull/2/merge' }
    const payload = { eventPayload: { pull_request: { head: { ref: 'fix/cart' } } } }
    const all = [
      run('p1', 1, { ...ended('failure'), author: 'Ana Lima', actor: 'ana' }),
      run('p2', 2, { ...ended('success'), ...pull, ...payload, author: 'Leo', actor: 'leo' }),
      run('p3', 2, {
        ...ended('success'),
        workflowPath: 'x.yml',
        workflowName: 'X',
        ref: 'refs/tags/v1',
        actor: '100%',
      }),
      run('p4', 4, { status: 'waiting', event: 'schedule', ref: 'refs/heads/fix/cart', actor: 'gantry' }),
    ]
    for (const each of all) await runs.save('paged', each)
    const ids = async (filter: object) => (await runs.list('paged', filter)).map(({ id }) => id)
    expect(await ids({ branch: 'fix/cart' })).toEqual(['p4', 'p2'])
    expect(await ids({ branch: 'v1' })).toEqual(['p3'])
    expect(await ids({ number: 2 })).toEqual(['p3', 'p2'])
    expect(await ids({ event: 'schedule' })).toEqual(['p4'])
    expect(await ids({ author: 'lima' })).toEqual(['p1'])
    expect(await ids({ author: 'LEO' })).toEqual(['p2'])
    expect(await ids({ author: '0%' })).toEqual(['p3'])
    expect(await ids({ state: 'failure' })).toEqual(['p1'])
    expect(await ids({ state: 'waiting' })).toEqual(['p4'])
    expect(await ids({ state: 'success', event: 'push' })).toEqual(['p3'])
    expect(await runs.count('paged', { state: 'success' })).toEqual({ total: 2, newer: 0 })

    const seen: string[] = []
    for (let before: string | undefined; seen.length < 9; before = seen.at(-1)) {
      const page = await ids({ limit: 1, ...(before && { before }) })
      if (page.length === 0) break
      expect(await runs.count('paged', before ? { before } : {})).toEqual({ total: 4, newer: seen.length })
      seen.push(...page)
    }
    expect(seen).toEqual(['p4', 'p3', 'p2', 'p1'])
    expect(await ids({ before: 'nowhere' })).toEqual([])
    expect(await runs.choices('paged')).toEqual({
      workflows: [
        { path: '.github/workflows/ci.yml', name: 'CI' },
        { path: 'x.yml', name: 'X' },
      ],
      branches: ['fix/cart', 'v1', 'main'],
      authors: expect.arrayContaining(['gantry', '100%', 'Leo', 'Ana Lima']),
      events: expect.arrayContaining(['schedule', 'push', 'pull_request']),
    })
  },

  'keeps log lines in order, ignores a sequence number it has, and pages': async current => {
    const { runs } = current.store
    const line = (seq: number, text = `line ${seq}`) => ({ seq, step: 1, at: at(seq), text })
    await runs.appendLog('shop', 'r1', 'test (a)', [line(2), line(1)])
    await runs.appendLog('shop', 'r1', 'test (a)', [line(2, 'again'), line(3)])
    await runs.appendLog('shop', 'r1', 'test (b)', [line(1)])
    await runs.appendLog('shop', 'r1', 'test (b)', [])
    expect(await runs.log('shop', 'r1', 'test (a)', { after: 0, limit: 10 })).toEqual([line(1), line(2), line(3)])
    expect(await runs.log('shop', 'r1', 'test (a)', { after: 1, limit: 1 })).toEqual([line(2)])
    expect(await runs.lastLine('shop', 'r1', 'test (a)')).toBe(3)
    await runs.clearLog('shop', 'r1', 'test (a)')
    expect(await runs.lastLine('shop', 'r1', 'test (a)')).toBe(0)
    expect(await runs.log('shop', 'r1', 'test (a)', { after: 0, limit: 10 })).toEqual([])
    expect(await runs.log('shop', 'r1', 'test (b)', { after: 0, limit: 10 })).toHaveLength(1)
  },

  'tells when a line was written to the millisecond, whatever the zone of the session': async current => {
    const { runs } = current.store
    const times = ['00.000', '00.100', '00.120', '00.123', '59.999'].map(second => `2026-03-29T01:59:${second}Z`)
    await runs.appendLog(
      'shop',
      'r1',
      'timed',
      times.map((at, index) => ({ seq: index + 1, step: 1, at, text: '' })),
    )
    expect((await runs.log('shop', 'r1', 'timed', { after: 0, limit: 10 })).map(({ at }) => at)).toEqual(times)
  },

  'keeps what programs print: NUL, half a surrogate pair, quotes, braces, backslashes': async current => {
    const { runs } = current.store
    const texts = ['a\0b', 'half \ud83d', '{"a,b"}', 'NULL', '', '\\\\ \' " \u001b[31mred\u001b[0m', '😀']
    const lines = texts.map((text, index) => ({ seq: index + 1, step: 1, at: at(1), text }))
    await runs.appendLog('shop', 'r1', 'odd', lines)
    const stored = (await runs.log('shop', 'r1', 'odd', { after: 0, limit: 10 })).map(({ text }) => text)
    expect(stored).toEqual(['a\uFFFDb', 'half \uFFFD', ...texts.slice(2)])
  },

  'forgets the output of old runs that ended, and keeps the runs': async current => {
    const { runs } = current.store
    const jobs = ['old', 'new', 'waiting']
    await runs.save('past', run('old', 1, { status: 'completed' }))
    await runs.save('past', run('new', 3, { status: 'completed' }))
    await runs.save('past', run('waiting', 1, { status: 'waiting' }))
    for (const id of jobs) await runs.appendLog('past', id, 'test', [{ seq: 1, step: 1, at: at(1), text: id }])
    await forgetOld(current.database, 'elsewhere', { runLogs: at(9) })
    await forgetOld(current.database, 'past', { runLogs: at(2) })
    const left = await Promise.all(jobs.map(id => runs.log('past', id, 'test', { after: 0, limit: 10 })))
    expect(left.map(({ length }) => length)).toEqual([0, 1, 1])
    expect(await runs.get('past', 'old')).not.toBeNull()
  },
}
