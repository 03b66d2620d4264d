import { Deployment, GantryError, previewNumber } from '@gantry/core'
import { NewPreview, PreviewList, PreviewRemoval, PreviewView } from '@gantry/core/api'
import * as z from 'zod'
import { runIdOf } from '../../access/caller.ts'
import { itsEnvironment } from '../../access/job-rules.ts'
import { may } from '../../access/route-access.ts'
import { mostPreviews, previewView } from '../../preview/preview-view.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'
import { artifactRoutes, requireArtifacts } from './artifacts.ts'

const tags = ['previews']
const params = z.object({ environment: z.string().describe('pr-12') })
const ofItsOwn = itsEnvironment('params', ['deploy'])

/** Pull requests as they can be tried. */
export function previewRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/previews',
    {
      access: may('look'),
      schema: {
        tags,
        summary: 'Previews of pull requests, the newest first',
        querystring: z.object({ removed: z.stringbool().default(false).describe('also those that are gone') }),
        response: { 200: PreviewList },
      },
    },
    async request => {
      const context = contextOf(request)
      const { store, stored, project } = context
      const all = await store.previews.list(stored.name, { open: !request.query.removed })
      const previews = await Promise.all(all.map(each => previewView(each, shownBy(context))))
      return { previews, most: mostPreviews((await project.current()).config) }
    },
  )
  app.get(
    '/previews/:environment',
    {
      access: may('look', ofItsOwn),
      schema: { tags, summary: 'The preview of a pull request', params, response: { 200: PreviewView } },
    },
    async request => {
      const context = contextOf(request)
      const number = numberIn(request.params.environment)
      const preview = await context.store.previews.get(context.stored.name, number)
      if (!preview) throw new GantryError('NOT_FOUND', `#${number} has no preview`)
      return previewView(preview, shownBy(context))
    },
  )
  // It executes what that commit holds, as its deployment does.
  app.get(
    '/previews/:environment/config',
    {
      access: may('deploy', ofItsOwn),
      schema: {
        tags,
        summary: 'The config of a commit of the pull request',
        params,
        querystring: z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) }),
        response: { 200: z.object({ config: z.unknown(), sha: z.string() }) },
      },
    },
    async request => {
      const { sha } = request.query
      return { config: await contextOf(request).configAt(sha), sha }
    },
  )
  actRoutes(app, contextOf)
  // Of their own: what a pull request built is no release, so its job may not upload one.
  artifactRoutes(app, contextOf, { below: '/previews/:environment', access: may('deploy', ofItsOwn) })
}

function actRoutes(app: Api, contextOf: ContextOf): void {
  app.post(
    '/previews/:environment',
    {
      access: may('deploy', ofItsOwn),
      schema: {
        tags,
        summary: 'Deploy what a pull request built to its preview',
        params,
        body: NewPreview,
        response: { 202: Deployment },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { previews, artifacts } = contextOf(request)
      await requireArtifacts(request.body.artifacts, artifacts)
      const asked = { number: numberIn(request.params.environment), built: request.body }
      return reply.status(202).send(await previews.deploy({ ...asked, by: caller.name, runId: runIdOf(caller) }))
    },
  )
  app.post(
    '/previews/:environment/removal',
    {
      access: may('deploy', ofItsOwn),
      schema: {
        tags,
        summary: 'Remove a preview and everything there is of it',
        params,
        body: PreviewRemoval,
        response: { 202: z.object({ removal: Deployment.nullable().describe('null: nothing has to be waited for') }) },
      },
    },
    async (request, reply) => {
      const caller = callerIn(request)
      const { reason } = request.body
      const number = numberIn(request.params.environment)
      const removal = await contextOf(request).previews.remove(number, reason, caller.name, runIdOf(caller))
      return reply.status(202).send({ removal })
    },
  )
}

const shownBy = ({ store, delivery }: ProjectContext) => ({ store, address: delivery.address })

/** @throws GantryError NOT_FOUND */
function numberIn(environment: string): number {
  const number = previewNumber(environment)
  if (number !== null) return number
  throw new GantryError('NOT_FOUND', `expected the environment of a preview, such as pr-12, got "${environment}"`)
}
