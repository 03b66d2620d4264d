import type { Role } from '@gantry/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { type Caller, requireRole } from '../access/access.ts'
import { callerIn } from './session.ts'

const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>()

export const apiOf = (app: FastifyInstance): ReturnType<typeof typed> => typed(app)

/** Who asks, if the role suffices. @throws GantryError FORBIDDEN */
export function callerWith(request: FastifyRequest, least: Role): Caller {
  const caller = callerIn(request)
  requireRole(caller, least)
  return caller
}
