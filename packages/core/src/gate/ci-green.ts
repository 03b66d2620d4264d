import * as z from 'zod'
import { newestRun } from '../run/newest-run.ts'
import type { RunState } from '../run/run.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate } from './define-gate.ts'

/** The commit's required workflow is green. */
export const ciGreen = defineGate({
  name: 'ciGreen',
  word: (o: { workflow?: string } = {}) => ({ gate: 'ciGreen' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('ciGreen').describe('the workflow is green for this commit'),
    workflow: z.string().default('ci.yml').describe('file under .github/workflows'),
  }),
  env: () => [],
  docs: {
    title: 'CI is green',
    about: 'The newest run of the workflow file for this commit ended well.',
    examples: [[], [{ workflow: 'checks.yml' }]],
  },
  facts: ['runs'],
  decide({ workflow }, { runs }, { release }) {
    const title = `${workflow} is green`
    const run = newestRun(runs, workflow)
    if (!run) {
      const detail = `no run of ${workflow} for ${shortSha(release.id)} yet`
      return { title, state: 'waiting', detail, evidence: null, next: `push the commit, or start ${workflow} for it` }
    }
    const evidence = `/runs/${run.id}`
    if (run.status !== 'completed') {
      const detail = `run ${run.number} is ${spoken(run)}`
      return { title, state: 'waiting', detail, evidence, next: 'wait until it ends' }
    }
    if (run.conclusion === 'success') {
      return { title, state: 'met', detail: `run ${run.number} passed`, evidence }
    }
    const detail = `run ${run.number} ended with ${run.conclusion ?? 'no conclusion'}`
    return { title, state: 'unmet', detail, evidence, next: 'mend it in a new commit, or run it again' }
  },
})

const spoken = (run: RunState): string => run.status.replace('_', ' ')
