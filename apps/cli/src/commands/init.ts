import { decideWrites, describeRepository, planFiles, type RepositoryFacts, type Write } from '@gantry/init'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { formatFiles } from '../init/format-files.ts'
import { readRepository } from '../init/read-repository.ts'
import { renderPlan, renderTried } from '../init/render-plan.ts'
import { type Tried, tryTasks } from '../init/try-tasks.ts'
import { unifiedDiff } from '../init/unified-diff.ts'
import { readExisting, writeFiles } from '../init/write-files.ts'
import { confirm } from '../terminal/confirm.ts'
import { type Output, outputOf } from '../terminal/output.ts'

export const command = defineCommand({
  options: [
    { flags: '-y, --yes', text: 'write without asking' },
    { flags: '--dry-run', text: 'print what would change as a diff, and write nothing' },
    { flags: '--try', text: 'run every task it chose here, in a copy, and report' },
    { flags: '--force', text: 'make files anew that it made and somebody edited since' },
  ],
  details: `Reads the pnpm repository you are in and writes workflows (ci, e2e, deploy), gantry.config.ts, .env.example,
runbooks, a checklist, a pull request template and badges. Never changes a file that people wrote. Type it again
whenever the repository has changed. Exits 1 when a task failed with --try.`,
  examples: ['init', 'init --dry-run', 'init --yes --try'],
  async run(call, host) {
    const output = outputOf(call, host)
    const isDry = call.flag('dryRun')
    const repository = await readRepository(host.cwd)
    const facts = describeRepository(repository.files)
    if ('reason' in facts) throw new CalledWrongly(facts.reason, facts.hint)
    if (call.flag('try') && !repository.isGit) {
      throw new CalledWrongly(`expected a git repository at ${repository.top}`, 'Without one, leave out --try.')
    }
    const plan = planFiles(facts)
    const { files, notes } = await formatFiles(repository.top, facts, plan.files)
    const { texts, closed } = await readExisting(repository.top, files)
    const open = files.filter(({ path }) => !closed.has(path))
    const kept = [...closed].map(
      ([path, reason]): Write => ({ kind: 'skip', path, reason, remedy: 'nothing is written there' }),
    )
    const writes = [...decideWrites(open, path => texts.get(path), { isForced: call.flag('force') }), ...kept]
    const whole = { ...plan, notes: [...plan.notes, ...notes, ...(repository.isGit ? [] : [noGit])] }
    if (isDry) output.print(writes.map(diffOf).join('').trimEnd())
    const summary = renderPlan(facts, whole, writes, output.paint)
    if (isDry) output.note(summary)
    else output.print(summary)
    if (!isDry) await perform(repository.top, writes, call.flag('yes'), host, output)
    const tried = call.flag('try')
      ? await tryTasks(facts, plan, { ...host, cwd: repository.top }, output.note)
      : undefined
    output.json({
      repository: repositoryJson(facts),
      ...planJson(whole),
      files: writes.map(fileJson),
      ...(tried && { tried }),
    })
    return tried === undefined ? 0 : verdict(tried, output)
  },
})

const noGit = 'this is no git repository: `gantry ci` needs one (`git init`)'

async function perform(
  top: string,
  writes: readonly Write[],
  isSure: boolean,
  host: Host,
  output: Output,
): Promise<void> {
  const count = writes.filter(({ kind }) => kind === 'create' || kind === 'update').length
  if (count === 0) {
    output.print('\nnothing to write')
    return
  }
  const question = `\nWrite ${count === 1 ? '1 file' : `${count} files`}?`
  if (!isSure && !host.isInteractive) {
    throw new CalledWrongly(
      'expected --yes or --dry-run, there is nobody to ask',
      'Look first: `gantry init --dry-run`.',
    )
  }
  if (!isSure && !(await confirm(host, question))) {
    output.print('nothing was written')
    return
  }
  await writeFiles(top, writes)
  output.print(`\n${count} written. Next: \`gantry ci\` runs the same checks here.`)
}

function verdict(tried: readonly Tried[], output: Output): ExitCode {
  output.print(`\n${renderTried(tried, output.paint)}`)
  return tried.every(({ result }) => result === 'success') ? 0 : 1
}

const diffOf = (write: Write): string =>
  write.kind === 'create' || write.kind === 'update'
    ? unifiedDiff(write.path, write.kind === 'create' ? undefined : write.before, write.after)
    : ''

const repositoryJson = ({ name, packages, pnpm, node, env }: RepositoryFacts) => ({
  name,
  pnpm,
  node,
  packages: packages.map(({ dir, name: called, framework }) => ({
    dir,
    name: called,
    framework: framework?.name ?? null,
  })),
  env,
})

const planJson = ({ tasks, leftOut, notes }: Pick<ReturnType<typeof planFiles>, 'tasks' | 'leftOut' | 'notes'>) => ({
  tasks,
  leftOut,
  notes,
})

const fileJson = (write: Write) =>
  write.kind === 'skip'
    ? { path: write.path, action: 'left', reason: write.reason, remedy: write.remedy }
    : { path: write.path, action: { create: 'new', update: 'changed', same: 'same' }[write.kind] }
