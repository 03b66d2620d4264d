import { readWorkflow } from '@gantry/workflow'
import { jobs } from '@gantry/workflow/testing'
import { describe, expect, it } from 'vitest'
import { conclusions, runText, testMachine } from '../testing/test-machine.ts'

const ask = (expression: string): string => `\${{ ${expression} }}`
const slow = 'sleep 0.2'

/** The largest number of jobs of each key that were under way together. */
function together(machine: ReturnType<typeof testMachine>, ...ids: string[]): number {
  const busy = new Set<string>()
  return machine.events.reduce((most, event) => {
    if (event.kind !== 'job' || !ids.includes(event.job.id)) return most
    if (event.job.status === 'in_progress') busy.add(event.job.id)
    if (event.job.status === 'completed') busy.delete(event.job.id)
    return Math.max(most, busy.size)
  }, 0)
}

describe('concurrency groups of jobs', () => {
  it('let one job at a time run; a newer one takes the place of the one that waits', async () => {
    const machine = testMachine()
    const text = jobs(['a', 'concurrency: g', slow], ['b', 'concurrency: g'], ['c', 'concurrency: G'], ['d', ''])
    const { run, job } = await runText(text, machine)
    expect(conclusions(run)).toEqual({ a: 'success', b: 'cancelled', c: 'success', d: 'success' })
    expect(job('b').annotations[0]?.message).toBe('cancelled: c took its place in the concurrency group "g"')
    expect(together(machine, 'a', 'c')).toBe(1)
    expect(run.conclusion).toBe('cancelled')
  })

  it('with queue: max let all wait for their turn, in order', async () => {
    const machine = testMachine()
    const group = 'concurrency: { group: g, queue: max }'
    const { run } = await runText(jobs(['a', group, slow], ['b', group], ['c', group], ['d', group]), machine)
    expect(new Set(Object.values(conclusions(run)))).toEqual(new Set(['success']))
    expect(together(machine, 'a', 'b', 'c', 'd')).toBe(1)
    const begun = machine.events.flatMap(event =>
      event.kind === 'job' && event.job.status === 'in_progress' ? [event.job.id] : [],
    )
    expect([...new Set(begun)]).toEqual(['a', 'b', 'c', 'd'])
  })

  it('with queue: max let a hundred wait, and cancel those above', async () => {
    const group = '{ group: g, queue: max }'
    const legs = Array.from({ length: 103 }, (_, i) => i)
    const text = jobs([
      'a',
      `concurrency: ${group}, strategy: { fail-fast: false, matrix: { n: [${legs.join(', ')}] } }`,
    ])
    const cancel = new AbortController()
    const machine = testMachine({ signal: cancel.signal })
    const { on } = machine
    machine.on = event => {
      on(event)
      if (event.kind === 'job' && event.job.status === 'in_progress') cancel.abort()
    }
    const { run } = await runText(text, machine)
    const full = run.jobs.filter(job => job.annotations.some(({ message }) => message.includes('100 jobs wait')))
    expect(full.map(({ id }) => id)).toEqual(['a (101)', 'a (102)'])
  })

  it('with cancel-in-progress end the job that runs, and start when it has ended', async () => {
    const machine = testMachine()
    const newer = 'concurrency: { group: g, cancel-in-progress: true }, needs: first'
    const { run } = await runText(
      jobs(
        ['first', '', slow],
        ['old', 'concurrency: g', 'sleep 30'],
        ['new', newer],
        ['after', 'needs: old, if: always()'],
      ),
      machine,
    )
    expect(conclusions(run)).toEqual({ first: 'success', old: 'cancelled', new: 'success', after: 'success' })
    expect(together(machine, 'old', 'new')).toBe(1)
  })

  it('are named by expressions over needs and matrix; an empty name is no group', async () => {
    const machine = testMachine()
    const text = jobs([
      'a',
      `concurrency: "${ask("matrix.n < 3 && 'low' || ''")}", strategy: { matrix: { n: [1, 2, 3, 4] } }`,
      slow,
    ])
    const { run } = await runText(text, machine)
    expect(run.conclusion).toBe('success')
    expect(together(machine, 'a (1)', 'a (2)')).toBe(1)
    expect(together(machine, 'a (3)', 'a (4)')).toBe(2)
  })

  it('leave legs alone that max-parallel holds back', async () => {
    const text = jobs(['a', 'concurrency: g, strategy: { max-parallel: 1, matrix: { n: [1, 2, 3] } }'])
    expect((await runText(text)).run.conclusion).toBe('success')
    const all = await runText(text.replace('max-parallel: 1, ', ''))
    expect(conclusions(all.run)).toEqual({ 'a (1)': 'success', 'a (2)': 'cancelled', 'a (3)': 'success' })
  })

  it('that the run itself holds cancel the job, as on GitHub, where it would wait for ever', async () => {
    const text = `concurrency: ci-${ask('github.ref')}\n${jobs(['a', `concurrency: "CI-${ask('github.ref')}"`], ['b', ''])}`
    const { run, job } = await runText(text)
    expect(conclusions(run)).toEqual({ a: 'cancelled', b: 'success' })
    expect(job('a').annotations[0]?.message).toContain(
      'the concurrency group "ci-refs/heads/main" is held by the workflow',
    )
  })

  it('of calls are held until all that was called is done', async () => {
    const called = 'on: workflow_call\njobs:\n  x: { runs-on: x, steps: [{ run: sleep 0.2 }] }\n'
    const same = `concurrency: g\n${called}`
    const files = { '.github/workflows/c.yml': called, '.github/workflows/s.yml': same }
    const call = (key: string, file: string, more = '') =>
      `  ${key}: { uses: ./.github/workflows/${file}.yml${more} }\n`
    const machine = testMachine({ files })
    const { run } = await runText(`on: push\njobs:\n${call('a', 'c', ', concurrency: g')}${call('b', 's')}`, machine)
    expect(run.conclusion).toBe('success')
    expect(together(machine, 'a', 'b')).toBe(1)
    expect(together(machine, 'a / x', 'b / x')).toBe(1)
    const top = await runText(`concurrency: g\non: push\njobs:\n${call('b', 's')}`, testMachine({ files }))
    expect(conclusions(top.run)).toEqual({ b: 'cancelled' })
  })

  it('that cannot be named fail their job', async () => {
    const { run, job } = await runText(jobs(['a', `concurrency: "${ask("fromJSON('{')")}"`], ['b', 'needs: a']))
    expect(conclusions(run)).toEqual({ a: 'failure', b: 'skipped' })
    expect(job('a').annotations).toHaveLength(1)
  })

  it.each([
    ['{ group: g, queue: all }', '3:52: expected queue to be single or max, got "all"'],
    [
      '{ group: g, queue: max, cancel-in-progress: true }',
      '3:33: expected "queue: max" or "cancel-in-progress: true", got both',
    ],
  ])('%s is refused', (written, message) => {
    expect(() => readWorkflow('ci.yml', jobs(['a', `concurrency: ${written}`]))).toThrow(`ci.yml:${message}`)
  })
})
