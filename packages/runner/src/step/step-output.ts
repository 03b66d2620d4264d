import { resolve } from 'node:path'
import type { Annotation } from '@gantry/core'
import { NotLinear } from '@gantry/workflow'
import { annotate, type JobRuntime } from '../job/job-runtime.ts'
import { failedTestIn } from '../output/failed-test.ts'
import { LineSplitter } from '../output/line-splitter.ts'
import { ProblemFinder } from '../output/matcher/find-problems.ts'
import { type ProblemMatcher, readProblemMatchers } from '../output/matcher/problem-matcher.ts'
import { problemPlace } from '../output/matcher/problem-place.ts'
import { parseWorkflowCommand, type WorkflowCommand } from '../output/workflow-command.ts'

/** Colours and the like, as terminals read them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
const colors = /\u001b\[[0-9;]*m?/g

/** What one step says: lines go to the log, workflow commands among them are carried out. */
export class StepOutput {
  readonly outputs: Record<string, string> = {}
  readonly state: Record<string, string> = {}
  /** A command that fails the step, such as a forbidden `set-env`. */
  failure: string | undefined
  readonly #job: JobRuntime
  readonly #number: number
  #resumeToken: string | undefined
  /** The first test that a line named as failed. */
  #failedTest: string | undefined
  readonly #problems: ProblemFinder

  constructor(job: JobRuntime, number: number) {
    this.#job = job
    this.#number = number
    this.#problems = new ProblemFinder(() => job.matchers)
  }

  /** Turns a process's bytes into lines of this step. */
  splitter(): LineSplitter {
    return new LineSplitter(
      line => this.line(line),
      () => this.#job.masker.longest,
    )
  }

  /** One line a process wrote; commands in it are obeyed. */
  line(text: string): void {
    const command = text.includes('::') || text.includes('##[') ? parseWorkflowCommand(text) : undefined
    if (this.#resumeToken !== undefined) {
      if (command?.name === this.#resumeToken) this.#resumeToken = undefined
      else this.#show(text)
      return
    }
    const obey = command && commands[command.name]
    if (command === undefined || obey === undefined) this.#show(text)
    else obey(this, command)
  }

  /** What a process wrote, as a problem when a matcher of the job sees one in it. */
  #show(text: string): void {
    if (this.#job.log.isCut(this.#number)) {
      this.log(text)
      return
    }
    const plain = text.includes('\u001b[') ? text.replaceAll(colors, '') : text
    this.#failedTest ??= failedTestIn(plain)
    const problem = this.#problems.find(plain)
    if (problem === undefined) {
      this.log(text)
      return
    }
    const { level, message } = problem
    const place = problemPlace(this.#job.folders.workspace, problem)
    this.log(`##[${level === 'failure' ? 'error' : level}]${plain}`)
    annotate(this.#job, { ...place, level, message, step: this.#number })
  }

  /** One line that is only shown. */
  log(text: string): void {
    this.#job.log.write(this.#number, text)
  }

  annotate(level: Annotation['level'], message: string, place: Partial<Annotation> = {}): void {
    this.log(`##[${level === 'failure' ? 'error' : level}]${message}`)
    annotate(this.#job, { ...place, level, message, step: this.#number })
  }

  error(message: string): void {
    this.annotate('failure', message)
  }

  /** A command that ended badly: the log says how, and beside the run stands the test that failed, when one was named. */
  endedWith(exitCode: number): void {
    this.error(`Process completed with exit code ${exitCode}.`)
    if (this.#failedTest === undefined) return
    annotate(this.#job, { level: 'failure', message: this.#failedTest, step: this.#number })
  }

  mask(secret: string): void {
    this.#job.masker.add(secret)
  }

  stopCommands(token: string): void {
    this.#resumeToken = token.toLowerCase()
  }

  /** The newest is asked first; one of the same owner is replaced. */
  addMatchers(matchers: readonly ProblemMatcher[]): void {
    for (const matcher of matchers) {
      this.removeMatchers([matcher.owner])
      this.#job.matchers = [matcher, ...this.#job.matchers]
    }
  }

  removeMatchers(owners: readonly string[]): void {
    const gone = owners.map(owner => owner.toLowerCase())
    this.#job.matchers = this.#job.matchers.filter(({ owner }) => !gone.includes(owner.toLowerCase()))
  }

  /** `path` is that of a file with problem matchers, from the workspace. */
  matchersIn(path: string): ProblemMatcher[] {
    return readProblemMatchers(this.#job.sight.readText(resolve(this.#job.folders.workspace, path)))
  }

  get isDebugging(): boolean {
    return [this.#job.secrets, this.#job.vars].some(settings => settings.ACTIONS_STEP_DEBUG === 'true')
  }

  setEnv(name: string, value: string): void {
    if (this.#allowsUnsecure()) this.#job.env[name] = value
    else this.refuse('set-env', 'GITHUB_ENV')
  }

  addPath(path: string): void {
    if (this.#allowsUnsecure()) addToPath(this.#job, path)
    else this.refuse('add-path', 'GITHUB_PATH')
  }

  refuse(command: string, instead: string): void {
    this.failure ??= `expected ${instead} to be used, got the command "${command}", which is switched off because any output could set it`
    this.error(this.failure)
  }

  #allowsUnsecure(): boolean {
    return this.#job.env.ACTIONS_ALLOW_UNSECURE_COMMANDS === 'true'
  }
}

/** Newest first, without duplicates. */
export function addToPath(job: JobRuntime, path: string): void {
  job.path = [path, ...job.path.filter(known => known !== path)]
}

/** One entry per workflow command. */
const commands: Record<string, (output: StepOutput, command: WorkflowCommand) => void> = {
  'add-mask': (output, { value }) => output.mask(value),
  debug: (output, { value }) => {
    if (output.isDebugging) output.log(`##[debug]${value}`)
  },
  notice: (output, command) => output.annotate('notice', command.value, placeOf(command)),
  warning: (output, command) => output.annotate('warning', command.value, placeOf(command)),
  error: (output, command) => output.annotate('failure', command.value, placeOf(command)),
  group: (output, { value }) => output.log(`##[group]${value}`),
  endgroup: output => output.log('##[endgroup]'),
  'stop-commands': (output, { value }) => output.stopCommands(value),
  'set-output': (output, { properties, value }) => {
    if (properties.name !== undefined) output.outputs[properties.name] = value
  },
  'save-state': (output, { properties, value }) => {
    if (properties.name !== undefined) output.state[properties.name] = value
  },
  'set-env': (output, { properties, value }) => output.setEnv(properties.name ?? '', value),
  'add-path': (output, { value }) => output.addPath(value),
  echo: () => {},
  'add-matcher': (output, { value }) => withMatchers(output, value, matchers => output.addMatchers(matchers)),
  'remove-matcher': (output, { properties: { owner }, value }) => {
    if (owner !== undefined && owner !== '') output.removeMatchers([owner])
    else withMatchers(output, value, matchers => output.removeMatchers(matchers.map(each => each.owner)))
  },
}

/** A file that cannot be read fails the step, as any broken command does; one for GitHub's engine alone is left out. */
function withMatchers(output: StepOutput, path: string, use: (matchers: ProblemMatcher[]) => void): void {
  try {
    if (path === '') throw new Error('expected a file, got none')
    use(output.matchersIn(path))
  } catch (error) {
    if (error instanceof NotLinear) {
      output.annotate('warning', `problem matchers ${path} are left out: ${error.message}`)
      return
    }
    output.failure ??= `problem matchers ${path}: ${error instanceof Error ? error.message : error}`
    output.error(output.failure)
  }
}

function placeOf({ properties }: WorkflowCommand): Partial<Annotation> {
  const line = Number.parseInt(properties.line ?? '', 10)
  const column = Number.parseInt(properties.col ?? '', 10)
  return {
    ...(properties.title ? { title: properties.title } : {}),
    ...(properties.file ? { file: properties.file } : {}),
    ...(Number.isInteger(line) ? { line } : {}),
    ...(Number.isInteger(column) ? { column } : {}),
  }
}
