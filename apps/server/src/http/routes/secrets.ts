import { GantryError, type Project, previewPlace, type ValuePlace } from '@gantry/core'
import {
  RotationView,
  SecretBody,
  SecretList,
  type UnsetValue,
  ValueBody,
  VariableBody,
  VariableList,
} from '@gantry/core/api'
import { didYouMean } from '@gantry/core/words'
import * as z from 'zod'
import { may, serverOwner } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { Projects } from '../../project/projects.ts'
import { isOwnPlace, type Secrets } from '../../secret/secrets.ts'
import { unsetAt } from '../../secret/unset-values.ts'
import type { ContextOf } from '../context-of.ts'
import { personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['secrets']
const set = z.object({ name: z.string().describe('as it is kept') })

/** What jobs have as `secrets.*`. No route answers what one is. */
export function secretRoutes(app: Api, contextOf: ContextOf): void {
  app.get(
    '/secrets',
    {
      access: may('run'),
      schema: {
        tags,
        summary: 'Secrets by name, and names that are asked for and not set',
        response: { 200: SecretList },
      },
    },
    async request => {
      const context = contextOf(request)
      const { secrets } = context
      const project = await context.project.current()
      const listed = (await secrets.list(project.name)).map(secret => ({
        name: secret.name,
        environment: secret.environment,
        isForAnyBranch: secret.isForAnyBranch,
        isLost: secrets.isLost(secret),
        updatedAt: secret.updatedAt,
        updatedBy: secret.updatedBy,
      }))
      return { secrets: listed, unset: await unsetIn(context), environments: environmentsOf(project) }
    },
  )
  app.post(
    '/secrets',
    {
      access: may('secrets'),
      schema: { tags, summary: 'Set a secret; it is never shown again', body: SecretBody, response: { 201: set } },
    },
    async (request, reply) => {
      const { value, isForAnyBranch, ...asked } = request.body
      const { name: updatedBy } = personIn(request)
      const { secrets, record, ...context } = contextOf(request)
      const project = await context.project.current()
      const of = { ...asked, project: project.name }
      requireEnvironment(project, asked.environment)
      if (isForAnyBranch && asked.environment !== null)
        throw new GantryError('BAD_REQUEST', 'a secret of an environment is never for any branch')
      const place = await secrets.set({ ...of, value, isForAnyBranch, updatedBy })
      const evidence = { environment: place.environment, isForAnyBranch }
      await record({ actor: updatedBy, action: 'secret.set', subject: inWords(place), evidence })
      return reply.status(201).send({ name: place.name })
    },
  )
  app.post(
    '/secrets/remove',
    { access: may('secrets'), schema: { tags, summary: 'Remove a secret', body: ValueBody } },
    async request => {
      const { secrets, record, stored } = contextOf(request)
      const place = { ...request.body, project: stored.name }
      if (isOwnPlace(place.environment) || !(await secrets.remove(place)))
        throw new GantryError('NOT_FOUND', `no secret ${inWords(place)}`)
      await record({ actor: personIn(request).name, action: 'secret.removed', subject: inWords(place) })
      return {}
    },
  )
}

/** One key seals the secrets of all projects; each ledger holds what became of its own. */
export function secretKeyRoute(
  app: Api,
  { secrets, projects }: { secrets: Secrets; projects: Pick<Projects, 'all'> },
): void {
  app.post(
    '/api/v1/secret-key/rotate',
    {
      access: serverOwner,
      schema: {
        tags,
        summary: 'Seal all secrets of this server with another key',
        body: z.strictObject({}),
        response: { 200: RotationView },
      },
    },
    async request => {
      const { key, resealed, unopened } = await secrets.rotate()
      const actor = personIn(request).name
      for (const { record, stored } of projects.all()) {
        const own = (places: readonly ValuePlace[]) =>
          places.filter(({ project }) => project === stored.name).map(inWords)
        const evidence = { key, resealed: own(resealed), unopened: own(unopened) }
        await record({ actor, action: 'secrets.rotated', subject: `key ${key}`, evidence })
      }
      return { key, resealed: resealed.length, unopened: unopened.map(inWords) }
    },
  )
}

async function unsetIn(context: ProjectContext): Promise<UnsetValue[]> {
  const sha = await context.repository.head('main')
  return sha === null ? [] : unsetAt(sha, context)
}

/** What jobs have as `vars.*`. */
export function variableRoutes(app: Api, contextOf: ContextOf): void {
  const summary = 'Variables with their values'
  app.get(
    '/variables',
    { access: may('look'), schema: { tags, summary, response: { 200: VariableList } } },
    async request => {
      const { variables, project } = contextOf(request)
      const of = await project.current()
      const listed = (await variables.list(of.name)).map(({ project: _, ...shown }) => shown)
      return { variables: listed, environments: environmentsOf(of) }
    },
  )
  app.post(
    '/variables',
    {
      access: may('secrets'),
      schema: { tags, summary: 'Set a variable', body: VariableBody, response: { 201: set } },
    },
    async (request, reply) => {
      const { name: updatedBy } = personIn(request)
      const { variables, record, project } = contextOf(request)
      const of = await project.current()
      requireEnvironment(of, request.body.environment)
      const place = await variables.set({ ...request.body, project: of.name, updatedBy })
      const evidence = { environment: place.environment }
      await record({ actor: updatedBy, action: 'variable.set', subject: inWords(place), evidence })
      return reply.status(201).send({ name: place.name })
    },
  )
  app.post(
    '/variables/remove',
    { access: may('secrets'), schema: { tags, summary: 'Remove a variable', body: ValueBody } },
    async request => {
      const { variables, record, stored } = contextOf(request)
      const place = { ...request.body, project: stored.name }
      if (!(await variables.remove(place))) throw new GantryError('NOT_FOUND', `no variable ${inWords(place)}`)
      await record({ actor: personIn(request).name, action: 'variable.removed', subject: inWords(place) })
      return {}
    },
  )
}

/** Previews share one place: it is all that they are given. */
const environmentsOf = ({ config }: Project): string[] => [
  ...Object.keys(config?.environments ?? {}),
  ...(config?.previews ? [previewPlace] : []),
]

/** One that is spelled otherwise would never be found by its job. Before the first config nobody knows them. */
function requireEnvironment(project: Project, environment: string | null): void {
  const known = environmentsOf(project)
  const isAny = project.config === null && !isOwnPlace(environment)
  if (environment === null || isAny || known.includes(environment)) return
  const meant = didYouMean(environment, known)
  throw new GantryError(
    'NOT_FOUND',
    `gantry.config.ts has ${known.join(' and ') || 'no environment'}, not "${environment}"${meant}`,
  )
}

const inWords = ({ name, environment }: Omit<ValuePlace, 'project'>): string =>
  environment === null ? name : `${name} of ${environment}`
