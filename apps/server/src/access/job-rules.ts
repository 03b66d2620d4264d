import type { JobScope } from '@gantry/core'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { JobRule } from './route-access.ts'

const textOf = (part: unknown, name: string): string | undefined =>
  z.looseObject({ [name]: z.string() }).safeParse(part).data?.[name]

/** `/runs/:id`: the run it belongs to. */
export const itsOwnRun: JobRule = {
  scopes: ['run'],
  for: 'its own run',
  isTheirs: ({ params }, { runId }) => textOf(params, 'id') === runId,
}

/** Whatever it names: the answer is about who asks, or the same for everybody who holds the scope. */
export const anythingWith = (scope: JobScope): JobRule => ({
  scopes: [scope],
  for: 'anything',
  isTheirs: () => true,
})

/** The environment it names, in the path, the query or the body, is the one of the job. */
export function itsEnvironment(where: 'params' | 'query' | 'body', scopes: readonly JobScope[]): JobRule {
  const environment = (request: FastifyRequest) => textOf(request[where], 'environment')
  return {
    scopes,
    for: 'its environment',
    environment,
    isTheirs: (request, job) => job.environment !== null && environment(request) === job.environment,
  }
}

/** The commit a run of that project is for. */
export type ShaOfRun = (runId: string, project: string) => Promise<string | null>

/** What it names is of the commit its run is for. */
export function itsCommit(where: 'params' | 'body', scopes: readonly JobScope[], shaOfRun: ShaOfRun): JobRule {
  return {
    scopes,
    for: 'the commit of its run',
    async isTheirs(request, { runId, project }) {
      const sha = textOf(request[where], 'sha')
      return sha !== undefined && sha === (await shaOfRun(runId, project))
    },
  }
}
