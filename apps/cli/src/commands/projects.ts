import { ProjectView } from '@gantry/core/api'
import { connect } from '../api/connect.ts'
import { listIn, one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { reasonOf } from '../promotion/decide.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, shown, table } from '../terminal/table.ts'

const actions = actionsOf({ list, add, rename, archive, restore })

export const command = defineCommand({
  arguments: [
    actions.argument,
    { name: '[which]', text: 'add: a name, for good; else the name of the project' },
    { name: '[title]', text: 'rename: what people are to call it' },
  ],
  options: [
    { flags: '--title <title>', text: 'add: what people call it; its name when left out' },
    { flags: '--reason <text>', text: 'archive: why; it is written into the ledger' },
    { flags: '--yes', text: 'archive: do not ask' },
    { flags: '--archived', text: 'list: also those that rest' },
  ],
  details: `A project's name is in its folders, addresses and keys, and never changes; what people call it does.
One that is archived rests: nothing of it runs, nothing can be pushed, and all of it is kept. \`restore\` takes it up again.`,
  examples: [
    'projects',
    'projects add shop --title "The shop"',
    'projects rename shop "The new shop"',
    'projects archive shop --reason "it was sold"',
    'projects restore shop',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const asked = call.flag('archived') ? '?archived=true' : ''
  const projects = await connect(host).get(`/api/v1/projects${asked}`, listIn('projects', ProjectView))
  output.json({ projects })
  const rows = projects.map(project => [
    project.name,
    cut(shown(project.title), 40),
    project.archivedAt === null ? (project.checks?.state ?? '–') : 'archived',
    project.environments.map(({ name, release }) => `${name} ${release?.slice(0, 7) ?? '–'}`).join(', ') || '–',
    String(project.openIncidents),
  ])
  const none = 'no project yet; add one with `gantry projects add <name>`'
  output.print(table(['project', 'called', 'main', 'live', 'incidents'], rows).trimEnd() || none)
}

async function add(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const title = call.text('title')
  const asked = { name: which(call), ...(title && { title }) }
  const project = await connect(host).post('/api/v1/projects', asked, one(ProjectView))
  output.json(project)
  output.print(`added ${project.name}`)
  output.note(
    `next, in its repository:\n  git remote add gantry ${project.gitRemote}\n  git push gantry HEAD:first-steps`,
  )
}

async function rename(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const title = call.text('title')
  if (!title) throw new CalledWrongly('expected what to call it, got nothing', 'See `gantry projects --help`.')
  const project = await connect(host).post(`${pathOf(call)}/rename`, { title }, one(ProjectView))
  output.json(project)
  output.print(`${project.name} is called ${shown(project.title)}; its addresses stay`)
}

async function archive(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const name = which(call)
  const path = pathOf(call)
  if (!call.flag('yes')) {
    if (!host.isInteractive) throw new CalledWrongly('expected --yes where nobody can be asked', null)
    const isSure = await confirm(
      host,
      `Stop everything of ${name}? It is kept, and \`gantry projects restore\` undoes it.`,
    )
    if (!isSure) throw new CalledWrongly('nothing was archived', null)
  }
  const project = await connect(host).post(`${path}/archive`, { reason: reasonOf(call) }, one(ProjectView))
  output.json(project)
  output.print(`archived ${project.name}; \`gantry projects restore ${project.name}\` takes it up again`)
}

async function restore(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const project = await connect(host).post(`${pathOf(call)}/restore`, {}, one(ProjectView))
  output.json(project)
  output.print(`${project.name} is taken up again`)
}

const pathOf = (call: Call): string => `/api/v1/projects/${encodeURIComponent(which(call))}`

function which(call: Call): string {
  const given = call.text('which')
  if (given) return given
  throw new CalledWrongly('expected the name of a project, got none', 'See `gantry projects`.')
}
