import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { ProjectContext } from '../project/open-project.ts'
import type { Projects } from '../project/projects.ts'

/** The project that a request names in its path. @throws GantryError PROJECT_UNKNOWN */
export type ContextOf = (request: Pick<FastifyRequest, 'caller'> & { params: unknown }) => ProjectContext

const Named = z.looseObject({ project: z.string() })

export const contextOfRequests =
  (projects: Pick<Projects, 'find' | 'all'>): ContextOf =>
  ({ params, caller }) => {
    const { project } = Named.parse(params)
    const found = projects.find(project)
    if (found) return found
    // Whoever else asks for one they do not belong to is stopped before; owners of the server see them all.
    const isToldAll = caller?.kind === 'person' && caller.account.isServerOwner
    const known = isToldAll ? projects.all().map(({ stored }) => stored.name) : []
    const there = known.length > 0 ? `; there is ${known.join(', ')}` : ''
    throw new GantryError('PROJECT_UNKNOWN', `no project ${project.slice(0, 60)}${there}`)
  }
