import type { JobSpec, StepSpec, Templated } from '../file/workflow.ts'

/**
 * Whether a job only tells how the jobs it needs did, as the one check that branch protection requires: it runs whatever
 * became of them, reads their results, and can fail because of one. One that runs on failure to clean up or to undo is
 * work of its own.
 */
export function judgesNeeds(job: JobSpec): boolean {
  if (job.needs.length === 0 || !/\balways\(\)|!\s*cancelled\(\)/.test(job.if ?? '')) return false
  const isRead = readsResults(job.env)
  return job.steps.some(step => step.uses?.startsWith('re-actors/alls-green@') || isJudgement(step, isRead))
}

function isJudgement(step: StepSpec, isReadBefore: boolean): boolean {
  const { run = '', if: condition = '', env } = step
  const canFail = /\bexit\b|\btest\b|\[ /.test(run.replaceAll(/\$\{\{.*?\}\}/gs, ''))
  return canFail && (isReadBefore || [run, condition, env].some(readsResults))
}

const readsResults = (written: Templated | undefined): boolean =>
  /\bneeds\.(\*|[\w-]+)\.result\b|\btoJSON\(\s*needs\s*\)/i.test(JSON.stringify(written ?? ''))
