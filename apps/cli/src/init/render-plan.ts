import { type FilePlan, moveAside, type RepositoryFacts, type Write } from '@gantry/init'
import type { Painter } from '../terminal/paint.ts'
import { cut, shown, table } from '../terminal/table.ts'
import type { Tried } from './try-tasks.ts'

/** What was found and what will be done, for a person who decides about it. */
export function renderPlan(facts: RepositoryFacts, plan: FilePlan, writes: readonly Write[], paint: Painter): string {
  const { pnpm, node, packages } = facts
  const kinds = packages.flatMap(({ dir, framework }) => (framework ? [`${dir} (${framework.name})`] : []))
  const tasks = plan.tasks.map(({ name, why }) => [name, cut(why, 100)])
  return [
    `${paint.bold(shown(facts.name))}: ${packages.length === 1 ? '1 package' : `${packages.length} packages`}${kinds.length > 0 ? `; ${kinds.slice(0, 8).join(', ')}` : ''}`,
    `pnpm ${pnpm.version}: ${pnpm.why}`,
    `Node ${node.version}: ${node.why}`,
    '',
    table(['task', 'runs'], tasks).trimEnd(),
    ...section(
      'left out',
      plan.leftOut.map(({ what, reason, remedy }) => `${what}: ${reason}; ${remedy}`),
    ),
    ...section('to know', plan.notes),
    '',
    table(
      ['file', ''],
      writes.map(write => [write.path, fate(write, paint)]),
    ).trimEnd(),
    ...mergeOnce(writes),
  ]
    .filter((line, index, all) => !(line === '' && all[index - 1] === ''))
    .join('\n')
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${shown(line)}`)]

/** The same advice for every file that was left, said once. */
function mergeOnce(writes: readonly Write[]): string[] {
  const left = writes.find(write => write.kind === 'skip' && write.remedy === moveAside(write.path))
  return left === undefined ? [] : ['', moveAside(left.path)]
}

function fate(write: Write, paint: Painter): string {
  if (write.kind === 'skip') {
    const remedy = write.remedy === moveAside(write.path) ? '' : `; ${write.remedy}`
    return paint.cyan(`left: ${write.reason}${remedy}`)
  }
  if (write.kind === 'same') return paint.dim('as it is')
  return write.kind === 'create' ? paint.green('new') : paint.yellow('changed')
}

export function renderTried(tried: readonly Tried[], paint: Painter): string {
  const rows = tried.map(({ job, step, result, seconds }) => [
    job,
    step,
    result === 'success' ? paint.green('passed') : paint.red(result === 'failure' ? 'failed' : result),
    `${seconds} s`,
  ])
  const failed = tried.filter(({ result }) => result === 'failure')
  return [
    table(['job', 'tried', 'result', 'time'], rows).trimEnd(),
    ...failed.flatMap(({ job, step, said }) => [
      '',
      `${job}: ${step} said last:`,
      ...said.map(line => `  ${shown(line)}`),
    ]),
  ].join('\n')
}
