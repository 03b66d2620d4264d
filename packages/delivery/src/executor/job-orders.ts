import {
  type Attendance,
  type Deployment,
  type DeploymentFacts,
  type DeploymentStore,
  GantryError,
  type HandedOrder,
  type HeldLease,
  isUnfinished,
  type LeaseStore,
  type NextOrder,
  type OrderProgress,
  orderName,
  type StepAnswers,
  type StepOrder,
  type StepOutcome,
} from '@gantry/core'
import type { StepClock } from './perform-order.ts'
import type { OnProgress, StepExecutor } from './step-executor.ts'
import { type JobTimes, type Presence, untilGivenUp } from './until-given-up.ts'

export interface JobOrdersParts {
  leases: Pick<LeaseStore, 'claim' | 'renew' | 'release' | 'held'>
  deployments: Pick<DeploymentStore, 'get'>
  clock: StepClock
  times: JobTimes
  /** What is under way for the project is not gone on with here. */
  isStopping(project: string): boolean
  /** Starts a workflow that carries on with this deployment, where the environment's credentials are. */
  summon(deployment: Summoned): Promise<void>
  log(message: string): void
}

export type Summoned = Pick<Deployment, 'project' | 'environment' | 'id'>

/** What an order is made from. */
export interface JobWork {
  deployment: Pick<Deployment, 'project' | 'environment' | 'id' | 'kind'>
  facts: DeploymentFacts
  config: unknown
  answers(): StepAnswers
  addresses(): Record<string, string>
}

/** One job, as it names itself with each request. */
export interface AttendingJob {
  project: string
  deployment: string
  owner: string
  version: number
}

/**
 * Orders wait here for the job that holds the credentials of the environment. One job at a time attends a deployment, by a
 * lease that it renews; what a job says that lost it is refused.
 */
export interface JobOrders {
  /** Hands the orders of one deployment out, until it is closed. */
  open(work: JobWork): { executor: StepExecutor; close(): void }
  /** @throws GantryError NOT_FOUND, DEPLOYMENT_ATTENDED by another job, ILLEGAL_TRANSITION when it is over */
  attend(job: Omit<AttendingJob, 'version'>): Promise<Attendance>
  /** The order that waits, or that comes within some seconds. @throws GantryError LEASE_LOST */
  next(job: AttendingJob): Promise<NextOrder>
  /** Answers the name of the order that is still wanted. @throws GantryError LEASE_LOST */
  renew(job: AttendingJob, progress?: OrderProgress): Promise<{ name: string | null }>
  /** An outcome nobody waits for any more is dropped. @throws GantryError LEASE_LOST */
  report(job: AttendingJob, name: string, outcome: StepOutcome): Promise<void>
  /** A job has ended for certain: nobody waits until its lease runs out. */
  leave(job: Pick<AttendingJob, 'project' | 'owner'>): Promise<void>
}

/** An order somebody waits for. */
interface OpenOrder {
  handed: HandedOrder
  onProgress: OnProgress
  answer(outcome: StepOutcome): void
}

/** A deployment whose orders are handed out here. */
interface OpenDeployment {
  presence: Presence
  order: OpenOrder | null
  /** Resolved when there is something new to say. */
  news: PromiseWithResolvers<void>
}

const leaseKind = 'deployment-job'

export function jobOrders(parts: JobOrdersParts): JobOrders {
  const { leases, deployments, clock, times } = parts
  const open = new Map<string, OpenDeployment>()
  const { heldLease, requireLease, leave } = heldLeases(leases)
  return {
    open(work) {
      const { project, id } = work.deployment
      const at: OpenDeployment = { presence: { wasSeen: false }, order: null, news: Promise.withResolvers() }
      open.set(keyOf(project, id), at)
      const isAttended = async () => (await heldLease(project, id)) !== undefined
      return {
        executor: {
          carryOut: (order, _service, onProgress) => hand({ order, onProgress, isAttended }, at, work, parts),
        },
        close() {
          open.delete(keyOf(project, id))
          tell(at)
        },
      }
    },
    async attend({ project, deployment: id, owner }) {
      const at = open.get(keyOf(project, id))
      if (!at) requireUnfinished(id, await deployments.get(project, id))
      const { ttlMs, renewEveryMs } = times
      const lease = await leases.claim({ project, kind: leaseKind, name: id }, owner, ttlMs)
      if (lease === null) throw attendedBy((await heldLease(project, id))?.owner ?? 'another job', id)
      if (at) at.presence.wasSeen = true
      return { version: lease.version, ttlMs, renewEveryMs }
    },
    async next(job) {
      const lease = await requireLease(job)
      await leases.renew([lease], times.ttlMs)
      const at = open.get(keyOf(job.project, job.deployment))
      if (at && !at.order) await Promise.race([at.news.promise, pause(clock, times.askWaitMs)])
      if (at?.order) return { kind: 'order', handed: at.order.handed }
      if (open.has(keyOf(job.project, job.deployment))) return { kind: 'wait' }
      const deployment = await deployments.get(job.project, job.deployment)
      if (deployment && isUnfinished(deployment.state)) {
        // Nobody works on it at this moment, e.g. because the server began a moment ago.
        await pause(clock, times.lookEveryMs)
        return { kind: 'wait' }
      }
      await leases.release(lease)
      return { kind: 'ended' }
    },
    async renew(job, progress) {
      await leases.renew([await requireLease(job)], times.ttlMs)
      const order = open.get(keyOf(job.project, job.deployment))?.order ?? null
      if (progress && order?.handed.name === progress.name) await order.onProgress(progress.text, progress.answer)
      return { name: order?.handed.name ?? null }
    },
    async report(job, name, outcome) {
      await requireLease(job)
      const at = open.get(keyOf(job.project, job.deployment))
      if (at?.order?.handed.name !== name) return
      const { answer } = at.order
      at.order = null
      answer(outcome)
    },
    leave,
  }
}

function requireUnfinished(id: string, deployment: Deployment | null): void {
  if (!deployment) throw new GantryError('NOT_FOUND', `no deployment ${id}`)
  const { state } = deployment
  if (isUnfinished(state)) return
  throw new GantryError('ILLEGAL_TRANSITION', `deployment ${id} is ${state}: nothing is left to do`)
}

const attendedBy = (owner: string, deployment: string) =>
  new GantryError('DEPLOYMENT_ATTENDED', `deployment ${deployment} is carried out by ${owner}`, { deployment })

/** Waits for whoever carries the order out, or until nobody does. */
async function hand(
  {
    order,
    onProgress,
    isAttended,
  }: Pick<OpenOrder, 'onProgress'> & { order: StepOrder; isAttended(): Promise<boolean> },
  at: OpenDeployment,
  { deployment, facts, config, answers, addresses }: JobWork,
  parts: JobOrdersParts,
): Promise<StepOutcome> {
  const handed = { name: orderName(order), order, facts, config, answers: answers(), addresses: addresses() }
  const answered = Promise.withResolvers<StepOutcome>()
  const done = new AbortController()
  at.order = { handed, onProgress, answer: answered.resolve }
  tell(at)
  try {
    const watched = { ...parts, deployment, order, presence: at.presence, isAttended, onProgress }
    const givenUp = untilGivenUp(watched, done.signal)
    return await Promise.race([answered.promise, givenUp])
  } finally {
    done.abort()
    if (at.order?.handed === handed) at.order = null
  }
}

function tell(at: OpenDeployment): void {
  at.news.resolve()
  at.news = Promise.withResolvers()
}

/** A version alone proves nothing, for it can be guessed: it has to be that of this deployment and this job. */
function heldLeases(leases: Pick<LeaseStore, 'held' | 'release'>) {
  const heldLease = async (project: string, deployment: string): Promise<HeldLease | undefined> =>
    (await leases.held({ project, kind: leaseKind })).find(({ name }) => name === deployment)
  return {
    heldLease,
    async leave({ project, owner }: Pick<AttendingJob, 'project' | 'owner'>): Promise<void> {
      const held = await leases.held({ project, kind: leaseKind })
      await Promise.all(held.filter(lease => lease.owner === owner).map(lease => leases.release(lease)))
    },
    async requireLease({ project, deployment, owner, version }: AttendingJob): Promise<HeldLease> {
      const held = await heldLease(project, deployment)
      if (held?.version === version && held.owner === owner) return held
      const message = `${owner} does not carry out deployment ${deployment} any more`
      throw new GantryError('LEASE_LOST', message, { deployment })
    },
  }
}

const keyOf = (project: string, deployment: string): string => `${project} ${deployment}`

const pause = (clock: StepClock, ms: number): Promise<void> => clock.sleep(ms, new AbortController().signal)
