import { existsSync } from 'node:fs'
import type { RunState } from '@gantry/core'
import {
  type Continued,
  contentsOf,
  continueRun,
  layChanges,
  type Machine,
  type Standstill,
} from '@gantry/runner/local'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import type { LocalRun } from './asked-run.ts'
import { findRun, forgetRun, type KeptRun, keepRun } from './kept-run.ts'

type Contents = Awaited<ReturnType<typeof contentsOf>>

/** A failed run that goes on, with its working copies up to date. */
interface GoingOn extends Continued {
  folder: string
  copies: string[]
  /** Names of the files that changed since. */
  changed: string[]
  former: KeptRun
}

/**
 * The run of the same file that failed last. While it goes on it is in nobody else's list; what changed in the repository
 * since is laid over the copies in which jobs go on.
 * @throws GantryError NOTHING_TO_CONTINUE
 */
export async function goOnFrom({ workflow, git: { top } }: LocalRun, host: Host): Promise<GoingOn> {
  const former = await findRun(host, top, workflow.path)
  // Whatever tidies temporary folders may have been there first: such a job starts anew.
  const stood = former.stood.filter(([, { root }]) => existsSync(root))
  const continued = continueRun(workflow, former.workflow, former.run, new Map(stood))
  const roots = [...continued.goOnAt.values()].map(({ root }) => `${root}/`)
  const copies = former.copies.filter(copy => roots.some(root => copy.startsWith(root)))
  const { files } = await contentsOf(top)
  const changed = await layChanges(top, copies, new Map(former.files), files)
  await forgetRun(host, top, workflow.path, former.folder)
  return { ...continued, folder: former.folder, copies, changed, former }
}

export function tellContinued({ run, goOnAt, kept, changed }: GoingOn, output: Output): void {
  for (const [id, { place }] of goOnAt) output.note(`${id} goes on at step ${place + 1}`)
  const anew = run.jobs.filter(({ id, status }) => status === 'queued' && !goOnAt.has(id)).map(({ id }) => id)
  if (anew.length > 0) output.note(`run from their beginning: ${anew.join(', ')}`)
  if (kept.length > 0) output.note(`kept as they ended: ${kept.join(', ')}`)
  if (changed.length > 0) {
    const shown = changed.slice(0, 5).join(', ')
    output.note(`brought up to date: ${shown}${changed.length > 5 ? ` and ${changed.length - 5} more files` : ''}`)
  }
}

/** Sees to it that a run that fails can go on. */
export class RunKeeper {
  readonly #asked: LocalRun
  readonly #folder: string
  readonly #host: Host
  readonly #stood: Map<string, Standstill>
  readonly #goingOn: GoingOn | undefined
  readonly #copies: string[]
  #contents: Promise<Contents> | undefined

  constructor(asked: LocalRun, folder: string, host: Host, goingOn: GoingOn | undefined) {
    this.#asked = asked
    this.#folder = folder
    this.#host = host
    this.#goingOn = goingOn
    this.#stood = new Map(goingOn?.goOnAt)
    this.#copies = [...(goingOn?.copies ?? [])]
  }

  /** What a checkout of this run gets; asked for once. */
  contents(): Promise<Contents> {
    this.#contents ??= this.#asked.contents ?? contentsOf(this.#asked.git.top)
    return this.#contents
  }

  /** The machine, when it also remembers where jobs stand. A single step has nothing to go on with. */
  watch(machine: Machine): Machine {
    if (this.#asked.step !== undefined) return machine
    const { source } = machine
    const checkout: typeof source.checkout = async (dest, ref) => {
      // As it is now, not as somebody who typed on has it when a job fails. What goes wrong is thrown there.
      this.contents().catch(() => undefined)
      await source.checkout(dest, ref)
      // With a ref it is the working tree; without, a commit that does not change.
      if (ref.ref !== undefined) this.#copies.push(dest)
    }
    const job = this.#goingOn?.former.job
    return {
      ...machine,
      source: { checkout },
      ...(job === undefined ? {} : { only: { job } }),
      ...(this.#goingOn && { goOnAt: this.#goingOn.goOnAt }),
      stoodStill: (id, at) => void this.#stood.set(id, at),
    }
  }

  /** Answers whether the folder of the run has to stay for the next one. */
  async end(run: RunState): Promise<boolean> {
    const { git, workflow, keep, step, job } = this.#asked
    if (step !== undefined) return false
    if (run.status === 'queued') return this.#putBack()
    if (run.status !== 'completed' || (run.conclusion !== 'failure' && run.conclusion !== 'cancelled')) {
      await forgetRun(this.#host, git.top, workflow.path, this.#folder)
      return false
    }
    const asked = this.#goingOn?.former.job ?? job
    const { files } = await this.contents()
    const kept: KeptRun = {
      folder: this.#folder,
      isAskedFor: keep,
      run,
      workflow,
      ...(asked === undefined ? {} : { job: asked }),
      stood: [...this.#stood],
      files: [...files],
      copies: this.#copies,
    }
    await keepRun(this.#host, git.top, kept)
    return true
  }

  /** Nothing began: what failed before is as it was. */
  async #putBack(): Promise<boolean> {
    if (this.#goingOn === undefined) return false
    const { former, copies } = this.#goingOn
    const { files } = await this.contents()
    await keepRun(this.#host, this.#asked.git.top, { ...former, files: [...files], copies })
    return true
  }
}
