import { GantryError } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import type { Access } from '../../../access/access.ts'
import type { JobCaller, ProgramCaller } from '../../../access/caller.ts'
import { anythingWith } from '../../../access/job-rules.ts'
import { may, refusal } from '../../../access/route-access.ts'
import type { ProjectContext } from '../../../project/open-project.ts'
import type { Projects } from '../../../project/projects.ts'
import { callerOf } from '../../door.ts'

export interface SentryApiParts {
  access: Pick<Access, 'callerOf'>
  projects: Pick<Projects, 'find'>
  /** Address of this server, as clients reach it. */
  url(): string
  now(): Date
}

/** A program with a token, and the project that the token is of. */
export interface Uploader {
  caller: ProgramCaller | JobCaller
  context: ProjectContext
}

const handsIn = may('ingest', anythingWith('release'))

/**
 * Who calls: sentry-cli says by path and body which organization and project it means, a token of Gantry's is of one project. What
 * names another is refused, so that nothing ends where nobody looks for it.
 * @throws GantryError UNAUTHENTICATED, FORBIDDEN
 */
export async function uploaderIn(request: FastifyRequest, { access, projects }: SentryApiParts): Promise<Uploader> {
  const caller = await callerOf(request, access, null)
  if (!caller) throw new GantryError('UNAUTHENTICATED', 'expected a token of a project, got none that works')
  if (caller.kind === 'person')
    throw new GantryError('FORBIDDEN', 'expected a token of a project, with the scope ingest')
  const why = refusal(handsIn, caller, caller.project)
  if (why) throw why
  const context = projects.find(caller.project)
  if (!context) throw new GantryError('PROJECT_UNKNOWN', `no project ${caller.project}`)
  const { slug } = request.params as { slug?: string }
  requireOwn(context, slug === undefined ? [] : [slug])
  return { caller, context }
}

/** sentry-cli names a project by its key, or by its number as it stands in the DSN. */
export function requireOwn({ stored }: ProjectContext, named: readonly string[]): void {
  const other = named.find(name => name !== stored.name && name !== String(stored.number))
  if (other === undefined) return
  throw new GantryError('FORBIDDEN', `the token is of the project ${stored.name}, not of ${other.slice(0, 60)}`)
}
