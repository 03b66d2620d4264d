import * as z from 'zod'
import { RunStateName } from '../run/run.ts'

/** A name is in folders, addresses and database names: lower-case letters, digits and dashes, beginning with a letter. */
export const ProjectName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,38}$/,
    'expected lower-case letters, digits and dashes, beginning with a letter, 39 at most',
  )

export const NewProject = z.strictObject({
  name: ProjectName.describe('for good: it is in every address of the project'),
  title: z.string().trim().min(1).max(80).optional().describe('what people call it; the name when left out'),
})
export const ProjectTitle = z.strictObject({ title: z.string().trim().min(1).max(80) })

/** A project at a glance: what is live, whether main is green, whether something is wrong. */
export const ProjectView = z.object({
  name: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  archivedAt: z.iso.datetime().nullable(),
  gitRemote: z.string().describe('where its repository is pushed to, on the machine of the server'),
  checks: z.object({ run: z.string(), state: RunStateName }).nullable().describe('the newest run on main'),
  environments: z.array(
    z.object({
      name: z.string(),
      release: z.string().nullable(),
      title: z.string().nullable(),
      since: z.iso.datetime().nullable(),
    }),
  ),
  openIncidents: z.int(),
})
export type ProjectView = z.output<typeof ProjectView>
