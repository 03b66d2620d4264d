import { Invitation, MadeInvitation, Member, Role } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connect, connectProject } from '../api/connect.ts'
import { listIn, nothing, textIn } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

const actions = actionsOf({ list, invite, revoke, role: changeRole, remove, leave, link })

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[which]', text: 'invite: a role; revoke: an invitation; else a person, by name, e-mail or id' },
    { name: '[role]', text: 'role: viewer, developer, release-manager or owner' },
  ],
  options: [
    { flags: '--email <address>', text: 'invite: who may accept; they are mailed where the server sends mail' },
    { flags: '--days <count>', text: 'invite: how long the link works, up to 30', default: '7' },
  ],
  details: `Everybody of the project, and links that let others in. \`link\` prints one for whoever lost their password, made by owners
of the server: it signs them in once, takes the lost password away and ends their other sessions.`,
  examples: ['people', 'people invite developer --email mia@example.com', 'people role mia@example.com owner'],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const people = await api.get('/people', listIn('people', Member))
  // Who may not invite is not told who was.
  const invitations = await api.get('/invitations', listIn('invitations', Invitation)).catch(() => [])
  output.json({ people, invitations })
  const now = host.now()
  const rows = people.map(({ id, name, email, role, since }) => [
    name,
    email ?? '–',
    role,
    ago(since, now),
    id.slice(0, 8),
  ])
  output.print(table(['person', 'e-mail', 'role', 'since', 'id'], rows).trimEnd())
  if (invitations.length === 0) return
  const open = invitations.map(one => [
    one.id.slice(0, 8),
    one.role,
    one.email ?? 'whoever has the link',
    one.invitedBy,
    one.expiresAt.slice(0, 10),
  ])
  output.print(`\n${table(['invitation', 'role', 'for', 'by', 'until'], open).trimEnd()}`)
}

async function invite(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const days = call.int('days', { min: 1, max: 30 })
  const asked = { role: roleIn(call.text('which')), email: call.text('email') ?? null, days }
  const made = await connectProject(call, host).post('/invitations', asked, body => MadeInvitation.parse(body))
  output.json(made)
  output.print(made.link)
  output.note(made.isMailed ? `it was mailed to ${asked.email} too` : 'it is not shown again; it works once')
}

async function revoke(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const asked = call.text('which') ?? ''
  const all = await api.get('/invitations', listIn('invitations', Invitation))
  const found = asked === '' ? [] : all.filter(({ id }) => id.startsWith(asked))
  const [invitation] = found
  if (!invitation || found.length > 1)
    throw new CalledWrongly(
      `expected the id of one invitation, ${found.length} begin with "${asked}"`,
      'See `gantry people`.',
    )
  await api.post(`/invitations/${encodeURIComponent(invitation.id)}/revoke`, {}, nothing)
  output.json({ revoked: invitation.id })
  output.print(`the invitation of ${invitation.email ?? `a ${invitation.role}`} works no more`)
}

async function changeRole(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const role = roleIn(call.text('role'))
  const api = connectProject(call, host)
  const person = await personNamed(call, api)
  await api.post(`/people/${encodeURIComponent(person.id)}/role`, { role }, nothing)
  output.json({ person: person.id, role })
  output.print(`${person.name} is ${role}`)
}

async function remove(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const person = await personNamed(call, api)
  await api.post(`/people/${encodeURIComponent(person.id)}/remove`, {}, nothing)
  output.json({ removed: person.id })
  output.print(`${person.name} does not belong to the project any more`)
}

async function leave(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  await connectProject(call, host).post('/leave', {}, nothing)
  output.json({ left: true })
  output.print('you left the project')
}

async function link(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const { id, name } = await personNamed(call, connectProject(call, host))
  const url = await connect(host).post(`/api/v1/people/${encodeURIComponent(id)}/sign-in-link`, {}, textIn('url'))
  output.json({ url })
  output.note(`it signs ${name} in once, within the hour; their password and other sessions end when it is used`)
  output.print(url)
}

async function personNamed(call: Call, api: Api): Promise<Member> {
  const asked = call.text('which')
  if (!asked) throw new CalledWrongly('expected a person, got none', 'See `gantry people`.')
  const people = await api.get('/people', listIn('people', Member))
  const word = asked.toLowerCase()
  const isMeant = ({ id, name, email }: Member) => id.startsWith(asked) || name.toLowerCase() === word || email === word
  const found = people.filter(isMeant)
  const [person] = found
  if (person && found.length === 1) return person
  throw new CalledWrongly(`expected one person, ${found.length} are called "${asked}"`, 'See `gantry people`.')
}

function roleIn(text: string | undefined): Role {
  const role = Role.safeParse(text)
  if (role.success) return role.data
  throw new CalledWrongly(`expected a role among ${Role.options.join(', ')}, got ${text ? `"${text}"` : 'none'}`)
}
