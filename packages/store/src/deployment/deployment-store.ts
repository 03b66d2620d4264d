import type { Deployment, DeploymentStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { addDeployment, makeLive, updateDeployment } from './change-deployment.ts'

export function deploymentStore(database: Database): DeploymentStore {
  const db = database.kysely
  const deployments = (project: string) =>
    db.selectFrom('gantry.deployments').select('body').where('project', '=', project)
  return {
    add: (deployment, beginning = {}) => addDeployment(database, deployment, beginning),
    update: deployment => updateDeployment(database, deployment),
    goLive: deployment => makeLive(database, deployment),
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
    async newestOf(project, releases) {
      const rows = await deployments(project)
        .distinctOn(['release', 'environment'])
        .where(sql<boolean>`release = any(${releases})`)
        .orderBy('release')
        .orderBy('environment')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map(row => row.body)
    },
    async live(project, environment) {
      const live = deployments(project).where('environment', '=', environment).where('state', '=', 'live')
      return (await live.executeTakeFirst())?.body ?? null
    },
    async allLive(project) {
      return (await deployments(project).where('state', '=', 'live').execute()).map(row => row.body)
    },
    async newestIn(project, environments) {
      // One after the other by the index: of all deployments at once every one would be read.
      const { rows } = await sql<{ body: Deployment }>`
        select newest.body from unnest(${environments}::text[]) as place (environment) cross join lateral (
          select body from gantry.deployments
          where project = ${project} and environment = place.environment
          order by created_at desc, id desc limit 1
        ) as newest`.execute(db)
      return rows.map(row => row.body)
    },
    async unfinished(project) {
      const moving = deployments(project).where('state', 'in', ['planned', 'deploying', 'verifying'])
      return (await moving.orderBy('created_at').orderBy('id').execute()).map(row => row.body)
    },
  }
}
