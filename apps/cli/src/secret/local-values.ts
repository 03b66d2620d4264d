import type { JobValues } from '@gantry/core'
import { namedValues, type Workflow } from '@gantry/workflow'
import type { Host } from '../host.ts'
import type { GitFacts } from '../local-run/git-facts.ts'
import type { Output } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'
import { envCiFiles } from './env-ci-files.ts'
import { readKept } from './kept-values.ts'

type Values = Record<string, string>

/** What a run on this machine has as `secrets.*` and `vars.*`, for each environment. */
export type LocalValues = (environment: string | null) => JobValues

/**
 * What the person keeps for this repository, over what stands in `.env.ci` files that git ignores; over both what is given
 * with the call. Nothing of it comes from files that git keeps.
 */
export async function localValues(git: GitFacts, host: Host, given: Values, output: Output): Promise<LocalValues> {
  const files = await envCiFiles(git.top)
  for (const { path, why } of files.passedOver) output.note(`${path} is not read as secrets: ${why}`)
  const kept = await readKept(host, git.remote, git.top)
  const of = (kind: 'secrets' | 'variables', scope: string) => ({ ...files[kind][scope], ...kept[kind][scope] })
  const scoped = (kind: 'secrets' | 'variables', environment: string | null, more: Values = {}) => ({
    repository: { ...of(kind, ''), ...more },
    // What is given with the call was given for this run: it wins over an environment's own.
    environment: environment === null ? {} : { ...of(kind, environment), ...more },
  })
  return environment => ({
    secrets: scoped('secrets', environment, given),
    vars: scoped('variables', environment),
  })
}

/** Says before the run which names will be empty. Those of called workflows are said by their jobs. */
export function tellUnset({ jobs, env }: Workflow, values: LocalValues, output: Output): void {
  const unset = new Map<string, string>()
  for (const spec of jobs.filter(({ call, environment }) => !call && !environment?.name.includes('${{'))) {
    const environment = spec.environment?.name ?? null
    const { secrets, vars } = values(environment)
    for (const { kind, name } of namedValues([env, spec])) {
      const { repository, environment: own } = kind === 'secret' ? secrets : vars
      if (Object.keys({ ...repository, ...own }).some(each => each.toUpperCase() === name)) continue
      const option = environment === null ? '' : ` --environment ${environment}`
      unset.set(`${kind === 'secret' ? 'secrets' : 'vars'} set ${name}${option} --local`, `${kind} ${name}`)
    }
  }
  if (unset.size === 0) return
  output.note(`not set here, so empty: ${shown([...new Set(unset.values())].join(', '))}`)
  for (const command of [...unset.keys()].slice(0, mostCommands)) output.note(`  to set it: gantry ${shown(command)}`)
}

const mostCommands = 5
