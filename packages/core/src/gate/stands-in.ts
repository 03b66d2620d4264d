import type { Verdict } from '../deployment/deployment.ts'
import { shortSha } from '../words/short-sha.ts'
import type { GateDecision, GateFacts } from './define-gate.ts'

/** How a release stands in the environment before: live there since when, or what a gate says because it is not. */
type Standing =
  | { kind: 'live'; since: string; verdict: Verdict | null; isJudged: boolean }
  | { kind: 'not-live'; said: { state: 'waiting' | 'unmet'; detail: string; next: string } }

export function standsIn(from: GateFacts['from'], release: string): Standing {
  if (!from) return notLive('unmet', 'there is no environment before this one', 'say `from` for it in gantry.config.ts')
  const { environment, release: live, since, verdict, isJudged } = from
  if (live === null || since === null) return notLive('waiting', `nothing is live on ${environment}`, 'deploy it there')
  if (live === release) return { kind: 'live', since, verdict, isJudged }
  const detail = `${environment} runs ${shortSha(live)} now`
  return notLive('unmet', detail, `promote that one, or deploy this one to ${environment} again`)
}

const notLive = (state: 'waiting' | 'unmet', detail: string, next: string): Standing => ({
  kind: 'not-live',
  said: { state, detail, next } satisfies Partial<GateDecision>,
})
