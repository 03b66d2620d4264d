import { timingSafeEqual } from 'node:crypto'
import { GantryError, type Project, type RunStore } from '@gantry/core'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import { pushedWhole } from '../../git/missed-runs.ts'
import type { PushParts } from '../../git/push.ts'
import { admit, HookBody } from '../../git/receive.ts'
import type { Api } from '../route.ts'

export interface HookRouteParts {
  token: string
  project(): Promise<Project>
  runs: RunStore
  push: Omit<PushParts, 'project'>
}

/** POST /api/v1/hooks/git: called by the bare repository's own hooks, with a token only they can read. */
export function hookRoutes(app: Api, parts: HookRouteParts): void {
  app.post(
    '/api/v1/hooks/git',
    {
      access: provenBy('hook token'),
      schema: { hide: true, body: HookBody, response: { 200: z.object({ lines: z.array(z.string()) }) } },
    },
    async request => {
      const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
      const expected = Buffer.from(parts.token)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new GantryError('UNAUTHENTICATED', 'only the hooks of the repository may call this')
      }
      const project = await parts.project()
      const { phase, updates, actor } = request.body
      if (phase === 'pre-receive') {
        const requiredWorkflow = project.config?.requiredWorkflow ?? 'ci.yml'
        for (const update of updates)
          await admit(update, { project: project.name, requiredWorkflow, runs: parts.runs, url: parts.push.url() })
        return { lines: [] }
      }
      const lines: string[] = []
      for (const update of updates) {
        // A person pushed, not git: where the system does not say who, it is taken for whoever wrote what arrived.
        const by = actor || (update.after && (await parts.push.repository.commit(update.after)).author) || 'git'
        lines.push(...(await pushedWhole(update, by, { ...parts.push, project: await parts.project() })))
      }
      return { lines }
    },
  )
}
