import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
import { Deployment, type DeployStep } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { one } from '../api/read.ts'
import { between, took } from '../terminal/ago.ts'

const lookEveryMs = 250
/** A server that is started anew takes its deployments up again; that long nobody gives up on it. */
const patienceMs = 30_000

export interface Follower {
  /** One line for each step as it ends. */
  say(line: string): void
  now(): Date
}

/** Looks until a deployment has ended, and says each step on the way. */
export async function followDeployment(api: Api, started: Deployment, { say, now }: Follower): Promise<Deployment> {
  const said = new Set<string>()
  let deployment = started
  let lastHeardAt = now().getTime()
  for (;;) {
    for (const step of deployment.steps.filter(({ id, status }) => isEnded(status) && !said.has(id))) {
      said.add(step.id)
      say(stepLine(step, now()))
    }
    if (hasEnded(deployment)) return deployment
    await sleep(lookEveryMs)
    try {
      deployment = await api.get(`/deployments/${encodeURIComponent(started.id)}`, one(Deployment))
      lastHeardAt = now().getTime()
    } catch (cause) {
      const isAway = cause instanceof GantryError && cause.code === 'SERVER_UNREACHABLE'
      if (!isAway || now().getTime() - lastHeardAt > patienceMs) throw cause
    }
  }
}

/** Whether it came to serve requests, whatever became of it later. */
export const wentLive = ({ state, liveAt }: Deployment): boolean =>
  state === 'live' || (state === 'superseded' && liveAt !== null)

const hasEnded = ({ state }: Deployment): boolean => !['planned', 'deploying', 'verifying'].includes(state)
const isEnded = (status: DeployStep['status']): boolean => status !== 'planned' && status !== 'running'

function stepLine({ status, summary, detail, startedAt, finishedAt }: DeployStep, now: Date): string {
  const time = startedAt === null ? '' : `  ${took(between(startedAt, finishedAt ?? undefined, now))}`
  return `${status.padEnd(7)} ${summary}${time}${detail ? `  (${detail})` : ''}`
}
