import * as z from 'zod'
import { type CommitRun, runsOfWorkflow } from '../run/commit-run.ts'
import { shortSha } from '../words/short-sha.ts'
import { defineGate, type GateDecision } from './define-gate.ts'
import { awaitedRuns, judgeNamedChecks } from './named-checks.ts'
import { spokenMinute, worstOf } from './worst-of.ts'

/** The commit's required workflow is green, or the checks that are named. */
export const ciGreen = defineGate({
  name: 'ciGreen',
  word: (o: { workflow?: string; checks?: string[] | 'required' } = {}) => ({ gate: 'ciGreen' as const, ...o }),
  schema: z.strictObject({
    gate: z.literal('ciGreen').describe('the workflow is green for this commit'),
    workflow: z.string().default('ci.yml').describe('file under .github/workflows'),
    checks: z
      .union([z.literal('required'), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe(
        'judged instead of the workflow: checks of the commit on GitHub by their names, or those the rules of its branch require',
      ),
  }),
  env: () => [],
  docs: {
    title: 'CI is green',
    about:
      'The newest run of the workflow file for this commit ended well, in Gantry and on GitHub, wherever it ran. Runs of pull requests and forks say nothing about a commit, and neither does one that was cancelled.',
    examples: [[], [{ workflow: 'checks.yml' }], [{ checks: ['gate', 'cla'] }], [{ checks: 'required' }]],
  },
  facts: ['runs', 'checks'],
  decide({ workflow, checks: asked }, { runs, checks }, { release }) {
    if (asked !== undefined) return judgeNamedChecks(asked, checks, release.id)
    const title = `${workflow} is green`
    const all = runsOfWorkflow(runs, workflow)
    const own = all.filter(({ setAside }) => setAside === null)
    const awaited = awaitedRuns(title, checks, release.id)
    if (own.length === 0) return awaited ?? noneYet(title, all, workflow, release.id)
    const places = (['gantry', 'github'] as const).map(place => own.filter(run => run.place === place))
    return worstOf([...places.flatMap(some => judgeRuns(title, some)), ...(awaited ? [awaited] : [])])
  },
})

function noneYet(title: string, [other]: readonly CommitRun[], workflow: string, release: string): GateDecision {
  const none = `no run of ${workflow} for ${shortSha(release)} yet`
  const detail = other ? `${none}; ${other.name} does not count: ${other.setAside}` : none
  const evidence = other?.evidence ?? null
  return { title, state: 'waiting', detail, evidence, next: `push the commit, or start ${workflow} for it` }
}

/** Of one place, the newest first. What was cancelled or skipped proves nothing: where another run was not, that one decides. */
function judgeRuns(title: string, runs: readonly CommitRun[]): GateDecision[] {
  const run = runs.find(each => !isVoid(each)) ?? runs[0]
  if (!run) return []
  const { name, evidence, status, conclusion, endedAt } = run
  const said = { title, evidence }
  if (status !== 'completed')
    return [{ ...said, state: 'waiting', detail: `${name} is ${status.replace('_', ' ')}`, next: 'wait until it ends' }]
  const at = endedAt === null ? '' : ` at ${spokenMinute(endedAt)}`
  if (conclusion === 'success') return [{ ...said, state: 'met', detail: `${name} passed${at}` }]
  const detail = `${name} ended with ${conclusion ?? 'no conclusion'}${at}`
  const next = isVoid(run) ? 'run it again' : 'mend it in a new commit, or run it again'
  return [{ ...said, state: 'unmet', detail, next }]
}

const isVoid = ({ conclusion }: CommitRun): boolean => conclusion === 'cancelled' || conclusion === 'skipped'
