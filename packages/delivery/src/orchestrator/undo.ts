import { type Deployment, type DeployStep, shortSha } from '@gantry/core'
import { ask, type Work } from './work.ts'

/** A vendor that is out of order for a moment is asked again: an environment between two releases is worse than late. */
export const pausesMs = [1_000, 5_000, 15_000, 60_000, 180_000]

/**
 * Back to front: requests go back to the former release before what was begun ends. Migrations stay. A step that failed or
 * was lost half-way may have been done, so it is taken back like one that is done.
 * Answers null, or one sentence about what could not be taken back.
 */
export async function undo(work: Work): Promise<string | null> {
  const left: string[] = []
  for (const step of work.journal.now().steps.toReversed()) {
    if (step.status === 'planned') await work.journal.step(step.id, { status: 'skipped' })
    else if (step.undoable && step.status !== 'undone' && step.status !== 'skipped') {
      const why = await undoStep(work, step)
      if (why !== null) left.push(`${step.id} could not be taken back: ${why}`)
    } else if (step.status === 'running') await work.journal.step(step.id, given(work))
  }
  return left.length === 0 ? await formerServes(work) : left.join('; ')
}

async function undoStep(work: Work, step: DeployStep): Promise<string | null> {
  for (const pauseMs of [...pausesMs, null]) {
    const outcome = await ask(work, { act: 'undo', service: step.service, step })
    if (outcome.ok) {
      // A failed step keeps saying how it failed.
      if (step.status !== 'failed') await work.journal.step(step.id, { status: 'undone', finishedAt: work.now() })
      return null
    }
    work.log(`${step.id} could not be taken back: ${outcome.why}`)
    if (pauseMs === null) return outcome.why
    await work.pause(pauseMs)
  }
  return null
}

const given = ({ now }: Work) => ({ status: 'failed' as const, finishedAt: now(), detail: 'given up half-way' })

/** What the vendors themselves say, for services whose requests may have been switched. */
async function formerServes(work: Work): Promise<string | null> {
  const deployment = work.journal.now()
  const switched = deployment.steps.filter(({ phase, status }) => phase === 'switch' && status !== 'skipped')
  for (const service of new Set(switched.map(step => step.service))) {
    const outcome = await ask(work, { act: 'live', service, step: null })
    const release = outcome.ok ? outcome.answer?.['release'] : null
    if (outcome.ok && release === deployment.release && !isAgain(deployment)) {
      return `${service} still serves ${shortSha(deployment.release)}: ${outcome.detail}`
    }
  }
  return null
}

/** The same release once more: what serves is the one to go back to. */
const isAgain = ({ release, formerRelease }: Deployment): boolean => release === formerRelease
