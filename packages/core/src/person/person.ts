import * as z from 'zod'

export const Role = z.enum(['viewer', 'developer', 'release-manager', 'owner'])
export type Role = z.output<typeof Role>

/** Somebody in one project. */
export const Person = z.object({ id: z.string(), name: z.string(), role: Role })
export type Person = z.output<typeof Person>

/** Somebody of this server, whatever they may do in a project. */
export const Account = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  isServerOwner: z.boolean().describe('adds projects, sees everybody, and is an owner of every project'),
})
export type Account = z.output<typeof Account>

/** Names and e-mails that somebody has or had, those of now first. */
export const KnownAs = z.object({
  names: z.array(z.string()),
  emails: z.array(z.string()),
  github: z.array(z.int()).optional().describe('numbers of the accounts on GitHub that they sign in with'),
})
export type KnownAs = z.output<typeof KnownAs>

/**
 * What the token of a job is for. `run`: look at its own run, which every job may. `release`: upload artifacts and record the
 * release of its commit, and find services. `deploy`, `rollback`: in its environment.
 */
export const JobScope = z.enum(['run', 'release', 'deploy', 'rollback'])
export type JobScope = z.output<typeof JobScope>
