import type { RunState } from '../run/run.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './gate.ts'

/** The newest run of the workflow file for this commit ended well. */
export const ciGreen = defineGate({
  gate: 'ciGreen',
  judge(facts, { workflow }) {
    const title = `${workflow} is green`
    const run = newest(facts.runs.filter(each => isOf(each, workflow)))
    if (!run) {
      const detail = `no run of ${workflow} for ${shortSha(facts.release.id)} yet`
      return { gate: 'ciGreen', title, state: 'waiting', detail, evidence: null }
    }
    const evidence = `/runs/${run.id}`
    if (run.status !== 'completed') {
      return { gate: 'ciGreen', title, state: 'waiting', detail: `run ${run.number} is ${spoken(run)}`, evidence }
    }
    if (run.conclusion === 'success') {
      return { gate: 'ciGreen', title, state: 'met', detail: `run ${run.number} passed`, evidence }
    }
    const detail = `run ${run.number} ended with ${run.conclusion ?? 'no conclusion'}`
    return { gate: 'ciGreen', title, state: 'unmet', detail, evidence }
  },
})

const isOf = (run: RunState, workflow: string): boolean =>
  run.workflowPath === workflow || run.workflowPath.endsWith(`/${workflow}`)

const newest = (runs: RunState[]): RunState | undefined =>
  runs.toSorted((a, b) => (a.createdAt === b.createdAt ? b.number - a.number : a.createdAt < b.createdAt ? 1 : -1))[0]

const spoken = (run: RunState): string => run.status.replace('_', ' ')
