import type { JobState, RunnerJobState } from '@gantry/core'
import type { Generated } from 'kysely'

/** Runners, and the jobs that wait for them. */
export interface RunnerTables {
  'gantry.runners': {
    id: string
    name: string
    token_hash: string
    labels: string[]
    is_own: boolean
    created_at: Generated<string>
    last_seen_at: string | null
    version: string | null
    about: string | null
  }
  'gantry.runner_jobs': {
    id: string
    project: string
    run_id: string
    job_id: string
    attempt: number
    labels: string[]
    created_at: string
    state: RunnerJobState
    runner_id: string | null
    version: number | null
    sealed: string | null
    body: Record<string, unknown>
    reported: JobState | null
    cancelled_because: string | null
    ended_at: string | null
  }
}
