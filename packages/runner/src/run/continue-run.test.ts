import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunState } from '@gantry/core'
import { planRun, readWorkflow } from '@gantry/workflow'
import { oneJob, testFacts } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import { findStep } from '../job/only-step.ts'
import type { Standstill } from '../job/stood-at.ts'
import { conclusions, jobOf, logOf, runText, testMachine } from '../testing/test-machine.ts'
import { continueRun } from './continue-run.ts'
import { runWorkflow } from './run-workflow.ts'

type Changes = Parameters<typeof testMachine>[0]

/** Runs a file, lets `mend` look at where its jobs stood, and goes on with the file as it is then. */
async function twice(
  text: string,
  { later = text, mend, ...changes }: Changes & { later?: string; mend?: (stood: Map<string, Standstill>) => void },
) {
  const stood = new Map<string, Standstill>()
  const machine = testMachine({
    ...changes,
    stoodStill: (id, at) => void stood.set(id, JSON.parse(JSON.stringify(at))),
  })
  const first = await runText(text, machine)
  mend?.(stood)
  machine.events.length = 0
  const [now, then] = [later, text].map(each => readWorkflow('.github/workflows/test.yml', each))
  if (now === undefined || then === undefined) throw new Error('expected two workflows')
  const saved: RunState = JSON.parse(JSON.stringify(first.run))
  const { run: again, goOnAt, kept } = continueRun(now, then, saved, stood)
  const run = await runWorkflow(now, again, { ...machine, goOnAt })
  return { first, run, kept, stood, log: logOf(machine.events) }
}

/** A step that fails until its working copy has a file `mended`. */
const stuck = 'test -f mended'
const mendCopies = (stood: Map<string, Standstill>): void => {
  for (const { root } of stood.values()) writeFileSync(join(root, 'work/mended'), '')
}

describe('a run goes on from the failed step', () => {
  test('in the same working copy, with env, path, outputs, masks and summary of the steps before', async () => {
    const text = oneJob(
      `
- id: early
  run: |
    echo once >> ran.txt
    mkdir bin; printf '#!/bin/sh\\necho found' > bin/tool; chmod +x bin/tool
    echo "$PWD/bin" >> "$GITHUB_PATH"
    echo WORD=kept >> "$GITHUB_ENV"
    echo out=put >> "$GITHUB_OUTPUT"
    echo "# early" >> "$GITHUB_STEP_SUMMARY"
    echo "::add-mask::hush-hush"
- run: ${stuck}
- run: echo "$(cat ran.txt) $(tool) $WORD \${{ steps.early.outputs.out }} \${{ steps.early.conclusion }} hush-hush"`,
      'outputs: { o: "${{ steps.early.outputs.out }}" }',
    )
    const { first, run, stood, log } = await twice(text, { mend: mendCopies })
    expect(first.run.conclusion).toBe('failure')
    expect(stood.get('a')).toMatchObject({ place: 1 })
    expect(run).toMatchObject({ conclusion: 'success', attempt: 2 })
    expect(log).toContain('once found kept put success ***')
    const { steps, outputs, summary, annotations } = jobOf(run, 'a')
    expect(steps.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success'])
    expect([outputs, summary?.trim(), annotations]).toEqual([{ o: 'put' }, '# early', []])
    expect(existsSync(stood.get('a')?.root ?? '/')).toBe(false)
  })

  test('what steps after the failure set is forgotten, and secrets of the machine are not stored', async () => {
    const text = oneJob(`
- run: ${stuck}
- if: always()
  run: echo WORD=late >> "$GITHUB_ENV"; echo "::add-mask::own-mask"
- run: echo "word=$WORD \${{ job.status }}"`)
    const { log, stood } = await twice(text, { secrets: () => ({ KEY: 'deep-secret' }), mend: mendCopies })
    expect(log).toContain('word=late success')
    expect(stood.get('a')).toMatchObject({ place: 0, env: {}, masks: [] })
    expect(JSON.stringify([...stood])).not.toContain('deep-secret')
  })

  test('before a background step that nobody had waited for', async () => {
    const text = oneJob(`
- run: echo first >> ran.txt
- { id: bg, background: true, run: 'echo OWN=bg >> "$GITHUB_ENV"; echo bg >> ran.txt' }
- run: ${stuck}
- wait: bg
- run: echo "$(tr '\\n' ' ' < ran.txt) $OWN"`)
    const { log, stood } = await twice(text, { mend: mendCopies })
    expect(stood.get('a')?.place).toBe(1)
    expect(log).toContain('first bg bg  bg')
  })

  test('and may fail there again', async () => {
    const { run } = await twice(oneJob(`- run: ${stuck}`), {})
    expect(run.conclusion).toBe('failure')
  })
})

describe('which jobs run again', () => {
  const text = `on: push
jobs:
  good: { runs-on: x, steps: [{ run: echo good ran }] }
  bad:
    runs-on: x
    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
    steps: [{ run: 'echo bad \${{ matrix.n }} ran' }, { run: 'test \${{ matrix.n }} = 1 || ${stuck}' }]
  behind: { runs-on: x, needs: [good, bad], steps: [{ run: echo behind ran }] }
  gate: { runs-on: x, needs: behind, if: always(), steps: [{ run: 'echo gate saw \${{ needs.behind.result }}' }] }
`

  test('the failed ones and those behind them; the others are kept', async () => {
    const { first, run, kept, log } = await twice(text, { mend: mendCopies })
    expect(conclusions(first.run)).toMatchObject({ good: 'success', 'bad (1)': 'success', 'bad (2)': 'failure' })
    expect(first.log).toContain('gate saw skipped')
    expect(kept).toEqual(['good', 'bad (1)'])
    expect(new Set(Object.values(conclusions(run)))).toEqual(new Set(['success']))
    expect(log.split('\n').sort()).toEqual(['behind ran', 'gate saw success'])
    expect(jobOf(run, 'good').attempt).toBe(1)
  })

  test('also inside of a workflow that was called', async () => {
    const called = `on: workflow_call
jobs:
  one: { runs-on: x, steps: [{ run: echo one ran }] }
  two: { runs-on: x, needs: one, steps: [{ run: echo two began }, { run: ${stuck} }] }
  three: { runs-on: x, needs: two, steps: [{ run: echo three ran }] }
`
    const caller = 'on: push\njobs:\n  up: { uses: ./.github/workflows/called.yml }\n'
    const { first, run, kept, log } = await twice(caller, {
      files: { '.github/workflows/called.yml': called },
      mend: mendCopies,
    })
    expect(conclusions(first.run)).toMatchObject({ up: 'failure', 'up / two': 'failure', 'up / three': 'skipped' })
    expect(kept).toEqual(['up / one'])
    expect(conclusions(run)).toEqual({
      up: 'success',
      'up / one': 'success',
      'up / two': 'success',
      'up / three': 'success',
    })
    expect(log).toBe('three ran')
  })

  test('a matrix behind a failed job unfolds by what that job says now', async () => {
    const dynamic = `on: push
jobs:
  plan:
    runs-on: x
    outputs: { legs: '\${{ steps.s.outputs.legs }}' }
    steps: [{ run: ${stuck} }, { id: s, run: 'echo ''legs=["p","q"]'' >> $GITHUB_OUTPUT' }]
  work:
    needs: plan
    runs-on: x
    strategy: { matrix: { leg: '\${{ fromJSON(needs.plan.outputs.legs) }}' } }
    steps: [{ run: 'echo \${{ matrix.leg }}' }]
`
    const { run } = await twice(dynamic, { mend: mendCopies })
    expect(conclusions(run)).toEqual({ plan: 'success', 'work (p)': 'success', 'work (q)': 'success' })
  })
})

describe('a file that changed meanwhile', () => {
  const text = oneJob(`- run: echo early\n- run: ${stuck}`)

  test('may have another failed step', async () => {
    expect((await twice(text, { later: text.replace(stuck, 'echo mended') })).run.conclusion).toBe('success')
  })

  test.each([
    ['other steps before', text.replace('early', 'earlier'), 'expected the steps of a before step 2 as they were'],
    ['another job', text.replace('  a:', '  b:'), 'to have the jobs it had (a), got b'],
  ])('is refused with %s', async (_, later, words) => {
    await expect(twice(text, { later })).rejects.toMatchObject({
      code: 'NOTHING_TO_CONTINUE',
      message: expect.stringContaining(words),
    })
  })

  test('as is a run in which nothing failed', async () => {
    await expect(twice(oneJob('- run: "true"'), {})).rejects.toThrow('expected a job that failed or was cancelled')
  })
})

describe('only one step', () => {
  const text = `on: push
jobs:
  need: { runs-on: x, steps: [{ run: echo need ran }] }
  a:
    runs-on: x
    needs: need
    if: github.ref == 'nowhere'
    steps:
      - uses: actions/checkout@v4
      - { id: build, run: echo build ran }
      - { name: Look, if: failure(), run: 'cat hello.txt; echo "<\${{ steps.build.outputs.o }}>"' }
      - run: echo late ran
`

  test('runs without the steps before it but the checkout, whatever the conditions', async () => {
    const machine = testMachine({ files: { 'hello.txt': 'hello\n' }, only: { job: 'a', step: 2 } })
    const { run, log, job } = await runText(text, machine)
    expect(conclusions(run)).toEqual({ need: 'skipped', a: 'success' })
    expect(log).toContain('hello\n<>')
    expect(log).not.toContain('ran')
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['success', 'skipped', 'success', 'skipped'])
  })

  test('is found by number, id, name or what it runs', () => {
    const workflow = readWorkflow('x.yml', text)
    expect(planRun(workflow, testFacts).jobs).toHaveLength(2)
    for (const asked of ['build', 'Run echo build ran'])
      expect(findStep(workflow, asked)).toEqual({ job: 'a', step: 1 })
    expect(findStep(workflow, '3', 'a')).toEqual({ job: 'a', step: 2 })
    expect(findStep(workflow, 'Look')).toEqual({ job: 'a', step: 2 })
  })

  test.each([
    ['buil', undefined, 'got "buil"; did you mean "build"?'],
    ['1', undefined, 'expected one step "1" in x.yml, got 1 of job need, 1 of job a'],
    ['9', 'need', 'expected a step of job need of x.yml (Run echo need ran), got "9"'],
  ])('%s of %s is refused', (asked, key, words) => {
    const refused = expect.objectContaining({ code: 'WORKFLOW_PART_UNKNOWN', message: expect.stringContaining(words) })
    expect(() => findStep(readWorkflow('x.yml', text), asked, key)).toThrow(refused)
  })
})
