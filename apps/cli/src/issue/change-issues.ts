import { counted } from '@gantry/core'
import { Issue, IssueActs } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, one } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { Host } from '../host.ts'
import { outputOf } from '../terminal/output.ts'

export const resolve = (call: Call, host: Host) => actOn(call, host, 'resolve', { in: mendedIn(call.text('in')) })
export const reopen = (call: Call, host: Host) => actOn(call, host, 'reopen', {})
export const archive = (call: Call, host: Host) => actOn(call, host, 'archive', {})
export const mute = (call: Call, host: Host) =>
  actOn(call, host, 'mute', {
    for: call.text('for'),
    events: call.int('events', { min: 1, max: 1_000_000_000 }),
    rate: rateOf(call.text('rate')),
  })
export const assign = (call: Call, host: Host) => {
  const to = call.text('to') ?? 'me'
  return actOn(call, host, 'assign', { to: to === 'nobody' ? null : to })
}

const mendedIn = (text: string | undefined) =>
  text === undefined || text === 'next-release' || text === 'this-release' ? text : { release: text }

function rateOf(text: string | undefined) {
  if (text === undefined) return undefined
  const [, events, over] = /^(\d+)\/(\S+)$/.exec(text) ?? []
  if (events !== undefined && over !== undefined) return { events: Number(events), over }
  throw new CalledWrongly(`rate: expected events within a time, such as 100/1h, got "${text}"`)
}

/** One issue, or several at once: all of them, or none. */
async function actOn(call: Call, host: Host, verb: string, body: Record<string, unknown>): Promise<void> {
  const output = outputOf(call, host)
  const issues = numbersOf(call.text('number'))
  const reason = call.text('reason')
  const whole = { ...body, act: verb, issues, ...(reason && { reason }) }
  const changed = await connectProject(call, host).post('/issues/acts', whole, listIn('issues', Issue))
  output.json({ issues: changed })
  for (const { number, state, assignee } of changed) {
    const whose = verb === 'assign' ? `, assigned to ${assignee?.name ?? 'nobody'}` : ''
    output.print(`#${number} is ${state}${whose}`)
  }
}

export async function comment(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const text = call.required('reason')
  const acts = await connectProject(call, host).post(`/issues/${numberOf(call)}/comments`, { text }, one(IssueActs))
  output.json(acts)
  output.print(`said on #${numberOf(call)}`)
}

export async function merge(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const reason = call.text('reason')
  const others = call.text('with')
  if (!others)
    throw new CalledWrongly(
      'expected the issues that become part of it',
      `Name them: \`gantry issues merge ${numberOf(call)} --with 13,14\`.`,
    )
  const body = { issues: numbersOf(others), ...(reason && { reason }) }
  const issue = await connectProject(call, host).post(`/issues/${numberOf(call)}/merge`, body, one(Issue))
  output.json(issue)
  output.print(`#${issue.number} has ${counted(issue.parts, 'part')} and ${counted(issue.events, 'event')} now`)
}

export async function split(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const reason = call.text('reason')
  const [parts, events] = [call.list('part'), call.list('event')]
  if (parts.length + events.length === 0)
    throw new CalledWrongly(
      'expected the parts that leave, or events of theirs',
      `Name them by --part or --event: \`gantry issues parts ${numberOf(call)}\` lists them.`,
    )
  const body = { parts, events, ...(reason && { reason }) }
  const issue = await connectProject(call, host).post(`/issues/${numberOf(call)}/split`, body, one(Issue))
  output.json(issue)
  output.print(`#${issue.number} is an issue of its own, with ${counted(issue.events, 'event')}`)
}

export async function undo(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const path = `/issues/${numberOf(call)}`
  const newest = async () => (await api.get(`${path}/acts`, one(IssueActs))).acts.find(({ canUndo }) => canUndo)?.id
  const act = call.text('act') ?? (await newest())
  if (act === undefined) throw new CalledWrongly('nothing of this issue can be undone', 'See `gantry issues activity`.')
  const reason = call.text('reason')
  const issue = await api.post(`${path}/acts/${encodeURIComponent(act)}/undo`, reason ? { reason } : {}, one(Issue))
  output.json(issue)
  output.print(`undone: #${issue.number} is ${issue.state}, with ${counted(issue.events, 'event')}`)
}

export function numberOf(call: Call): number {
  const [number, another] = numbersOf(call.text('number'))
  if (number !== undefined && another === undefined) return number
  throw new CalledWrongly('expected the number of one issue', 'See `gantry issues` for the numbers.')
}

function numbersOf(text: string | undefined): number[] {
  const numbers = (text ?? '').split(/[,\s]+/).filter(Boolean)
  const wrong = numbers.find(each => !/^#?\d{1,15}$/.test(each))
  if (numbers.length > 0 && wrong === undefined) return numbers.map(each => Number(each.replace('#', '')))
  throw new CalledWrongly(
    `expected the number of an issue, got "${wrong ?? ''}"`,
    'See `gantry issues` for the numbers.',
  )
}
