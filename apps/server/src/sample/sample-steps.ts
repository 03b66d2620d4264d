import { type Deployment, isOpenPromotion, type RunState, shortSha } from '@gantry/core'
import type { SampleStep } from '@gantry/core/api'
import { failedAt } from '../run/run-summary.ts'
import { production, type SampleFacts, type Way } from './sample-facts.ts'

type Standing = Pick<SampleStep, 'state' | 'detail'> & Partial<Pick<SampleStep, 'path' | 'act'>>

const todo = (detail: string): Standing => ({ state: 'todo', detail })

/** The steps of a newcomer, in order, as they stand. */
export function sampleSteps(facts: SampleFacts): SampleStep[] {
  const { first } = facts
  const standing: Record<SampleStep['step'], Standing> = {
    pushed: first
      ? { state: 'done', detail: `${shortSha(first.sha)} on the branch ${first.branch}`, path: runPath(first.checks) }
      : { state: 'doing', detail: 'the sample is copied and committed' },
    checked: checked(first),
    staging: first?.checks?.conclusion === 'success' ? staged(first) : todo('a green commit goes to main, and there'),
    approval: first ? decided(first) : todo('production asks a person'),
    broken: broken(facts),
    rolledBack: rolledBack(facts),
    connected: todo('your own repository goes the same way'),
  }
  return Object.entries(standing).map(([step, { path = null, act = null, ...rest }]) => ({
    step: step as SampleStep['step'],
    ...rest,
    path,
    act,
  }))
}

function checked(way: Way | null): Standing {
  const run = way?.checks
  if (!run) return way ? { state: 'doing', detail: 'its checks begin' } : todo('ci.yml runs here, as on GitHub')
  return { ...outcomeOf(run, 'every check passed'), path: runPath(run) }
}

function staged(way: Way): Standing {
  const run = way.delivery
  if (!run) return { state: 'doing', detail: 'the commit is moved to main' }
  const path = runPath(run)
  const isProved = way.promotion !== null || run.conclusion === 'success'
  return isProved
    ? { state: 'done', detail: 'built once, deployed and tested there', path }
    : { ...outcomeOf(run, ''), path }
}

/** What a person says to it, and whether production runs it. */
function decided(way: Way): Standing {
  const { promotion, sha } = way
  const path = `/releases/${sha}`
  const shipped = way.deployments.find(({ environment }) => environment === production)
  if (shipped?.liveAt)
    return {
      state: 'done',
      detail: `${whoApproved(way)}; production ${shipped.state === 'rolled-back' ? 'ran' : 'runs'} it`,
      path,
    }
  if (shipped?.state === 'failed') return { state: 'failed', detail: shipped.failure ?? 'its deployment failed', path }
  if (shipped) return { state: 'doing', detail: `${whoApproved(way)}; it goes to production`, path }
  if (!promotion) return todo('production asks a person')
  if (promotion.state === 'approved') return { state: 'doing', detail: `${whoApproved(way)}; it begins`, path }
  if (!isOpenPromotion(promotion.state)) return { state: 'failed', detail: `it was ${promotion.state}`, path }
  const unmet = promotion.gates.find(({ state }) => state !== 'met')
  const detail = unmet ? `${unmet.title}: ${unmet.detail}` : 'every gate is met; production waits for you'
  return { state: 'waiting', detail, path, act: { kind: 'review', release: sha } }
}

function whoApproved({ promotion }: Way): string {
  const yes = promotion?.approvals.findLast(({ decision }) => decision === 'approved')
  return yes ? `${yes.person} approved it` : 'it needed no approval'
}

function broken({ first, last, production: deployments }: SampleFacts): Standing {
  const again: Standing = {
    state: 'todo',
    detail: 'push one of these commits, as somebody could',
    act: { kind: 'break' },
  }
  if (!last) return deployments.some(({ liveAt }) => liveAt) || hasReachedMain(first) ? again : todo('then break it')
  const name = last.kind === 'break' ? last.of : `the revert of ${last.of}`
  const said = (standing: Standing): Standing => ({ ...standing, detail: `${name}: ${standing.detail}` })
  const stopped = (where: string, path: string | null): Standing =>
    said({ state: 'done', detail: where, path, act: { kind: 'break' } })
  if (last.checks?.conclusion !== 'success') {
    if (last.checks?.status !== 'completed') return said(checked(last))
    return stopped(`stopped by its checks, in ${failedAt(last.checks) ?? last.checks.conclusion}`, runPath(last.checks))
  }
  const path = runPath(last.delivery)
  if (!last.delivery)
    return said({ state: 'waiting', detail: 'its checks are green', path: runPath(last.checks), act: mergeOf(last) })
  if (last.delivery.conclusion === 'failure' && !last.promotion)
    return stopped(`stopped on staging, in ${failedAt(last.delivery) ?? 'no step'}`, path)
  if (!last.promotion) return said(staged(last))
  const decision = decided(last)
  return said(decision.state === 'done' && last.kind === 'revert' ? { ...decision, act: { kind: 'break' } } : decision)
}

function rolledBack({ last, production: deployments }: SampleFacts): Standing {
  const bad = last?.kind === 'break' ? deployments.find(isLiveOnce(last.sha)) : undefined
  if (!last || !bad) return todo('a bad release that reaches production is put back by itself')
  const back = deployments.find(({ kind, createdAt }) => kind === 'rollback' && createdAt >= bad.createdAt)
  const act = { kind: 'revert', sha: last.sha } as const
  if (back?.liveAt) {
    const detail = `${shortSha(back.release)} runs again; promotions are held until a person resumes them`
    return { state: 'done', detail, path: `/releases/${last.sha}`, act }
  }
  if (back) return { state: 'doing', detail: 'the former release is put back' }
  if (bad.verdict?.state === 'healthy') return { state: 'done', detail: 'it was judged no worse, and stays', act }
  return {
    state: 'waiting',
    detail: 'Gantry judges it by what visitors meet; there are none yet',
    act: { kind: 'visit' },
  }
}

const isLiveOnce = (sha: string) => (deployment: Deployment) =>
  deployment.release === sha && deployment.kind === 'deploy' && deployment.liveAt !== null

const hasReachedMain = (way: Way | null): boolean => way?.delivery != null
const mergeOf = ({ branch }: Way) => ({ kind: 'merge', branch }) as const
const runPath = (run: RunState | null): string | null => run && `/runs/${run.id}`

/** Of a run that has to end well: how it stands, by the job that is at work. */
function outcomeOf(run: RunState, done: string): Pick<SampleStep, 'state' | 'detail'> {
  if (run.conclusion === 'success') return { state: 'done', detail: done }
  if (run.status === 'completed')
    return { state: 'failed', detail: `ended as ${run.conclusion} in ${failedAt(run) ?? 'no step'}` }
  const over = run.jobs.filter(({ status }) => status === 'completed').length
  const working = run.jobs.filter(({ status }) => status === 'in_progress').map(({ name }) => name)
  const now = working.length === 0 ? 'waits for its turn' : `${working.join(', ')} at work`
  return { state: 'doing', detail: `${over} of ${run.jobs.length} jobs done, ${now}` }
}
