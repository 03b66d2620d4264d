import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '@gantry/config/load'
import { GantryError } from '@gantry/core'
import { describeRepository, type RepositoryFiles, servicesOf } from '@gantry/init'
import { readRunbook } from '@gantry/watch'
import { readWorkflow } from '@gantry/workflow'
import { defineCommand } from '../command/command.ts'
import type { Examined, Problem } from '../doctor/examination.ts'
import { examinations } from '../doctor/index.ts'
import { githubOf } from '../github/github.ts'
import type { Host } from '../host.ts'
import { readRepository } from '../init/read-repository.ts'
import { gitFacts } from '../local-run/git-facts.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'
import { shown } from '../terminal/table.ts'

export const command = defineCommand({
  options: [
    { flags: '--github', text: 'compare with the settings on GitHub as well (GITHUB_TOKEN)' },
    {
      flags: '--vendors',
      text: 'ask the vendors which variables services have there (FLY_API_TOKEN, VERCEL_TOKEN, RENDER_API_KEY)',
    },
  ],
  details: `Looks at the toolchain, gantry.config.ts, the workflows, variables of the environments, runbooks and generated files,
and says what is wrong or has drifted, each with what to do. Of what GitHub and vendors keep it asks the names and never prints a value. \`gantry lint\` shows its findings in their place, and
\`gantry env check\` looks for leaked secrets as well.
Exits 1 when something is broken; warnings alone exit 0.`,
  examples: ['doctor', 'doctor --github --json', 'doctor --vendors'],
  async run(call, host) {
    const output = outputOf(call, host)
    const examined = await examine(host, { github: call.flag('github'), vendors: call.flag('vendors') })
    const found: { area: string; problems: Problem[] }[] = []
    for (const { name, asks, examine: look } of examinations) {
      if ((asks === 'github' && examined.github === null) || (asks === 'vendors' && examined.vendorEnv === null))
        continue
      found.push({ area: name, problems: await look(examined) })
    }
    output.json({ areas: found })
    output.print(render(found, output.paint))
    return found.some(({ problems }) => problems.some(({ severity }) => severity === 'error')) ? 1 : 0
  },
})

async function examine(host: Host, asked: { github: boolean; vendors: boolean }): Promise<Examined> {
  const { top, isGit, files } = await readRepository(host.cwd)
  const { config, problem } = await read('gantry.config.ts', () => loadConfig(top))
  // Where nothing is deployed, `gantry init` rightly writes none.
  const configProblem = !files.paths.includes('gantry.config.ts') && deploysNothing(files) ? null : problem
  const folder = config?.runbooks ?? 'docs/runbooks'
  const workflows = files.paths.filter(path => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
  const runbooks = files.paths.filter(path => path.startsWith(`${folder}/`) && path.endsWith('.md'))
  const texts = (path: string) => readFile(join(top, path), 'utf8')
  const readWorkflows = await Promise.all(
    workflows.map(path => read(path, async () => readWorkflow(path, await texts(path)))),
  )
  const readRunbooks = await Promise.all(
    runbooks.map(path => read(path, async () => readRunbook(path, await texts(path)))),
  )
  return {
    top,
    isGit,
    files,
    config,
    configProblem,
    workflows: readWorkflows.flatMap(each => each.config ?? []),
    workflowProblems: readWorkflows.flatMap(each => each.problem ?? []),
    runbooks: readRunbooks.flatMap(each => each.config ?? []),
    runbookProblems: readRunbooks.flatMap(each => each.problem ?? []),
    nodeVersion: process.versions.node,
    vendorEnv: asked.vendors ? host.env : null,
    github: asked.github ? githubOf(host, (await gitFacts(host.cwd)).repository, '--github') : null,
  }
}

function deploysNothing(files: RepositoryFiles): boolean {
  const facts = describeRepository(files)
  return !('reason' in facts) && servicesOf(facts).length === 0
}

/** A file that cannot be read is a finding, not the end of the examination. */
async function read<T>(path: string, reader: () => Promise<T>): Promise<{ config: T | null; problem: Problem | null }> {
  try {
    return { config: await reader(), problem: null }
  } catch (cause) {
    if (!(cause instanceof GantryError)) throw cause
    const severity = cause.code === 'WORKFLOW_UNSUPPORTED' || cause.code === 'ACTION_UNAVAILABLE' ? 'warning' : 'error'
    return { config: null, problem: { severity, message: cause.message, fix: cause.hint, path } }
  }
}

function render(found: readonly { area: string; problems: readonly Problem[] }[], paint: Painter): string {
  return found
    .map(({ area, problems }) => {
      const lines = problems.flatMap(({ severity, message, fix, path, line }) => [
        `  ${severity === 'error' ? paint.red('✗') : paint.yellow('▲')} ${path ? `${path}${line ? `:${line}` : ''}: ` : ''}${shown(message)}`,
        `    ${paint.dim(shown(fix))}`,
      ])
      return [`${problems.length === 0 ? paint.green('✓') : ' '} ${area}`, ...lines].join('\n')
    })
    .join('\n')
}
