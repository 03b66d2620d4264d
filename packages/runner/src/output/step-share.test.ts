import type { RunEvent } from '@gantry/core'
import { oneJob } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { runText, testMachine } from '../testing/test-machine.ts'
import { StepShare } from './step-share.ts'

describe('what is kept of a step', () => {
  test('is all of it, as it comes, up to a limit', () => {
    const share = new StepShare()
    expect(Array.from({ length: 100_000 }, (_, i) => share.take(`line ${i}`)).every(taken => taken === 'kept')).toBe(
      true,
    )
    expect(share.end()).toEqual([])
  })

  test('then its last lines, with how much is missing before them', () => {
    const share = new StepShare()
    const taken = Array.from({ length: 250_000 }, (_, i) => share.take(`line ${i}`))
    expect([taken[99_999], taken[100_000], taken[100_001]]).toEqual(['kept', 'cut', 'held'])
    const [said, ...last] = share.end()
    expect(said).toBe("##[warning]149,000 lines, 2 MB of the step's output are left out; these are its last lines")
    expect([last.length, last[0], last.at(-1)]).toEqual([1_000, 'line 249000', 'line 249999'])
    expect(share.end()).toEqual([])
  })

  test('never more than a little, however long the lines', () => {
    const share = new StepShare()
    for (let i = 0; i < 100; i++) share.take('x'.repeat(1_000_000))
    expect(share.isFull).toBe(true)
    expect(share.end().join('').length).toBeLessThan(200_000)
  })
})

const logOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap(event => (event.kind === 'log' ? event.lines.map(({ text }) => text) : []))

describe('a step that prints much', () => {
  test('leaves its first and its last lines, and why it failed', async () => {
    const machine = testMachine()
    const { job } = await runText(
      oneJob(
        '- run: |\n    yes this is a line | head -c 60000000; echo the end; exit 3\n- run: echo next\n  if: always()',
      ),
      machine,
    )
    const lines = logOf(machine.events)
    expect(lines.length).toBeLessThan(102_000)
    expect(lines.filter(line => line.startsWith('##[warning]'))).toEqual([
      expect.stringContaining('the log is cut here'),
      expect.stringMatching(/^##\[warning\]3,\d+,\d+ lines, 5\d MB of the step's output are left out/),
    ])
    const end = lines.lastIndexOf('the end')
    expect(lines.slice(end)).toEqual([
      'the end',
      '##[error]Process completed with exit code 3.',
      ...['##[group]Run echo next', 'echo next', 'shell: bash -e {0}', '##[endgroup]', 'next'],
    ])
    const seqs = machine.events.flatMap(event => (event.kind === 'log' ? event.lines.map(({ seq }) => seq) : []))
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
    expect(job('a').annotations).toMatchObject([{ message: 'Process completed with exit code 3.' }])
  })

  test('is read no faster than its log is stored, and its limit overtakes what waits', async () => {
    let waiting = 0
    let most = 0
    const machine = testMachine({
      async on(event) {
        if (event.kind !== 'log') return
        const chars = event.lines.reduce((sum, { text }) => sum + text.length, 0)
        waiting += chars
        most = Math.max(most, waiting)
        await new Promise(resolve => setTimeout(resolve, 100))
        waiting -= chars
      },
    })
    const { job } = await runText(oneJob(`- run: yes ${'x'.repeat(1_000)}\n  timeout-minutes: 0.02`), machine)
    expect(job('a').annotations).toMatchObject([{ message: expect.stringContaining('got no end; it was stopped') }])
    expect(most).toBeLessThan(4_000_000)
  })
})
