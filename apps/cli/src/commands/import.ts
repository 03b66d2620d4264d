import { parseDuration } from '@gantry/core'
import { Import, UndoneImport } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { noIssues, pageOf } from '../import/bring-issues.ts'
import { type Carrying, carryOut } from '../import/carry-out.ts'
import { knownServices, mapProjects } from '../import/known-services.ts'
import { renderBrought, renderImports, renderPlan } from '../import/render-import.ts'
import { momentOf } from '../sentry/moment-of.ts'
import { sentryHttp, statusOf } from '../sentry/sentry-http.ts'
import { sentryIssues } from '../sentry/sentry-issues.ts'
import { sentryReleases } from '../sentry/sentry-releases.ts'
import { outputOf } from '../terminal/output.ts'
import { cut } from '../terminal/table.ts'

const actions = actionsOf({ list, sentry, undo })

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[which]', text: 'undo: id of the import' }],
  options: [
    { flags: '--org <name>', text: 'sentry: organization there; SENTRY_ORG when left out' },
    { flags: '--url <address>', text: 'sentry: your own Sentry, or GlitchTip; SENTRY_URL when left out' },
    {
      flags: '--from <project>',
      text: 'sentry: project there, and after `=` its service here; all when left out; may be repeated',
      isRepeatable: true,
    },
    { flags: '--since <time>', text: 'sentry: issues last seen since: 90d, or 2026-09-01' },
    { flags: '--dry-run', text: 'say what would be done' },
  ],
  details: `Brings issues with their state, assignee, comments, counts, newest and first event, and releases with commits and deploys.
Reads SENTRY_AUTH_TOKEN from the environment (org:read, project:read, event:read, project:releases) and changes nothing there.
What is interrupted goes on where it was when the same is typed again; what was brought is not brought twice, and nobody is told
of it as new. The next event of the same fault lands in the issue that was brought. undo takes one import back whole.`,
  examples: [
    'import sentry --org acme --dry-run',
    'import sentry --org acme --from web=storefront --from api --since 90d',
    'import sentry --org acme --url https://glitchtip.example',
    'import list',
    'import undo 5f0c2a1b',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const imports = await connectProject(call, host).get('/imports', listIn('imports', Import))
  output.json({ imports })
  output.print(renderImports(imports, host.now()))
}

async function sentry(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const carrying = await prepared(call, host, line => output.note(line))
  if (call.flag('dryRun')) {
    const plan = await planned(carrying)
    output.json({
      would: 'import',
      origin: carrying.origin,
      since: carrying.since,
      projects: carrying.projects,
      ...plan,
    })
    return output.print(renderPlan(carrying.projects, plan))
  }
  const brought = await carryOut(carrying)
  output.json(brought)
  output.print(renderBrought(brought))
}

async function prepared(call: Call, host: Host, progress: (line: string) => void): Promise<Carrying> {
  const http = sentryHttp(host.env, { url: call.text('url') })
  const organization = call.text('org') ?? host.env['SENTRY_ORG']
  if (!organization) throw new CalledWrongly('expected --org or SENTRY_ORG, got neither')
  const since = sinceOf(call, host)
  const there = sentryIssues(http, organization)
  const slugs = await there.projects().catch(cause => {
    if (statusOf(cause) !== 404) throw cause
    throw new CalledWrongly(
      `no organization "${cut(organization, 60)}" at ${http.url}, or the token does not see it`,
      'See Settings > Organization there for its slug; the token needs org:read.',
    )
  })
  const said = call.list('from')
  const named = said.length > 0 || !host.env['SENTRY_PROJECT'] ? said : [host.env['SENTRY_PROJECT']]
  const api = connectProject(call, host)
  const projects = mapProjects(named, slugs, await knownServices(api))
  return {
    ...{ api, there, releases: sentryReleases(http, organization), projects, since, now: host.now, progress },
    origin: { service: 'sentry', url: http.url, organization },
  }
}

/** To the day: the same words typed again tomorrow go on with what was begun today only if they mean the same. */
function sinceOf(call: Call, host: Host): string | null {
  const said = call.text('since')
  if (said === undefined) return null
  const ms = parseDuration(said)
  const at = ms === null ? momentOf(said) : new Date(host.now().getTime() - ms).toISOString()
  if (at === null)
    throw new CalledWrongly(`since: expected a duration or a day such as 90d or 2026-09-01, got "${said}"`)
  return `${at.slice(0, 10)}T00:00:00.000Z`
}

/** Reads lists alone, and writes nothing anywhere. */
async function planned(carrying: Carrying) {
  const { projects, releases: there } = carrying
  const issues: Record<string, ReturnType<typeof noIssues>> = {}
  for (const project of Object.keys(projects).toSorted()) {
    const counts = noIssues()
    issues[project] = counts
    for (let at: string | null = ''; at !== null; ) {
      const { fresh, next } = await pageOf(project, at, counts, carrying)
      counts.new += fresh.length
      at = next
    }
  }
  let releases = 0
  const slugs = new Set(Object.keys(projects))
  for (let at: string | null = ''; at !== null; ) {
    const page = await there.page(slugs, at)
    releases += page.releases.length
    at = page.next === at ? null : page.next
  }
  return { issues, releases }
}

async function undo(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const which = call.text('which')
  if (!which) throw new CalledWrongly('expected the id of an import, got none', 'See `gantry import list`.')
  const api = connectProject(call, host)
  const found = await api.get(`/imports/${encodeURIComponent(which)}`, one(Import))
  if (call.flag('dryRun')) {
    output.json({ would: 'undo', import: found })
    return output.print(`would take back ${found.issues} issues and ${found.releases} releases of import ${found.id}`)
  }
  let [removed, kept] = [0, 0]
  for (let left = 1; left > 0; ) {
    const undone = await api.post(`/imports/${found.id}/undo`, {}, one(UndoneImport))
    removed += undone.removed
    kept += undone.kept
    left = undone.left
    if (left > 0) output.note(`${removed + kept} issues taken back, ${left} left`)
  }
  output.json({ undone: found.id, removed, kept, releases: found.releases })
  output.print(
    `took import ${found.id} back: ${removed} issues and ${found.releases} releases are gone; ${kept} stay, without what it added`,
  )
}
