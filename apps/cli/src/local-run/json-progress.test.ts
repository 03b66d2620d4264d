import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobState, StepState } from '@gantry/core'
import { expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'
import { jsonProgress } from './json-progress.ts'

interface Line {
  kind: string
  jobId?: string
  job?: JobState
  step?: StepState
}

function heard(events: JobState[]): Line[] {
  const written: string[] = []
  const progress = jsonProgress({ write: text => written.push(text), isTty: false, columns: 80 })
  for (const job of events) progress.hear({ kind: 'job', runId: 'run', job })
  return written.map(line => JSON.parse(line))
}

const job = (status: JobState['status'], steps: StepState[]): JobState => ({
  ...{ id: 'a', key: 'a', name: 'a', needs: [], createdAt: '2026-11-27T12:00:00.000Z' },
  ...{ status, attempt: 1, steps, outputs: {}, annotations: [] },
})
const step = (number: number, status: StepState['status']): StepState => ({ number, name: `step ${number}`, status })

it('writes a job whole when it begins and ends, and in between the steps that changed', () => {
  const [one, two] = [step(1, 'completed'), step(2, 'queued')]
  const lines = heard([
    job('in_progress', []),
    job('in_progress', [step(1, 'in_progress'), two]),
    job('in_progress', [one, two]),
    job('in_progress', [one, step(2, 'in_progress')]),
    // A copy of what is the same says nothing new.
    job('in_progress', [one, step(2, 'in_progress')]),
    job('completed', [one, step(2, 'completed')]),
  ])
  expect(lines.map(line => line.kind)).toEqual(['job', 'job', 'step', 'step', 'job'])
  expect(lines[2]).toEqual({ kind: 'step', runId: 'run', jobId: 'a', step: one })
  expect(lines.at(-1)?.job?.steps.map(({ status }) => status)).toEqual(['completed', 'completed'])
})

it('writes twice as much for a job of twice as many steps, not four times', async () => {
  const cwd = tempFolder()
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd })
  const stepsWritten = async (count: number): Promise<number> => {
    const steps = '      - run: never\n        if: false\n'.repeat(count)
    writeFileSync(
      join(cwd, `${count}.yml`),
      `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ":"\n${steps}`,
    )
    const { code, out } = await typed(['run', `${count}.yml`, '--json'], { cwd })
    expect(code).toBe(0)
    const lines: Line[] = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const ended = lines.findLast(({ kind }) => kind === 'job')?.job
    expect(ended?.steps.filter(({ conclusion }) => conclusion === 'skipped')).toHaveLength(count)
    return out.split('"number":').length
  }
  const [few, many] = [await stepsWritten(40), await stepsWritten(80)]
  // Each step: with the job that begins, when it ends, with the job that ends, and with the run that ends.
  expect(many - few).toBe(4 * 40)
})
