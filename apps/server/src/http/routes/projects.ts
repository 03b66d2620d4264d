import { type AccessStore, GantryError } from '@gantry/core'
import { NewProject, ProjectTitle, ProjectView } from '@gantry/core/api'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import { isSeen } from '../../access/caller.ts'
import { anybodyKnown, may, serverOwner } from '../../access/route-access.ts'
import { projectView, restingView } from '../../project/project-view.ts'
import type { Projects } from '../../project/projects.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['projects']
const nothing = z.strictObject({})

export interface ProjectListParts {
  projects: Projects
  access: Pick<Access, 'seenBy'>
  members: Pick<AccessStore, 'addMember'>
  now(): Date
}

/** The projects of this server; those of one's own, for whoever is not everybody. */
export function projectListRoutes(app: Api, { projects, access, members, now }: ProjectListParts): void {
  app.get(
    '/api/v1/projects',
    {
      access: anybodyKnown,
      schema: {
        tags,
        summary: 'Projects at a glance',
        querystring: z.object({ archived: z.enum(['true', 'false']).default('false') }),
        response: { 200: z.object({ projects: z.array(ProjectView) }) },
      },
    },
    async request => {
      const theirs = await access.seenBy(callerIn(request))
      const seen = projects.all().filter(({ stored }) => isSeen(theirs, stored.name))
      const resting = request.query.archived === 'true' ? await projects.archived() : []
      const shown = resting.filter(({ name }) => isSeen(theirs, name))
      return { projects: [...(await Promise.all(seen.map(projectView))), ...shown.map(restingView)] }
    },
  )
  app.post(
    '/api/v1/projects',
    {
      access: serverOwner,
      schema: { tags, summary: 'Add a project', body: NewProject, response: { 201: ProjectView } },
    },
    async (request, reply) => {
      const { name, title = name } = request.body
      const context = await projects.add(name, title)
      const { name: actor, account } = personIn(request)
      await members.addMember(name, account.id, 'owner', now().toISOString())
      await context.record({ actor, action: 'project.added', subject: name, evidence: { title } })
      return reply.status(201).send(await projectView(context))
    },
  )
  app.post(
    '/api/v1/projects/:project/restore',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Take an archived project up again',
        params: z.object({ project: z.string() }),
        body: nothing,
        response: { 200: ProjectView },
      },
    },
    async request => {
      const context = await projects.restore(request.params.project)
      const { name: actor } = personIn(request)
      await context.record({ actor, action: 'project.restored', subject: context.stored.name })
      return projectView(context)
    },
  )
}

export function projectActRoutes(app: Api, contextOf: ContextOf, projects: Projects): void {
  app.post(
    '/rename',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Call it otherwise; its name in addresses stays',
        body: ProjectTitle,
        response: { 200: ProjectView },
      },
    },
    async request => {
      const context = contextOf(request)
      const { title } = request.body
      const before = (await context.project.current()).title
      await projects.rename(context, title)
      const { name: actor } = personIn(request)
      await context.record({
        ...{ actor, action: 'project.renamed', subject: context.stored.name },
        evidence: { before, title },
      })
      return projectView(context)
    },
  )
  app.post(
    '/archive',
    {
      access: may('settings'),
      schema: {
        tags,
        summary: 'Let it rest: nothing of it runs, and nothing is lost',
        body: z.strictObject({ reason: z.string().trim().min(1, 'say why').max(2_000) }),
        response: { 200: ProjectView },
      },
    },
    async request => {
      const context = contextOf(request)
      const { name } = context.stored
      if (projects.isHome(name))
        throw new GantryError('CONFLICT', `${name} is made anew at each start, by GANTRY_PROJECT or the sample`)
      const { name: actor } = personIn(request)
      await context.record({ actor, action: 'project.archived', subject: name, reason: request.body.reason })
      return restingView(await projects.archive(context))
    },
  )
}
