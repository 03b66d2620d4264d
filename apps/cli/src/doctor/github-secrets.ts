import { envNamesIn } from '@gantry/config'
import type { Config } from '@gantry/core/config'
import type { Workflow } from '@gantry/workflow'
import { namesOfRepository, namesOnGitHub } from '../env/github-names.ts'
import { defineExamination, type Problem } from './examination.ts'

/** Secrets that jobs are handed, against those GitHub has for their environments: names alone; only when it was asked for. */
export const githubSecrets = defineExamination({
  name: 'secrets on GitHub',
  asks: 'github',
  async examine({ github, config, workflows }) {
    if (github === null || config === null) return []
    const wanted = workflows.flatMap(workflow => wantedBy(workflow, config))
    if (wanted.length === 0) return []
    const shared = new Set(await namesOfRepository(github))
    const environments = [...new Set(wanted.flatMap(({ environment }) => environment ?? []))]
    const own = new Map((await namesOnGitHub(github, environments)).map(each => [each.environment, each.names]))
    const needed = new Set(
      envNamesIn(config).flatMap(({ name, whenLeftOut }) => (whenLeftOut === undefined ? [name] : [])),
    )
    const missing = wanted.filter(({ name, environment }) =>
      environment === null ? !shared.has(name) : !own.get(environment)?.has(name),
    )
    const once = new Map(missing.map(each => [`${each.name} ${each.environment}`, each]))
    return [...once.values()].map(
      ({ name, environment, path, job }): Problem => ({
        severity: needed.has(name) ? 'error' : 'warning',
        message: `job ${job} is handed ${name}, which ${environment === null ? 'the repository' : `the environment ${environment}`} has not`,
        fix: `gh secret set ${name}${environment === null ? '' : ` --env ${environment}`}`,
        path,
      }),
    )
  },
})

interface WantedSecret {
  name: string
  /** Null where the job names none. */
  environment: string | null
  path: string
  job: string
}

/** Given by GitHub itself, or needed only where a project is not connected. */
const neverMissing = new Set(['GITHUB_TOKEN', 'GANTRY_TOKEN'])

function wantedBy({ path, jobs }: Workflow, config: Config): WantedSecret[] {
  return jobs.flatMap(({ key, environment, env, steps }) => {
    const text = JSON.stringify([env, steps])
    const names = new Set([...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, name = '']) => name))
    const own = environment?.name.includes('${{') ? Object.keys(config.environments) : [environment?.name ?? null]
    return [...names]
      .filter(name => !neverMissing.has(name))
      .flatMap(name => own.map(each => ({ name, environment: each, path, job: key })))
  })
}
