import { configuredTool } from './configured-tool.ts'
import { needsRewriting, type Picked, pickScript } from './pick-script.ts'
import { delegationOf } from './read-script.ts'
import type { RepositoryFacts } from './repository.ts'
import { type Command, type LeftOut, type Task, type TaskName, taskNames, variants } from './task.ts'

/**
 * What the repository offers for each task. Root scripts first: they are what its people type. Then turbo, then the
 * scripts of the packages under whatever name, then a tool that is configured without a script.
 */
export const chooseTasks = (facts: RepositoryFacts): (Task | LeftOut)[] =>
  taskNames.map(name => chooseTask(facts, name))

function chooseTask(facts: RepositoryFacts, name: TaskName): Task | LeftOut {
  const { picked, passedOver } = pickScript(facts.root, name)
  const fromRoot = picked === undefined ? undefined : rootTask(facts, name, picked)
  if (fromRoot !== undefined) return fromRoot
  const turbo = turboTask(facts, name)
  if (turbo !== undefined) return turbo
  const nx = nxTask(facts, name)
  if (nx !== undefined) return nx
  const { commands, skipped, why } = packageCommands(facts, name)
  if (commands.length > 0) return { name, commands, why }
  const tool = configuredTool(facts, name)
  if (tool !== undefined) return { name, ...tool }
  const reasons = [...passedOver, ...skipped]
  return {
    name,
    reason: reasons.length > 0 ? reasons.slice(0, 5).join('; ') : `no ${name} script in the root or any package`,
    remedy: remedies[name],
  }
}

const remedies: Record<TaskName, string> = {
  lint: 'add "lint": "eslint ." (or biome, oxlint) to package.json and run `gantry init` again',
  typecheck: 'add "typecheck": "tsc --noEmit" where there is a tsconfig.json and run `gantry init` again',
  test: 'add "test": "vitest run" to the packages with tests and run `gantry init` again',
  build: 'nothing to do when nothing is built; else add "build" and run `gantry init` again',
  e2e: 'add "e2e": "playwright test" and run `gantry init` again',
}

/** A root script that only hands on is taken apart, so that two jobs can share its work. */
function rootTask(facts: RepositoryFacts, name: TaskName, picked: Picked): Task | undefined {
  const { script, text, lines } = picked
  if (lines !== undefined) {
    const why = `root "${script}" without writing or waiting: ${lines.join(' && ')}`
    return { name, commands: [{ kind: 'inside', dir: '.', lines }], why }
  }
  const delegation = delegationOf(text)
  if (
    delegation?.by === 'turbo' &&
    facts.turbo?.has(delegation.task) &&
    !needsRewriting(facts, name, delegation.task)
  ) {
    const dirs = withScript(facts, delegation.task)
    const command: Command = { kind: 'turbo', line: `pnpm run ${script}`, task: delegation.task, dirs }
    return dirs.length > 0 ? { name, commands: [command], why: `root "${script}" (turbo)` } : undefined
  }
  if (delegation !== undefined) {
    const { commands } = packageCommands(facts, name, delegation.task)
    return commands.length > 0
      ? { name, commands, why: `root "${script}" hands on to "${delegation.task}"` }
      : undefined
  }
  return { name, commands: [{ kind: 'root', line: `pnpm run ${script}` }], why: `root "${script}"` }
}

function turboTask(facts: RepositoryFacts, name: TaskName): Task | undefined {
  const task = variants[name].find(each => facts.turbo?.has(each) && withScript(facts, each).length > 0)
  if (task === undefined || needsRewriting(facts, name, task)) return undefined
  const dirs = withScript(facts, task)
  return {
    name,
    commands: [{ kind: 'turbo', line: `pnpm exec turbo run ${task}`, task, dirs }],
    why: `"${task}" of turbo.json`,
  }
}

/** Nx may infer a target from a tool's own config, so only targets that scripts name are asked for. */
function nxTask(facts: RepositoryFacts, name: TaskName): Task | undefined {
  if (!facts.hasNx || !facts.root.dependencies.has('nx')) return undefined
  const target = variants[name].find(each => withScript(facts, each).length > 0)
  if (target === undefined || needsRewriting(facts, name, target)) return undefined
  const line = `pnpm exec nx run-many --target=${target}`
  return { name, commands: [{ kind: 'root', line }], why: `"${target}" of nx` }
}

const withScript = ({ packages }: RepositoryFacts, script: string): string[] =>
  packages.filter(({ scripts }) => scripts[script] !== undefined).map(({ dir }) => dir)

interface FromPackages {
  commands: Command[]
  skipped: string[]
  why: string
}

/** One command for each script name in use, and one for each package whose script has to be rewritten. */
function packageCommands(facts: RepositoryFacts, name: TaskName, first?: string): FromPackages {
  const byScript = new Map<string, string[]>()
  const inside: Command[] = []
  const skipped: string[] = []
  for (const each of facts.packages) {
    const { picked, passedOver } = pickScript(each, name, first)
    skipped.push(...passedOver)
    if (picked?.lines !== undefined) inside.push({ kind: 'inside', dir: each.dir, lines: picked.lines })
    else if (picked !== undefined) byScript.set(picked.script, [...(byScript.get(picked.script) ?? []), each.dir])
  }
  const scripts = [...byScript].map(([script, dirs]): Command => ({ kind: 'script', script, dirs }))
  const names = [...byScript.keys()].map(script => `"${script}"`).join(', ')
  const rewritten = inside.length > 0 ? [`${inside.length} without writing or waiting`] : []
  const why = [...(names === '' ? [] : [`${names} of the packages`]), ...rewritten].join('; ')
  return { commands: [...scripts, ...inside], skipped, why }
}
