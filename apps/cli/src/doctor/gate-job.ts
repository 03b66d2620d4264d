import type { Workflow } from '@gantry/workflow'

/** The job a branch protection can require: it always runs, and needs all others, directly or through others. */
export function gateJobOf(workflow: Workflow): { key: string; name: string } | null {
  const gate = workflow.jobs.find(
    job => job.if !== undefined && /\balways\(\)/.test(job.if) && coversAll(workflow, job.key),
  )
  return gate ? { key: gate.key, name: gate.name ?? gate.key } : null
}

function coversAll({ jobs }: Workflow, key: string): boolean {
  const reached = new Set<string>()
  const visit = (each: string): void => {
    if (reached.has(each)) return
    reached.add(each)
    for (const needed of jobs.find(job => job.key === each)?.needs ?? []) visit(needed)
  }
  visit(key)
  return jobs.length > 1 && jobs.every(job => reached.has(job.key))
}
