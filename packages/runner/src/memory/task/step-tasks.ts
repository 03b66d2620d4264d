import { appendFileSync, existsSync, readFileSync, realpathSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { JobRuntime } from '../../job/job-runtime.ts'
import type { Frame } from '../../step/frame.ts'
import type { StepOutput } from '../../step/step-output.ts'
import type { JobInputs } from '../job-memory.ts'
import type { Answer, Ask, Clerk } from './desk.ts'
import { besideOf, type JobTasks } from './job-tasks.ts'
import { type Activity, judgeTask } from './judge-task.ts'
import { generatedIn, hasLeftProcess, putBack, readLeft, writtenInto } from './left-behind.ts'
import { movedBytes } from './moved.ts'
import { readProjects, type Workspace } from './projects.ts'
import { type Reach, reachOf } from './reach.ts'
import { whyNotRestorable } from './restorable.ts'
import { type StepFacts, taskInputs } from './task-inputs.ts'
import type { Draft, RememberedTask } from './task-memory.ts'
import { isInstalled, type Listing } from './tree.ts'
import { wholeTree } from './whole-tree.ts'

interface Task {
  ask: Ask
  /** As people say it: `lint of @x/a`. */
  title: string
  name: string
  package: string
  dir: string
  activity: Activity
}

/** A task that runs, with all that is needed to say afterwards what it did. */
interface Running extends Task {
  inputs: JobInputs
  workspace: Workspace
  reach: Reach
  before: Map<string, string>
  besideBefore: string
  commandsBefore: string
}

interface Place {
  /** Of this step alone. */
  dir: string
  commandFiles: readonly string[]
  output: StepOutput
}

/** Answers the scripts of one step, and looks at what they leave behind. */
export class StepTasks implements Clerk {
  readonly #job: JobRuntime
  readonly #tasks: JobTasks
  readonly #place: Place
  readonly #facts: StepFacts
  readonly #number: number
  readonly #running = new Map<string, Running>()
  readonly #drafts: { draft: Draft; task: Task }[] = []
  readonly #activities: Activity[] = []
  readonly #mark: string
  #generated: string[] | undefined
  /**
   * By package, what was there when the first script of the step asked and is in no checkout. Scripts of a step run side by
   * side: what one that nobody depends on has made by now is chance, and follows from the same files.
   */
  #made: Map<string, Map<string, string>> | undefined
  #restored = 0

  constructor(frame: Frame, tasks: JobTasks, place: Place) {
    const { job } = frame
    this.#job = job
    this.#tasks = tasks
    this.#place = place
    this.#number = frame.number
    this.#mark = join(place.dir, 'mark')
    const known = [...new Set([job.folders.root, realpathSync(job.folders.root), place.dir])].map(
      path => [path, '<job>'] as const,
    )
    this.#facts = {
      job: `${job.job.id} ${frame.number}`,
      steps: job.spec.steps.slice(0, frame.number).map((spec, i) => [spec, job.job.steps[i]?.outcome]),
      about: tasks.about,
      folders: [...known, ...job.machine.extraPath.map(path => [path, '<gantry>'] as const)].sort(
        ([a], [b]) => b.length - a.length,
      ),
    }
  }

  async asked(ask: Ask): Promise<Answer> {
    const event = ask.env['npm_lifecycle_event'] ?? ''
    const name = ask.env['npm_package_name'] ?? ''
    const cwd = ask.env['PWD'] ?? ''
    const dir = existsSync(cwd) ? relative(this.#tasks.tree.root, realpathSync(cwd)) || '.' : '..'
    const within = (ask.env['GANTRY_TASK'] ?? '').split(' ').filter(Boolean)
    const activity: Activity = { ticket: ask.name, within, dir, from: Date.now() }
    const title = `${event} of ${name === '' ? dir : name}`
    const task: Task = { ask, title, name: event, package: name, dir, activity }
    this.#tasks.activities.push(activity)
    this.#activities.push(activity)
    try {
      const refused = this.#whyPlain(task)
      if (refused !== undefined) {
        this.#tell(task, false, refused)
        return 'plain'
      }
      return await this.#recall(task)
    } catch (error) {
      this.#tell(task, false, `what it reads cannot be told: ${messageOf(error)}`)
      return 'plain'
    }
  }

  async done(ask: Ask, exitCode: number, isWhole: boolean): Promise<void> {
    const running = this.#running.get(ask.name)
    if (running === undefined) return
    this.#running.delete(ask.name)
    try {
      addSummary(ask, readFileSync(join(ask.folder, 'summary')))
      // A failure is what people look at: it is never remembered, and nothing more is said of it.
      if (exitCode === 0) await this.#draft(running, isWhole)
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
    for (const { ask } of this.#running.values()) addSummary(ask, readFileSync(join(ask.folder, 'summary')))
    try {
      await this.#keepFit(this.#drafts.length === 0 ? [] : await writtenInto(this.#installed(), this.#mark))
    } catch (error) {
      for (const { draft, task } of this.#drafts) {
        await draft.drop()
        this.#refuse(task, messageOf(error))
      }
    }
    if (this.#activities.length > 0)
      this.#place.output.log(`${this.#restored} of ${this.#activities.length} tasks restored`)
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

  #whyPlain({ dir, ask, name }: Task): string | undefined {
    if (dir.startsWith('..')) return 'it is not in the checkout'
    return whyNotRestorable(name, ask.script)
  }

  async #recall(task: Task): Promise<Answer> {
    const { tree, memory } = this.#tasks
    const workspace = readProjects(tree)
    const project = workspace.projects.get(task.dir)
    if (project === undefined) throw new Error(`${task.dir} is no package in pnpm-lock.yaml`)
    const lists = new Map<string, Map<string, string>>()
    const list = (dir: string): Map<string, string> => {
      const known = lists.get(dir) ?? tree.list(dir, workspace.dirs)
      lists.set(dir, known)
      return known
    }
    const isSource = (path: string): boolean => this.#tasks.files.has(path)
    const reach = this.#tasks.guesses
      ? reachOf(task.dir, task.ask.script, { tree, workspace, list, isSource })
      : wholeTree(task.dir, workspace)
    const { ask, dir, name: event } = task
    const files = this.#inputFiles(dir, reach, workspace, list)
    const beside = this.#beside()
    const inputs = taskInputs(this.#facts, { dir, event, ...ask }, files, beside)
    const known = await memory.recall(inputs, path => foreign(ownerIn(workspace, path), dir, workspace, reach))
    if (known.kind === 'hit') return this.#restore(task, known.task)
    this.#tell(task, false, known.reason)
    this.#setMark()
    writeFileSync(join(ask.folder, 'summary'), '')
    const before = new Map(['.', ...workspace.dirs].flatMap(each => [...list(each)]))
    this.#running.set(ask.name, {
      ...{ ...task, inputs, workspace, reach, before },
      ...{ besideBefore: beside.join('\n'), commandsBefore: this.#commands() },
    })
    return 'miss'
  }

  #inputFiles(dir: string, reach: Reach, { dirs }: Workspace, list: (dir: string) => Listing): Map<string, string> {
    const { tree, files } = this.#tasks
    const whole = ['.', ...dirs]
    const read = reach.kind === 'some' ? ['.', ...reach.dirs.keys()] : whole
    const all = new Map(read.flatMap(each => [...list(each)]))
    // What people wrote into a folder of that name, for a test perhaps, is no installed package.
    for (const path of files.keys()) if (isInstalled(path)) all.set(path, tree.id(path))
    if (reach.kind !== 'tree') return all
    this.#made ??= new Map(whole.map(each => [each, new Map([...list(each)].filter(([path]) => !files.has(path)))]))
    for (const each of whole) {
      if (each === '.' || each === dir || reach.dirs.has(each) || !this.#isAtWork(each)) continue
      for (const path of list(each).keys()) if (!files.has(path)) all.delete(path)
      for (const [path, id] of this.#made.get(each) ?? []) all.set(path, id)
    }
    return all
  }

  #isAtWork(dir: string): boolean {
    return this.#activities.some(activity => activity.dir === dir)
  }

  async #restore(task: Task, known: RememberedTask): Promise<Answer> {
    const { ask, activity, dir } = task
    const { root } = this.#job.folders
    await putBack(join(this.#tasks.tree.root, dir), root, known)
    writeFileSync(join(ask.folder, 'stdout'), movedBytes(known.stdout, known.root, root))
    writeFileSync(join(ask.folder, 'stderr'), movedBytes(known.stderr, known.root, root))
    addSummary(ask, movedBytes(known.summary, known.root, root))
    activity.to = Date.now()
    this.#restored += 1
    this.#tasks.restoredOf(known.rememberedAt)
    this.#tell(task, true, `unchanged since ${moment.format(new Date(known.rememberedAt)).replace(',', '')}`)
    return 'hit'
  }

  async #draft(running: Running, isWhole: boolean): Promise<void> {
    const { ask, workspace, reach, dir, activity, before, inputs } = running
    const { tree, memory, files, activities } = this.#tasks
    const after = new Map(['.', ...workspace.dirs].flatMap(each => [...tree.list(each, workspace.dirs)]))
    const judgement = judgeTask({
      ...{ own: activity, before, after, activities },
      ownerOf: path => ownerIn(workspace, path),
      isTracked: path => files.has(path),
      isRead: (path, owner) =>
        owner === '.' || reach.kind === 'all' || reach.dirs.has(owner) || (reach.kind === 'tree' && files.has(path)),
    })
    if (judgement.kind === 'unfit') return this.#refuse(running, judgement.reason)
    const stdout = readBytes(ask.folder, 'stdout')
    const stderr = ask.isBoth ? Buffer.alloc(0) : readBytes(ask.folder, 'stderr')
    const summary = readFileSync(join(ask.folder, 'summary'))
    const below = (path: string): string => (dir === '.' ? path : path.slice(dir.length + 1))
    const listed = new Map([...after].filter(([path]) => ownedBy(dir, path)).map(([path, id]) => [below(path), id]))
    const { root } = this.#job.folders
    const left = readLeft(join(tree.root, dir), root, judgement.wrote.map(below), listed)
    const secret = [stdout, stderr, summary, ...left.map(each => (each.kind === 'file' ? each.bytes : Buffer.alloc(0)))]
    const reason = (await this.#whyUnfit(running, isWhole)) ?? this.#whySecret(secret)
    if (reason !== undefined) return this.#refuse(running, reason)
    const rememberedAt = this.#job.machine.now().toISOString()
    const gone = judgement.gone.map(below)
    const draft = await memory.draft(inputs, { rememberedAt, root, stdout, stderr, summary, left, gone })
    this.#drafts.push({ draft, task: running })
  }

  async #whyUnfit({ ask, commandsBefore, besideBefore }: Running, isWhole: boolean): Promise<string | undefined> {
    if (!isWhole || (await hasLeftProcess(ask.name))) return 'it left a process behind'
    if (this.#commands() !== commandsBefore) return 'it told the step something, by GITHUB_OUTPUT or a file like it'
    if (this.#beside().join('\n') !== besideBefore) return 'files beside the checkout changed while it ran'
    return undefined
  }

  #whySecret(contents: readonly Buffer[]): string | undefined {
    const { masker } = this.#job
    const holds = contents.some(bytes => {
      const text = bytes.toString('utf8')
      return text.includes('::add-mask::') || masker.mask(text) !== text
    })
    return holds ? 'it wrote a secret' : undefined
  }

  /** Sizes of the files through which scripts speak to the step: they only grow. */
  #commands(): string {
    return this.#place.commandFiles.map(file => statSync(file, { throwIfNoEntry: false })?.size ?? 0).join(' ')
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
    const { machine, job } = this.#job
    this.#place.output.log(isHit ? `restored: ${task.title} (${reason})` : `runs: ${task.title} (${reason})`)
    const { name, package: of } = task
    machine.recalledTask?.(job.id, { step: this.#number, task: name, package: of, isHit, reason })
  }

  #refuse(task: Task, reason: string): void {
    this.#place.output.log(`not remembered: ${task.title} (${reason})`)
  }
}

/** To that of the step, or of the script that started this one. */
function addSummary({ env }: Ask, summary: Buffer): void {
  const file = env['GITHUB_STEP_SUMMARY']
  if (file !== undefined && summary.length > 0) appendFileSync(file, summary)
}

/** The clock of a file system goes in steps: what is written at once may bear a time before. */
const tickMs = 20
const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const ownedBy = (dir: string, path: string): boolean => dir === '.' || path.startsWith(`${dir}/`)

function ownerIn({ dirs }: Workspace, path: string): string {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const folder = path.slice(0, at)
    if (dirs.has(folder)) return folder
  }
  return '.'
}

/** Whose file it is and why that counts, where it is not the package's own. */
function foreign(owner: string, dir: string, { projects }: Workspace, reach: Reach): string | undefined {
  if (owner === dir || owner === '.' || dir === '.' || reach.kind === 'tree') return undefined
  const name = projects.get(owner)?.name
  if (reach.kind === 'all') return `${name}, which may be read: ${reach.why}`
  const by = reach.dirs.get(owner)
  if (by === undefined) return `${name}, which counted then`
  return by === null ? `its dependency ${name}` : `${name}, which ${by} names`
}

const readBytes = (folder: string, name: string): Buffer => readFileSync(join(folder, name))
