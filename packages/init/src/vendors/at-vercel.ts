import { looseJson } from '../loose-json.ts'
import { isRecord } from '../read-workspace.ts'
import { type AtVendor, inside, isAbout, type OfService } from './vendor-file.ts'

/** A project of Vercel: `vercel.json`, or what `vercel link` left, in its folder or at the top with its folder named. */
export function atVercel({ facts, app, name, staticFolder }: OfService): AtVendor | undefined {
  const linked = facts.text(inside(app.dir, '.vercel/project.json'))
  const own = facts.text(inside(app.dir, 'vercel.json'))
  const atTop = facts.text('vercel.json')
  if (linked === undefined && own === undefined && !(atTop !== undefined && isAbout(facts, app, atTop)))
    return undefined
  const link = looseJson(linked ?? '{}')
  const said = (key: string) => (isRecord(link) && typeof link[key] === 'string' ? link[key] : undefined)
  const project = said('projectName') ?? said('projectId') ?? `${facts.name}-${name}`
  const team = said('orgId')
  return {
    deploy: {
      provider: 'vercel',
      project,
      ...(team?.startsWith('team_') && { team }),
      aliases: { staging: `${project.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}-staging.vercel.app` },
      ...(staticFolder !== null && { static: { spa: true } }),
    },
    artifact: staticFolder ?? '.vercel/output',
    ...remarkOf(said('projectName') ?? said('projectId'), staticFolder),
  }
}

function remarkOf(project: string | undefined, staticFolder: string | null): Pick<AtVendor, 'remark'> {
  const remarks = [
    ...(project === undefined ? ['`project` is a guess: say its name at Vercel'] : []),
    ...(staticFolder === null
      ? ['what `vercel build --prod` leaves is shipped: settings of its build belong into vercel.json']
      : []),
  ]
  return remarks.length === 0 ? {} : { remark: remarks.join('; ') }
}
