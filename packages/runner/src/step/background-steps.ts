import type { StepState } from '@gantry/core'
import type { StepSpec } from '@gantry/workflow'
import { nameOf } from '@gantry/workflow'
import type { JobRuntime } from '../job/job-runtime.ts'
import type { Frame } from './frame.ts'
import { beginStep, finishStep, isLetPass, runStep } from './run-step.ts'
import { addToPath, StepOutput } from './step-output.ts'

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsbackground */
const MAX_AT_ONCE = 10

interface BackgroundStep {
  spec: StepSpec
  state: StepState
  /** As it was for the job when the step began, with changes only the step knows until it is waited for. */
  frame: Frame
  before: Pick<JobRuntime, 'env' | 'path' | 'matchers'>
  stop: AbortController
  done: Promise<void>
  isCollected: boolean
}

/**
 * The steps of a job that run beside the others. What one leaves behind (outputs, env, path, and its failure) reaches
 * the job when a step waits for it or cancels it, at the latest before the post steps, as in GitHub's runner:
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/BackgroundStepCoordinator.cs
 */
export class BackgroundSteps {
  readonly #frame: Frame
  readonly #steps = new Map<number, BackgroundStep>()
  readonly #queue: ((hasPlace: boolean) => void)[] = []
  #busy = 0

  constructor(frame: Frame) {
    this.#frame = frame
  }

  /** Everything that began was waited for. */
  get isIdle(): boolean {
    return [...this.#steps.values()].every(({ isCollected }) => isCollected)
  }

  /** `place` is that of the step in its job; its `if` sees the job as it is now. */
  start(place: number, spec: StepSpec, state: StepState): void {
    const stop = new AbortController()
    const { job, results } = this.#frame
    const frame: Frame = {
      ...this.#frame,
      job: { ...job, env: { ...job.env } },
      results: { ...results },
      stopped: stop.signal,
    }
    const before = { env: { ...job.env }, path: job.path, matchers: job.matchers }
    const done = this.#inTurn(stop.signal, () => runStep(frame, spec, state))
    this.#steps.set(place, { spec, state, frame, before, stop, done, isCollected: false })
  }

  /** A step that waits or cancels; it runs whatever happened before. */
  async control(spec: StepSpec, { kind, steps }: NonNullable<StepSpec['control']>, state: StepState): Promise<void> {
    const frame = this.#frame
    const { job } = frame
    job.machine.decided?.({ job: job.job.id, step: state.name, runs: true, why: `a step with ${kind} always runs` })
    beginStep(frame, spec, state, job.env)
    const output = new StepOutput(job, state.number)
    const chosen = steps.flatMap(place => this.#steps.get(place) ?? []).filter(({ isCollected }) => !isCollected)
    const verb = kind === 'cancel' ? 'Cancelling' : 'Waiting for'
    output.log(chosen.length > 0 ? `${verb} ${chosen.map(each => each.state.name).join(', ')}` : 'nothing to wait for')
    if (kind === 'cancel') for (const { stop } of chosen) stop.abort()
    const conclusions = await this.#collect(chosen)
    for (const { state: ended } of chosen) output.log(`  ${ended.name}: ${ended.conclusion}`)
    const outcome =
      kind === 'cancel'
        ? 'success'
        : ((['failure', 'cancelled'] as const).find(bad => conclusions.includes(bad)) ?? 'success')
    finishStep(frame, spec, state, output, outcome, outcome === 'failure' && isLetPass(frame, spec, job.env, output))
  }

  /**
   * Before the post steps: waits for whatever nobody waited for. A step that failed fails the job, also when the step
   * that waited for it was let pass.
   */
  async end(): Promise<void> {
    const left = [...this.#steps].filter(([, { isCollected }]) => !isCollected)
    if (left.length > 0) {
      const name = `Wait for ${left.map(([, { spec }]) => nameOf(spec)).join(', ')}`
      const { steps } = this.#frame.job.job
      const state: StepState = { number: steps.length + 1, name, status: 'queued' }
      steps.push(state)
      this.#frame.number = state.number
      const spec: StepSpec = { at: { line: 1, column: 1 }, name, with: {}, env: {} }
      await this.control(spec, { kind: 'wait', steps: left.map(([place]) => place) }, state)
    }
    if ([...this.#steps.values()].some(({ state }) => state.conclusion === 'failure')) this.#frame.hasFailed = true
  }

  async #collect(chosen: BackgroundStep[]): Promise<(StepState['conclusion'] | undefined)[]> {
    await Promise.all(chosen.map(({ done }) => done))
    for (const step of chosen) {
      step.isCollected = true
      handOver(step, this.#frame)
    }
    return chosen.map(({ state }) => state.conclusion)
  }

  async #inTurn(stopped: AbortSignal, work: () => Promise<void>): Promise<void> {
    const hasPlace = this.#busy < MAX_AT_ONCE
    if (hasPlace) this.#busy += 1
    const holdsPlace = hasPlace || (await this.#turn(stopped))
    try {
      await work()
    } finally {
      // The place goes over to the next in line, so that nobody gets in between.
      const next = holdsPlace ? this.#queue.shift() : undefined
      if (next !== undefined) next(true)
      else if (holdsPlace) this.#busy -= 1
    }
  }

  /** Answers with false for a step that is cancelled before its turn: it has nothing to run. */
  #turn(stopped: AbortSignal): Promise<boolean> {
    return new Promise(resolve => {
      this.#queue.push(resolve)
      stopped.addEventListener('abort', () => {
        const place = this.#queue.indexOf(resolve)
        if (place >= 0) this.#queue.splice(place, 1)
        resolve(false)
      })
    })
  }
}

function handOver({ spec, frame, before }: BackgroundStep, { job, results }: Frame): void {
  const own = frame.job
  for (const [name, value] of Object.entries(own.env)) if (before.env[name] !== value) job.env[name] = value
  for (const path of own.path.toReversed()) if (!before.path.includes(path)) addToPath(job, path)
  const added = own.matchers.filter(matcher => !before.matchers.includes(matcher))
  const gone = before.matchers.filter(matcher => !own.matchers.includes(matcher))
  job.matchers = [...added, ...job.matchers.filter(matcher => !gone.includes(matcher))]
  const result = spec.id === undefined ? undefined : frame.results[spec.id]
  if (spec.id !== undefined && result !== undefined) results[spec.id] = result
}
