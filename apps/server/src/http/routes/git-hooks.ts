import { timingSafeEqual } from 'node:crypto'
import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import { pushedWhole } from '../../git/missed-runs.ts'
import { admit, HookBody } from '../../git/receive.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

/** POST …/hooks/git: called by the bare repository's own hooks, with a token only they can read. */
export function hookRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/hooks/git',
    {
      access: provenBy('hook token'),
      schema: { hide: true, body: HookBody, response: { 200: z.object({ lines: z.array(z.string()) }) } },
    },
    async request => {
      const context = provenContext(request)
      const { phase } = request.body
      return {
        lines: phase === 'pre-receive' ? await admitted(request.body, context) : await taken(request.body, context),
      }
    },
  )

  /** Each repository proves itself with a token of its own: none pushes for another project. */
  function provenContext(request: FastifyRequest): ProjectContext {
    const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    const context = contextOf(request)
    const expected = Buffer.from(context.hookToken)
    if (given.length === expected.length && timingSafeEqual(given, expected)) return context
    throw new GantryError('UNAUTHENTICATED', 'only the hooks of the repository may call this')
  }
}

async function admitted({ updates }: HookBody, { project, store, pages }: ProjectContext): Promise<string[]> {
  const { name, config } = await project.current()
  const requiredWorkflow = config?.requiredWorkflow ?? 'ci.yml'
  for (const update of updates)
    await admit(update, { project: name, requiredWorkflow, runs: store.runs, pages: pages() })
  return []
}

async function taken({ updates, actor }: HookBody, { project, push }: ProjectContext): Promise<string[]> {
  const lines: string[] = []
  for (const update of updates) {
    // A person pushed, not git: where the system does not say who, it is taken for whoever wrote what arrived.
    const by = actor || (update.after && (await push.repository.commit(update.after)).author) || 'git'
    lines.push(...(await pushedWhole(update, by, { ...push, project: await project.current() })))
  }
  return lines
}
