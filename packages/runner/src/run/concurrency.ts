import type { JobState } from '@gantry/core'
import type { Concurrency, JobSpec } from '@gantry/workflow'
import { callInputs, evaluateSwitch, evaluateTemplate, githubContext, type Scope, toText } from '@gantry/workflow'
import { messageOf } from '../step/run-step.ts'
import { cancelJob, isOpen } from './cancel-job.ts'
import { endJob, type Flight } from './flight.ts'
import { jobScope } from './job-scope.ts'
import type { Ticket } from './ticket.ts'

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idconcurrency */
const MAX_WAITING = 100

/** What a job says of one group when it comes to it. */
interface Claim {
  group: string
  cancels: boolean
  queue: 'single' | 'max'
}

/**
 * Whether the concurrency groups of a job let it start now. The first time it is asked for, the job joins the queues of
 * its groups: there it may end what is under way or waits, or be cancelled itself.
 */
export function holdsGroups(flight: Flight, spec: JobSpec, job: JobState): boolean {
  const { tickets } = flight
  const ticket = tickets.get(job.id) ?? join(flight, spec, job)
  if (ticket === undefined) return false
  ticket.holds ||= isNext(flight, ticket)
  return ticket.holds
}

/** A job that goes on where a former process left it has its groups still. */
export function keepGroups(flight: Flight, spec: JobSpec, job: JobState): void {
  const groups = claimsOf(flight, spec, job).map(({ group }) => group)
  flight.tickets.set(job.id, { job, groups: [...new Set(groups)], holds: true })
}

function join(flight: Flight, spec: JobSpec, job: JobState): Ticket | undefined {
  try {
    const claims = claimsOf(flight, spec, job)
    const taken = claims.find(({ group }) => groupsAbove(flight, spec).includes(group))
    if (taken !== undefined) {
      const why = `cancelled: the concurrency group "${taken.group}" is held by the workflow that ${job.id} belongs to, which waits for it`
      endJob(flight, job, 'cancelled', why)
      return undefined
    }
    if (!claims.every(claim => makeRoom(flight, claim, job))) return undefined
    const ticket = { job, groups: [...new Set(claims.map(({ group }) => group))], holds: false }
    flight.tickets.set(job.id, ticket)
    return ticket
  } catch (error) {
    endJob(flight, job, 'failure', messageOf(error))
    return undefined
  }
}

/** Ends what has to give way to a newcomer. False when the queue is full, and the newcomer is cancelled instead. */
function makeRoom(flight: Flight, { group, cancels, queue }: Claim, job: JobState): boolean {
  const others = inGroup(flight, group)
  const waiting = others.filter(({ holds }) => !holds)
  if (queue === 'max' && waiting.length >= MAX_WAITING) {
    const why = `cancelled: ${MAX_WAITING} jobs wait for the concurrency group "${group}" already`
    endJob(flight, job, 'cancelled', why)
    return false
  }
  const why = `cancelled: ${job.id} took its place in the concurrency group "${group}"`
  const ended = cancels ? others : queue === 'single' ? waiting : []
  for (const ticket of ended) cancelJob(flight, ticket.job, why)
  return true
}

function isNext(flight: Flight, ticket: Ticket): boolean {
  return ticket.groups.every(group => inGroup(flight, group)[0] === ticket)
}

/** Those that have the group or wait for it, in the order of coming; one that is being cancelled has it until it ends. */
function inGroup({ tickets, running }: Flight, group: string): Ticket[] {
  return [...tickets.values()].filter(
    ({ job, groups }) => groups.includes(group) && (isOpen(job) || job.status === 'in_progress' || running.has(job.id)),
  )
}

/** Its own group, and that of the workflow it calls. */
function claimsOf(flight: Flight, spec: JobSpec, job: JobState): Claim[] {
  const scope = jobScope(flight, spec, job)
  const own = spec.concurrency && claimOf(spec.concurrency, scope)
  return [own, calledClaim(flight, spec, scope)].flatMap(claim => (claim === undefined ? [] : [claim]))
}

function calledClaim(flight: Flight, { key, call }: JobSpec, scope: Scope): Claim | undefined {
  const called = call && flight.called.get(call.path)
  if (call === undefined || called?.concurrency === undefined) return undefined
  const caller = flight.homes.get(key)?.workflow ?? flight.workflow
  return claimOf(called.concurrency, workflowScope(flight, callInputs(caller, call, called, scope)))
}

/** Groups that the run, or a job this one was called by, holds until this one is done. */
function groupsAbove(flight: Flight, spec: JobSpec): string[] {
  const home = flight.homes.get(spec.key)
  if (home !== undefined) {
    return [...(flight.tickets.get(home.caller.id)?.groups ?? []), ...groupsAbove(flight, home.caller.spec)]
  }
  const { concurrency } = flight.workflow
  const claim = concurrency && claimOf(concurrency, workflowScope(flight, flight.run.inputs))
  return claim === undefined ? [] : [claim.group]
}

function workflowScope({ run, machine }: Flight, inputs: Record<string, unknown>): Scope {
  return { contexts: { github: githubContext(run), inputs, vars: () => machine.vars() } }
}

/** Nothing for an empty group. GitHub compares groups without regard to case. */
function claimOf({ group, cancelInProgress, queue = 'single' }: Concurrency, scope: Scope): Claim | undefined {
  const written = toText(evaluateTemplate(group, scope)).toLowerCase()
  return written === '' ? undefined : { group: written, cancels: evaluateSwitch(cancelInProgress, scope), queue }
}
