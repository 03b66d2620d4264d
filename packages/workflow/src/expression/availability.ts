import type { Allowed } from './expression.ts'

const job = ['github', 'needs', 'strategy', 'matrix', 'vars', 'inputs']
const step = ['github', 'needs', 'strategy', 'matrix', 'job', 'runner', 'env', 'vars', 'secrets', 'steps', 'inputs']
const action = ['github', 'inputs', 'strategy', 'matrix', 'steps', 'job', 'runner', 'env']

/**
 * Which contexts and functions each key may use.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
 */
export const availability = {
  'run-name': { contexts: ['github', 'inputs', 'vars'] },
  concurrency: { contexts: ['github', 'inputs', 'vars'] },
  // No context at all, says GitHub's schema: https://github.com/actions/languageservices, `workflow-defaults-run`.
  defaults: { contexts: [] },
  env: { contexts: ['github', 'secrets', 'inputs', 'vars'] },
  'workflow_call.inputs.default': { contexts: ['github', 'inputs', 'vars'] },
  'workflow_call.outputs': { contexts: ['github', 'jobs', 'vars', 'inputs'] },
  'job.name': { contexts: job },
  'job.if': { contexts: ['github', 'needs', 'vars', 'inputs'], status: true, statusOfJobs: true },
  'job.concurrency': { contexts: job },
  'job.env': { contexts: [...job, 'secrets'] },
  'job.continue-on-error': { contexts: job },
  'job.timeout-minutes': { contexts: job },
  'job.defaults': { contexts: [...job, 'env'] },
  'job.environment': { contexts: job },
  'job.environment.url': { contexts: step.filter(name => name !== 'secrets') },
  'job.outputs': { contexts: step },
  'job.runs-on': { contexts: job },
  'job.with': { contexts: job },
  'job.secrets': { contexts: [...job, 'secrets'] },
  'job.strategy': { contexts: ['github', 'needs', 'vars', 'inputs'] },
  step: { contexts: step, hashFiles: true },
  'step.if': { contexts: step.filter(name => name !== 'secrets'), status: true, hashFiles: true },
  // Actions know nothing of the workflow that uses them: https://github.com/actions/runner/blob/main/src/Runner.Worker/action_yaml.json
  'action.input': { contexts: ['github', 'strategy', 'matrix', 'job', 'runner'], hashFiles: true },
  'action.output': { contexts: action },
  'action.step': { contexts: action, hashFiles: true },
  'action.step.if': { contexts: action, status: true, hashFiles: true },
} as const satisfies Record<string, Allowed>

export type ExpressionPlace = keyof typeof availability
