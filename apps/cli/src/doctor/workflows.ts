import type { Config } from '@gantry/core/config'
import { nearestWord } from '@gantry/core/words'
import type { Workflow } from '@gantry/workflow'
import { defineExamination, type Problem } from './examination.ts'
import { gateJobOf } from './gate-job.ts'

const folder = '.github/workflows'

/** Whether the workflow files can be read, check pull requests, and speak of the environments the config has. */
export const workflows = defineExamination({
  name: 'workflows',
  examine({ workflows: read, workflowProblems, config }) {
    const required = config?.requiredWorkflow ?? 'ci.yml'
    const path = `${folder}/${required}`
    const ci = read.find(workflow => workflow.path === path)
    const isUnreadable = workflowProblems.some(problem => problem.path === path)
    return [
      ...workflowProblems,
      ...(ci ? ofRequired(ci) : isUnreadable ? [] : [missing(path)]),
      ...(config ? read.flatMap(workflow => environmentsOf(workflow, config)) : []),
    ]
  },
})

const missing = (path: string): Problem => ({
  severity: 'error',
  message: `there is no ${path}, so nothing can be required of a pull request`,
  fix: 'gantry init',
})

function ofRequired(ci: Workflow): Problem[] {
  const { path } = ci
  const problems: Problem[] = []
  const pullRequest = ci.on.find(({ event }) => event === 'pull_request')
  if (!pullRequest) {
    const message = 'it does not run for pull requests'
    problems.push({ severity: 'error', message, fix: 'Add `pull_request:` under `on:`.', path })
  }
  for (const trigger of ci.on) {
    if (trigger.event !== 'pull_request' || !(trigger.paths || trigger.pathsIgnore)) continue
    const message =
      'a path filter skips it for some pull requests; a required check that never reports blocks them for ever'
    const fix = 'Take `paths` out of `on:`, and let a job find out what changed.'
    problems.push({ severity: 'error', message, fix, path, line: trigger.at.line })
  }
  if (!gateJobOf(ci)) {
    const message = 'no job always runs and needs all others, so branch protection has no one check to require'
    const fix = 'Add a job `gate` with `if: always()` that needs all others and fails unless each succeeded.'
    problems.push({ severity: 'warning', message, fix, path })
  }
  return problems
}

/** GitHub has environments that are none of Gantry's, such as `npm` or `github-pages`: a typo, or a job that asks Gantry, is meant. */
function environmentsOf({ jobs, path }: Workflow, config: Config): Problem[] {
  const known = Object.keys(config.environments)
  return jobs.flatMap(({ key, environment, at, steps }): Problem[] => {
    if (!environment || environment.name.includes('${{') || known.includes(environment.name)) return []
    const asksGantry = steps.some(({ run }) => /\bgantry (deploy|gates|urls|release|rollback)\b/.test(run ?? ''))
    if (!asksGantry && !known.some(name => isMeant(environment.name, name))) return []
    const message = `job ${key} deploys to "${environment.name}"; gantry.config.ts has ${known.join(' and ')}`
    return [{ severity: 'error', message, fix: 'Use one name in both files.', path, line: at.line }]
  })
}

/** `prod` for production, `stage` for staging, and typos. */
const isMeant = (written: string, name: string): boolean =>
  nearestWord(written, [name]) !== null ||
  (written.length > 3 && written.slice(0, 4).toLowerCase() === name.slice(0, 4))
