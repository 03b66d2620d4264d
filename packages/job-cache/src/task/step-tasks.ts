import { appendFileSync, existsSync, readFileSync, realpathSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { ScriptStep } from '@gantry/core'
import { Backup } from './backup.ts'
import type { Answer, Ask, Clerk } from './desk.ts'
import { besideOf, type JobTasks } from './job-tasks.ts'
import type { Activity } from './judge-task.ts'
import { generatedIn, hasLeftProcess, killLeft, putBack, writtenInto } from './left-behind.ts'
import { movedBytes } from './moved.ts'
import { readProjects, type Workspace } from './projects.ts'
import { type Reach, reachOf } from './reach.ts'
import { whyNotRestorable } from './restorable.ts'
import { leftBy, type Running, type Task } from './running-task.ts'
import { ownerIn, SeenFiles } from './seen-files.ts'
import type { Standing } from './standing.ts'
import { type StepFacts, taskInputs, taskName } from './task-inputs.ts'
import type { Draft, RememberedTask } from './task-store.ts'
import { View } from './view/view.ts'
import type { Viewer } from './view/viewer.ts'

type Verdict = Exclude<Standing, { kind: 'narrow' }>

/** Answers the scripts of one step, and looks at what they leave behind. */
export class StepTasks implements Clerk {
  readonly #step: ScriptStep
  readonly #tasks: JobTasks
  readonly #facts: StepFacts
  readonly #seen: SeenFiles
  readonly #running = new Map<string, Running>()
  readonly #drafts: { draft: Draft; task: Task }[] = []
  readonly #activities: Activity[] = []
  /** A file that is older than whatever a script of this step writes. */
  readonly #mark: string
  #generated: string[] | undefined
  #restored = 0
  /** Out of the sight of its scripts. */
  readonly #hiddenFolder: string
  #backups = 0

  /** @param dir of this step alone */
  constructor(step: ScriptStep, tasks: JobTasks, dir: string) {
    this.#step = step
    this.#tasks = tasks
    this.#mark = join(dir, 'mark')
    this.#hiddenFolder = join(tasks.ownFolder, basename(dir))
    this.#seen = new SeenFiles(tasks, this.#activities)
    const { folders, jobId, number, steps, outcomes } = step
    const known = [...new Set([folders.root, realpathSync(folders.root), dir])].map(path => [path, '<job>'] as const)
    this.#facts = {
      job: `${jobId} ${number}`,
      steps: steps.slice(0, number).map((spec, i) => [spec, outcomes[i]]),
      about: tasks.about,
      folders: [...known, ...folders.extraPath.map(path => [path, '<gantry>'] as const)].sort(
        ([a], [b]) => b.length - a.length,
      ),
    }
  }

  async asked(ask: Ask): Promise<Answer> {
    const task = this.#taskOf(ask)
    this.#tasks.activities.push(task.activity)
    this.#activities.push(task.activity)
    try {
      const refused = task.dir.startsWith('..') ? 'it is not in the checkout' : whyNotRestorable(task.event, ask.script)
      const standing = await this.#tasks.standings.of(this.#nameOf(task))
      const why = refused ?? (standing.kind === 'never' ? standing.why : undefined)
      if (why === undefined) return await this.#recall(task, standing.kind === 'narrow' ? 'narrow' : 'tree')
      this.#tell(task, false, why)
    } catch (error) {
      this.#tell(task, false, `what it reads cannot be told: ${messageOf(error)}`)
    }
    return 'plain'
  }

  async viewed(ask: Ask, exitCode: number): Promise<Answer> {
    const running = this.#running.get(ask.name)
    if (running?.view === undefined) return 'plain'
    this.#running.delete(ask.name)
    try {
      const verdict = this.#verdictOf(running)
      if (exitCode === 0 && verdict === undefined) return await this.#conclude(running)
      return await this.#again(running, running.view.viewer, verdict)
    } catch (error) {
      this.#refuse(running, messageOf(error))
      return 'plain'
    }
  }

  async done(ask: Ask, exitCode: number, isWhole: boolean): Promise<void> {
    const running = this.#running.get(ask.name)
    if (running === undefined) return
    this.#running.delete(ask.name)
    try {
      addSummary(ask)
      // A failure is what people look at: it is never remembered, and nothing more is said of it.
      if (exitCode === 0 && running.onSuccess === 'keep') await this.#draft(running, isWhole)
      if (exitCode === 0 && running.onSuccess === 'never') await this.#never(running, onlyInWhole)
    } catch (error) {
      this.#refuse(running, messageOf(error))
    } finally {
      running.activity.to = Date.now()
    }
  }

  /** Nothing asks any more. */
  async end(): Promise<void> {
    const at = Date.now()
    for (const activity of this.#activities) activity.to ??= at
    // Of those that were stopped, whose wrapper could not say so.
    for (const { ask } of this.#running.values()) addSummary(ask)
    const removed = rm(this.#hiddenFolder, { recursive: true, force: true })
    try {
      await this.#keepFit(this.#drafts.length === 0 ? [] : await writtenInto(this.#installed(), this.#mark))
    } catch (error) {
      for (const { draft, task } of this.#drafts) {
        await draft.drop()
        this.#refuse(task, messageOf(error))
      }
    }
    await removed
    if (this.#activities.length > 0) this.#step.say(`${this.#restored} of ${this.#activities.length} tasks restored`)
  }

  /** All but those that ran while something was written where only an install writes. */
  async #keepFit(written: readonly { path: string; at: number }[]): Promise<void> {
    for (const { draft, task } of this.#drafts) {
      const { from, to = from } = task.activity
      const culprit = written.find(each => each.at >= from - tickMs && each.at <= to + tickMs)
      if (culprit === undefined) await draft.keep()
      else {
        await draft.drop()
        this.#refuse(task, `${relative(this.#tasks.tree.root, culprit.path)} changed while it ran`)
      }
    }
  }

  #taskOf(ask: Ask): Task {
    const event = ask.env['npm_lifecycle_event'] ?? ''
    const name = ask.env['npm_package_name'] ?? ''
    const cwd = ask.env['PWD'] ?? ''
    const dir = existsSync(cwd) ? relative(this.#tasks.tree.root, realpathSync(cwd)) || '.' : '..'
    const within = (ask.env['GANTRY_TASK'] ?? '').split(' ').filter(Boolean)
    const title = `${event} of ${name === '' ? dir : name}`
    const { script, env, isBoth } = ask
    const activity: Activity = { ticket: ask.name, within, dir, from: Date.now() }
    return { ask, title, package: name, dir, event, script, env, isBoth, activity }
  }

  #nameOf = (task: Task): string => `${taskName(this.#facts, task)} ${task.script}`

  async #recall(task: Task, kind: 'narrow' | 'tree'): Promise<Answer> {
    const viewer = task.dir === '.' ? undefined : await this.#tasks.viewer()
    const running = this.#begin(task, viewer === undefined ? 'tree' : kind)
    const { inputs, workspace, reach } = running
    const known = await this.#tasks.store.recall(inputs, path => foreign(path, task.dir, workspace, reach))
    if (known.kind === 'hit') return this.#restore(task, known.task)
    this.#tell(task, false, known.reason)
    return this.#start(running, viewer)
  }

  #begin(task: Task, kind: 'narrow' | 'tree'): Running {
    const { tree, now } = this.#tasks
    const workspace = readProjects(tree)
    if (!workspace.projects.has(task.dir)) throw new Error(`${task.dir} is no package in pnpm-lock.yaml`)
    const reach = reachOf(kind, task.dir, workspace)
    const before = this.#seen.listed(reach, workspace)
    const files = this.#seen.counted(task.dir, reach, before, workspace)
    const beside = this.#beside()
    const inputs = taskInputs(this.#facts, task, { files, beside, edges: this.#seen.edges(reach, workspace) }, now())
    const noted = { besideBefore: beside.join('\n'), commandsBefore: this.#commands(), onSuccess: 'keep' as const }
    return { ...task, inputs, workspace, reach, before, ...noted }
  }

  /** Runs it, with what its key leaves out beyond its sight where there is a viewer. */
  #start(running: Running, viewer: Viewer | undefined): Answer {
    const { ask, before, dir, workspace, reach, env } = running
    const { tree, folders } = this.#tasks
    this.#setMark()
    writeFileSync(join(ask.folder, 'summary'), '')
    this.#running.set(ask.name, running)
    if (viewer === undefined) return 'miss'
    const own = new Map([...before].filter(([path]) => ownerIn(workspace, path) === dir))
    const backup = new Backup(tree.root, own, join(this.#hiddenFolder, `backup-${this.#backups++}`))
    const view = new View({ viewer, pool: this.#tasks.veils }, this.#seen.hidden(reach, workspace, env), {
      ...{ program: join(ask.folder, 'view'), root: folders.root, report: join(ask.folder, 'network') },
    })
    running.view = { viewer, view, backup }
    return 'view'
  }

  /** Why what came of a view does not stand; nothing when it does. */
  #verdictOf({ ask, view, reach }: Running): Verdict | undefined {
    const looked = view?.view.looked()
    if (looked?.isKnown !== true) throw new Error('its end was not seen')
    if (looked.hasLeft) {
      killLeft(ask.name)
      return { kind: 'never', why: 'it left a process behind' }
    }
    if (looked.network) return { kind: 'never', why: 'it asks the network' }
    const [first] = looked.folders
    if (first === undefined) return undefined
    // With the whole checkout in sight, it is something outside of that.
    return { kind: reach.kind === 'narrow' ? 'tree' : 'never', why: `it looks at ${first}` }
  }

  async #conclude(running: Running): Promise<Answer> {
    addSummary(running.ask)
    await this.#draft(running, true).catch((error: unknown) => this.#refuse(running, messageOf(error)))
    running.activity.to = Date.now()
    return 'show'
  }

  /** What it did with less in sight does not count: it runs as if it had not. */
  async #again(running: Running, viewer: Viewer, verdict: Verdict | undefined): Promise<Answer> {
    const { dir, workspace, title, view } = running
    view?.backup.putBack(dir, new Map([...this.#tasks.tree.list(dir, workspace.dirs)]))
    if (verdict?.kind === 'never') {
      await this.#never(running, verdict.why)
      return 'plain'
    }
    this.#step.say(`runs again with everything in sight: ${title} (${verdict?.why ?? 'it failed'})`)
    const { view: _, ...rest } = running
    const again = this.#begin(rest, 'tree')
    if (verdict !== undefined) {
      await this.#tasks.standings.set(this.#nameOf(running), verdict)
      return this.#start(again, viewer)
    }
    // Whether it would fail all the same is known only where nothing at all is taken from it.
    return this.#start({ ...again, onSuccess: 'never' }, undefined)
  }

  async #never(task: Task, why: string): Promise<void> {
    await this.#tasks.standings.set(this.#nameOf(task), { kind: 'never', why })
    this.#refuse(task, why)
  }

  async #restore(task: Task, known: RememberedTask): Promise<Answer> {
    const { ask, activity, dir } = task
    const { root } = this.#step.folders
    await putBack(join(this.#tasks.tree.root, dir), root, known)
    for (const name of ['stdout', 'stderr'] as const)
      if (known[name].length > 0) writeFileSync(join(ask.folder, name), movedBytes(known[name], known.root, root))
    appendSummary(ask, movedBytes(known.summary, known.root, root))
    activity.to = Date.now()
    this.#restored += 1
    this.#tell(task, true, `unchanged since ${clock(new Date(known.rememberedAt))}`)
    return 'hit'
  }

  async #draft(running: Running, isWhole: boolean): Promise<void> {
    const { ask, reach, workspace, besideBefore, commandsBefore, inputs } = running
    const left = leftBy(running, this.#seen.listed(reach, workspace), this.#step, this.#tasks)
    const hasLeft = running.view === undefined && (await hasLeftProcess(ask.name))
    if (!isWhole || hasLeft) throw new Error('it left a process behind')
    if (this.#commands() !== commandsBefore)
      throw new Error('it told the step something, by GITHUB_OUTPUT or a file like it')
    if (this.#beside().join('\n') !== besideBefore) throw new Error('files beside the checkout changed while it ran')
    this.#drafts.push({ draft: await this.#tasks.store.draft(inputs, left), task: running })
  }

  /** Sizes of the files through which scripts speak to the step: they only grow. */
  #commands(): string {
    return this.#step.commandFiles.map(file => statSync(file, { throwIfNoEntry: false })?.size ?? 0).join(' ')
  }

  #beside(): string[] {
    this.#generated ??= generatedIn(this.#tasks.tree.root, ['.', ...readProjects(this.#tasks.tree).dirs])
    return besideOf(this.#tasks, this.#generated)
  }

  /** Every folder of installed packages. */
  #installed(): string[] {
    const { tree } = this.#tasks
    const folders = ['.', ...readProjects(tree).dirs].map(dir => join(tree.root, dir, 'node_modules'))
    return folders.filter(path => existsSync(path))
  }

  /** Before the first script that runs: what is newer was written since. */
  #setMark(): void {
    if (existsSync(this.#mark)) return
    writeFileSync(this.#mark, '')
    const at = (Date.now() - tickMs) / 1000
    utimesSync(this.#mark, at, at)
  }

  #tell(task: Task, isHit: boolean, reason: string): void {
    this.#step.say(isHit ? `restored: ${task.title} (${reason})` : `runs: ${task.title} (${reason})`)
    const { event, package: of } = task
    this.#step.told({ step: this.#step.number, task: event, package: of, isHit, reason })
  }

  #refuse(task: Task, reason: string): void {
    this.#step.say(`not remembered: ${task.title} (${reason})`)
  }
}

const onlyInWhole = 'it succeeds only with everything of this machine in sight'

/** To that of the step, or of the script that started this one. */
function addSummary(ask: Ask): void {
  appendSummary(ask, readFileSync(join(ask.folder, 'summary')))
}

function appendSummary({ env }: Ask, summary: Buffer): void {
  const file = env['GITHUB_STEP_SUMMARY']
  if (file !== undefined && summary.length > 0) appendFileSync(file, summary)
}

/** The clock of a file system goes in steps: what is written at once may bear a time before. */
const tickMs = 20
/** Not by Intl, which takes longer to begin than a job that is restored. */
const clock = (at: Date): string => at.toTimeString().slice(0, 'hh:mm'.length)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whose file it is and why that counts, where it is not the package's own. */
function foreign(path: string, dir: string, workspace: Workspace, reach: Reach): string | undefined {
  const owner = ownerIn(workspace, path)
  if (owner === dir || owner === '.' || reach.kind !== 'narrow') return undefined
  return `its dependency ${workspace.projects.get(owner)?.name}`
}
