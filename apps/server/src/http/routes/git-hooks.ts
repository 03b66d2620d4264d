import { timingSafeEqual } from 'node:crypto'
import type { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import { admit, HookBody } from '../../git/receive.ts'
import { expectPushes, forgetPushes, takePush } from '../../git/take-push.ts'
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
        lines:
          phase === 'pre-receive' ? (await admitted(request.body, context)).lines : await taken(request.body, context),
      }
    },
  )

  app.scope((scoped, parsers) => {
    parsers.addContentTypeParser('application/x-gantry-push', (_request, body, done) => done(null, body))
    scoped.post(
      '/hooks/git/push',
      {
        access: provenBy('hook token'),
        schema: { hide: true, response: { 200: z.object({ lines: z.array(z.string()) }) } },
      },
      async request => {
        const context = provenContext(request)
        const { line, rest } = await firstLine(request.body as Readable)
        const push = HookBody.parse(JSON.parse(line))
        const { lines, ids } = await admitted(push, context)
        const pack = push.updates.some(({ after }) => after !== null) ? rest : null
        try {
          await context.commits?.take({ id: ids[0], actor: push.actor ?? 'git', updates: push.updates }, pack)
        } catch (cause) {
          // Of what failed otherwise nobody knows whether it was taken.
          if (cause instanceof GantryError && cause.code === 'CONFLICT')
            await forgetPushes(ids, { ...context.push, project: await context.project.current() })
          throw cause
        }
        return { lines }
      },
    )
  })

  /** Each repository proves itself with a token of its own: none pushes for another project. */
  function provenContext(request: FastifyRequest): ProjectContext {
    const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    const context = contextOf(request)
    const expected = Buffer.from(context.hookToken)
    if (given.length === expected.length && timingSafeEqual(given, expected)) return context
    throw new GantryError('UNAUTHENTICATED', 'only the hooks of the repository may call this')
  }
}

async function admitted(
  { updates, actor }: HookBody,
  { project, push, store, pages }: ProjectContext,
): Promise<{ lines: string[]; ids: string[] }> {
  const { name, config } = await project.current()
  const requiredWorkflow = config?.requiredWorkflow ?? 'ci.yml'
  for (const update of updates)
    await admit(update, { project: name, requiredWorkflow, runs: store.runs, pages: pages() })
  return { lines: [], ids: await expectPushes({ updates, actor }, { ...push, project: name }) }
}

const lineBytes = 1024 * 1024

async function firstLine(stream: Readable): Promise<{ line: string; rest: AsyncIterable<Uint8Array> }> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
  let read = Buffer.alloc(0)
  let end = -1
  while (end === -1) {
    const { value, done } = await chunks.next()
    if (done || read.length > lineBytes)
      throw new GantryError('BAD_REQUEST', 'expected a line that says what is pushed')
    read = Buffer.concat([read, value])
    end = read.indexOf('\n')
  }
  const rest = (async function* () {
    if (end + 1 < read.length) yield read.subarray(end + 1)
    yield* { [Symbol.asyncIterator]: () => chunks }
  })()
  return { line: read.subarray(0, end).toString(), rest }
}

async function taken(
  { updates, actor }: HookBody,
  { project, push, commits, previews }: ProjectContext,
): Promise<string[]> {
  const lines: string[] = []
  await commits?.accepted(updates.map(({ ref }) => ref))
  for (const update of updates) {
    // A person pushed, not git: where the system does not say who, it is taken for whoever wrote what arrived.
    const by = actor || (update.after && (await push.repository.commit(update.after)).author) || 'git'
    const parts = { ...push, project: await project.current() }
    lines.push(...(await takePush(update, by, parts)))
  }
  // A branch may be gone now, or be in main.
  previews.lookAgain()
  return lines
}
