import {
  type Beginning,
  type Deployment,
  deploymentAct,
  GantryError,
  requireTransition,
  settleFormer,
} from '@gantry/core'
import { sql, type Transaction } from 'kysely'
import { movedOn } from '../database/moved-on.ts'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { isUniqueViolation } from '../database/session.ts'
import { appendRow } from '../ledger/ledger-store.ts'
import { setHold } from '../promotion/holds.ts'
import { markBad } from '../release/release-store.ts'

/** The row, its ledger row, and what a rollback brings with it: promotions wait, the bad release is marked. */
export function addDeployment(database: Database, deployment: Deployment, beginning: Beginning): Promise<void> {
  const { project, environment } = deployment
  const { evidence, hold, bad } = beginning
  return database.transaction(async transaction => {
    await transaction.insertInto('gantry.deployments').values(rowOf(deployment)).execute()
    if (hold) await setHold(transaction, project, environment, hold)
    if (bad) await markBad(transaction, project, bad.release, bad.because)
    const act = deploymentAct(deployment, evidence)
    if (act) await appendRow(transaction, act)
    const since = { project, at: hold?.since ?? deployment.createdAt, evidence: { deployment: deployment.id } }
    const actor = hold?.by ?? deployment.requestedBy
    if (hold)
      await appendRow(transaction, {
        ...since,
        actor,
        action: 'hold.placed',
        subject: environment,
        reason: hold.because,
      })
    if (bad)
      await appendRow(transaction, {
        ...since,
        actor,
        action: 'release.marked-bad',
        subject: bad.release,
        reason: bad.because,
      })
  })
}

export async function updateDeployment(database: Database, deployment: Deployment): Promise<Deployment> {
  return refusingSecondLive(deployment, () =>
    database.transaction(async transaction => {
      const isMoved = await lockAsSeen(transaction, deployment)
      const changed = await replace(transaction, deployment)
      const act = isMoved ? deploymentAct(changed) : null
      if (act) await appendRow(transaction, act)
      return changed
    }),
  )
}

/** One environment at a time: of two that become live at once, the second finds the first and settles it. */
export async function makeLive(database: Database, deployment: Deployment) {
  const { project, environment } = deployment
  return refusingSecondLive(deployment, () =>
    database.transaction(async transaction => {
      const lock = `gantry.live ${project} ${environment}`
      await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(transaction)
      await lockAsSeen(transaction, deployment)
      const settled = await settleLive(transaction, deployment)
      const live = await replace(transaction, deployment)
      const act = deploymentAct(live, { settled: settled.map(({ id }) => id) })
      if (act) await appendRow(transaction, act)
      return { live, settled }
    }),
  )
}

/** Holds the row still; answers whether its state changes. @throws GantryError CONFLICT, ILLEGAL_TRANSITION */
async function lockAsSeen(transaction: Transaction<Schema>, seen: Deployment): Promise<boolean> {
  const { id, project, version, state } = seen
  const row = await transaction
    .selectFrom('gantry.deployments')
    .select('state')
    .where('id', '=', id)
    .where('project', '=', project)
    .where('version', '=', version)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw movedOn('deployment', id, version)
  if (row.state === state) return false
  requireTransition(id, row.state, state)
  return true
}

async function settleLive(transaction: Transaction<Schema>, live: Deployment): Promise<Deployment[]> {
  const rows = await transaction
    .selectFrom('gantry.deployments')
    .select('body')
    .where('project', '=', live.project)
    .where('environment', '=', live.environment)
    .where('state', '=', 'live')
    .where('id', '<>', live.id)
    .forUpdate()
    .execute()
  const settled: Deployment[] = []
  for (const { body } of rows) settled.push(await replace(transaction, settleFormer(body, live)))
  return settled
}

async function replace(transaction: Transaction<Schema>, deployment: Deployment): Promise<Deployment> {
  const changed = { ...deployment, version: deployment.version + 1 }
  await transaction.updateTable('gantry.deployments').set(rowOf(changed)).where('id', '=', changed.id).execute()
  return changed
}

async function refusingSecondLive<T>({ id, environment }: Deployment, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause
    const message = `another deployment than ${id} is live in ${environment}`
    throw new GantryError('CONFLICT', message, { deployment: id, environment }, { cause })
  }
}

const rowOf = (body: Deployment) => ({
  id: body.id,
  project: body.project,
  environment: body.environment,
  release: body.release,
  state: body.state,
  created_at: body.createdAt,
  live_at: body.liveAt,
  version: body.version,
  body,
})
