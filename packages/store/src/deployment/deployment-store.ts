import type { Deployment, DeploymentStore } from '@gantry/core'
import type { Database } from '../database/database.ts'
import { movedOn } from '../database/moved-on.ts'

export function deploymentStore(database: Database): DeploymentStore {
  const db = database.kysely
  const deployments = (project: string) =>
    db.selectFrom('gantry.deployments').select('body').where('project', '=', project)
  return {
    async add(deployment) {
      await db.insertInto('gantry.deployments').values(rowOf(deployment)).execute()
    },
    async update(deployment) {
      const changed = { ...deployment, version: deployment.version + 1 }
      const { numUpdatedRows } = await db
        .updateTable('gantry.deployments')
        .set(rowOf(changed))
        .where('id', '=', deployment.id)
        .where('project', '=', deployment.project)
        .where('version', '=', deployment.version)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw movedOn('deployment', deployment.id, deployment.version)
      return changed
    },
    async get(project, id) {
      return (await deployments(project).where('id', '=', id).executeTakeFirst())?.body ?? null
    },
    async list(project, { environment, release, limit = 100 }) {
      let query = deployments(project)
      if (environment !== undefined) query = query.where('environment', '=', environment)
      if (release !== undefined) query = query.where('release', '=', release)
      const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(row => row.body)
    },
    async live(project, environment) {
      const live = deployments(project).where('environment', '=', environment).where('state', '=', 'live')
      return (await live.orderBy('live_at', 'desc').limit(1).executeTakeFirst())?.body ?? null
    },
    async unfinished(project) {
      const moving = deployments(project).where('state', 'in', ['planned', 'deploying', 'verifying'])
      return (await moving.orderBy('created_at').orderBy('id').execute()).map(row => row.body)
    },
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
