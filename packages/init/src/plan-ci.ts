import { buildsItself, codegenCommands, librariesToBuild, withNeeds } from './prerequisites.ts'
import type { RepositoryFacts } from './repository.ts'
import { filterOf, type Leg, shellWord, splitSides } from './split-sides.ts'
import type { Command, Task, TaskName } from './task.ts'

export interface CiStep {
  name: string
  lines: readonly string[]
  /** Only in this leg of the matrix. */
  side?: Leg['side']
  /** A step that judges for a task; the others only prepare. */
  task?: TaskName
}

export interface CiJob {
  key: 'check' | 'repository'
  legs?: readonly Leg[]
  steps: readonly CiStep[]
}

const titles: Record<TaskName, string> = {
  lint: 'Lint',
  typecheck: 'Typecheck',
  test: 'Test',
  build: 'Build',
  e2e: 'Test in a browser',
}

/**
 * The jobs of ci.yml. Where there is a front end and a back end they are two legs of a matrix, each with its own
 * packages; what can only be run for the repository as a whole then gets a job of its own.
 */
export function planCi(facts: RepositoryFacts, tasks: readonly Task[]): CiJob[] {
  const checks = tasks.filter(({ name }) => name !== 'e2e')
  const legs = splitSides(facts)
  const isSplit = (task: Task) => task.commands.every(command => isForPackages(command))
  const shared = checks.filter(isSplit)
  if (legs === undefined || !legs.every(leg => shared.some(task => hasWork(task, leg)))) {
    return [{ key: 'check', steps: stepsOf(facts, checks) }]
  }
  const whole = checks.filter(task => !isSplit(task))
  const check: CiJob = { key: 'check', legs, steps: stepsOf(facts, shared, legs) }
  return whole.length === 0 ? [check] : [check, { key: 'repository', steps: stepsOf(facts, whole) }]
}

/** Lines that prepare and lines that judge, in the order that needs each only once. */
export function stepsOf(facts: RepositoryFacts, tasks: readonly Task[], legs?: readonly Leg[]): CiStep[] {
  const codegen = codegenCommands(facts).flatMap(command => linesOf(facts, command))
  return [
    ...(codegen.length > 0 ? [{ name: 'Generate code', lines: codegen }] : []),
    ...librarySteps(facts, tasks, legs),
    ...tasks.flatMap(task => taskSteps(facts, task, legs)),
  ]
}

const isForPackages = (command: Command): boolean =>
  command.kind === 'script' || command.kind === 'turbo' || (command.kind === 'inside' && command.dir !== '.')

const dirsOf = (command: Command): readonly string[] =>
  command.kind === 'root' ? [] : command.kind === 'inside' ? [command.dir] : command.dirs

const hasWork = (task: Task, { dirs }: Leg): boolean =>
  task.commands.some(command => dirsOf(command).some(dir => dirs.includes(dir)))

function librarySteps(facts: RepositoryFacts, tasks: readonly Task[], legs: readonly Leg[] | undefined): CiStep[] {
  const early = tasks.filter(({ name }) => name !== 'build')
  if (early.length === 0 || buildsItself(facts, early)) return []
  const libraries = librariesToBuild(facts)
  const step = (dirs: readonly string[], side?: Leg['side']): CiStep[] => {
    if (dirs.length === 0) return []
    const line = facts.turbo?.has('build')
      ? `pnpm exec turbo run build ${filterOf(dirs)}`
      : `pnpm ${filterOf(dirs)} run build`
    return [{ name: 'Build what other packages import', lines: [line], ...(side !== undefined && { side }) }]
  }
  const own = (legs ?? []).map(({ side, dirs }) => {
    const reached = withNeeds(facts, dirs)
    return { side, dirs: libraries.filter(dir => reached.has(dir)) }
  })
  const isSame = own.every(({ dirs }) => dirs.join() === own[0]?.dirs.join())
  return isSame ? step(own[0]?.dirs ?? libraries) : own.flatMap(({ side, dirs }) => step(dirs, side))
}

function taskSteps(facts: RepositoryFacts, task: Task, legs: readonly Leg[] | undefined): CiStep[] {
  const step = (lines: readonly string[], side?: Leg['side']): CiStep[] =>
    lines.length === 0
      ? []
      : [{ name: titles[task.name], lines: guarded(task, lines), task: task.name, ...(side !== undefined && { side }) }]
  if (legs === undefined) return step(task.commands.flatMap(command => linesOf(facts, command)))
  if (task.commands.every(command => isUniform(facts, command))) {
    return step(task.commands.flatMap(command => linesOf(facts, command, '$PACKAGES')))
  }
  return legs.flatMap(leg =>
    step(
      task.commands
        .map(command => only(command, leg.dirs))
        .flatMap(command => linesOf(facts, command, ownFilter(command))),
      leg.side,
    ),
  )
}

/** A lint that repairs would be green for every fault it can repair: whatever it changed fails the step. */
const guarded = (task: Task, lines: readonly string[]): readonly string[] =>
  task.name === 'lint' ? ['git add --update', ...lines, 'git diff --exit-code'] : lines

/** Whether asking every package of a leg, with `--if-present`, comes to the same as asking those that were chosen. */
function isUniform(facts: RepositoryFacts, command: Command): boolean {
  if (command.kind === 'turbo') return true
  return command.kind === 'script' && command.dirs.length === owners(facts, command.script)
}

/** In one leg of several, packages are always named: `-r` would be true only by chance. */
const ownFilter = (command: Command): string | undefined =>
  command.kind === 'script' || command.kind === 'turbo' ? filterOf(command.dirs) : undefined

const owners = ({ packages }: RepositoryFacts, script: string): number =>
  packages.filter(({ scripts }) => scripts[script] !== undefined).length

function only(command: Command, dirs: readonly string[]): Command {
  if (command.kind === 'root') return command
  if (command.kind === 'inside') return dirs.includes(command.dir) ? command : { ...command, lines: [] }
  return { ...command, dirs: command.dirs.filter(dir => dirs.includes(dir)) }
}

/** What is typed for a command; with a filter, for the packages it names. */
export function linesOf(facts: RepositoryFacts, command: Command, filter?: string): string[] {
  if (command.kind === 'root') return [command.line]
  if (command.kind === 'inside') return command.lines.map(line => insideLine(command.dir, line))
  if (command.dirs.length === 0) return []
  if (command.kind === 'turbo') {
    const all = command.dirs.length === owners(facts, command.task)
    return [filter === undefined && all ? command.line : `${command.line} ${filter ?? filterOf(command.dirs)}`]
  }
  if (filter !== undefined) return [`pnpm ${filter} --if-present run ${shellWord(command.script)}`]
  return command.dirs.length === owners(facts, command.script)
    ? [`pnpm -r --if-present run ${shellWord(command.script)}`]
    : [`pnpm ${filterOf(command.dirs)} run ${shellWord(command.script)}`]
}

const insideLine = (dir: string, line: string): string =>
  dir === '.' ? `pnpm exec ${line}` : `(cd ${shellWord(dir)} && pnpm exec ${line})`
