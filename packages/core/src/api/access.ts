import * as z from 'zod'
import { JobScope, Role } from '../person/person.ts'

/** A token as it is listed: what it is for, never what it is. */
export const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['person', 'program', 'job']).describe('whom it speaks for'),
  role: Role.nullable().describe('of a program; a person has their own, a job none'),
  environment: z.string().nullable(),
  scopes: z.array(JobScope),
  createdAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
})
export type TokenView = z.output<typeof TokenView>

export const NewToken = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('what it is for, to know it again in the list'),
  role: Role.exclude(['owner']).describe('what it may do at most; nothing that only people do'),
  days: z.int().min(1).max(365).default(90),
})

export const SessionView = z.object({
  id: z.string(),
  person: z.string(),
  agent: z.string().nullable().describe('what the browser calls itself'),
  createdAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
})
export type SessionView = z.output<typeof SessionView>
