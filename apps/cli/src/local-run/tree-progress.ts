import type { JobState, RunEvent, RunState } from '@gantry/core'
import type { Stream } from '../host.ts'
import { between, took } from '../terminal/ago.ts'
import type { Painter } from '../terminal/paint.ts'
import { cut, shown } from '../terminal/table.ts'
import { readable } from './plain-progress.ts'
import { afterEvent, type Progress } from './progress.ts'
import { mark } from './render-run.ts'

const drawEveryMs = 100
const keptLines = 200
const shownLines = 25

/** Jobs as a tree that redraws itself, the step each is at behind it; the last lines of a failing step at the end. */
export function treeProgress(planned: RunState, stdout: Stream, paint: Painter, now: () => Date): Progress {
  let run = planned
  let drawn = 0
  let isPaused = false
  const tails = new Map<string, { step: number; text: string }[]>()

  function clear(): void {
    if (drawn > 0) stdout.write(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  function draw(): void {
    if (isPaused) return
    clear()
    const lines = treeLines(run, paint, now(), stdout.columns)
    stdout.write(`${lines.join('\n')}\n`)
    drawn = lines.length
  }
  const timer = setInterval(draw, drawEveryMs)
  draw()

  return {
    hear(event: RunEvent) {
      run = afterEvent(run, event)
      if (event.kind !== 'log') return
      const tail = tails.get(event.jobId) ?? []
      tail.push(...event.lines)
      tails.set(event.jobId, tail.slice(-keptLines))
    },
    pause() {
      isPaused = true
      clear()
    },
    resume() {
      isPaused = false
      draw()
    },
    end(ended) {
      clearInterval(timer)
      clear()
      for (const job of ended.jobs) stdout.write(failureTail(job, tails.get(job.id) ?? [], paint))
    },
  }
}

/** One line a job, indented by how many jobs it waits behind. */
export function treeLines(run: RunState, paint: Painter, now: Date, columns: number): string[] {
  const depths = depthsOf(run.jobs)
  return run.jobs.map(job => {
    const indent = '  '.repeat(depths.get(job.key) ?? 0)
    const step = job.steps.find(({ status }) => status === 'in_progress')
    const time = job.startedAt === undefined ? '' : took(between(job.startedAt, job.completedAt, now))
    const detail =
      job.status === 'waiting' ? `waits for approval: ${job.environment}` : (step?.name ?? job.conclusion ?? '')
    const text = [shown(job.name), time, detail].filter(part => part !== '').join('  ')
    return `${indent}${mark(job, paint)} ${cut(text, Math.max(10, columns - indent.length - 3))}`
  })
}

/** How many needs deep each job stands. */
function depthsOf(jobs: readonly JobState[]): Map<string, number> {
  const depths = new Map<string, number>()
  for (let round = 0; round < jobs.length; round += 1) {
    for (const { key, needs } of jobs) {
      depths.set(key, Math.max(0, ...needs.map(need => (depths.get(need) ?? 0) + 1)))
    }
  }
  return depths
}

function failureTail(job: JobState, lines: { step: number; text: string }[], paint: Painter): string {
  const failed = job.steps.find(({ conclusion }) => conclusion === 'failure')
  if (failed === undefined) return ''
  let isHead = false
  const own = lines
    .filter(({ step }) => step === failed.number)
    .flatMap(({ text }) => {
      const said = readable(text, { isHead })
      isHead = said.isHead
      return said.text === null ? [] : [`  ${said.text}`]
    })
  return `${paint.red(`${job.name} › ${failed.name}`)}\n${own.slice(-shownLines).join('\n')}\n\n`
}
