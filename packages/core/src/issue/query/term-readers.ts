import { parseDuration } from '../../duration/duration.ts'
import { instantMs, instantOf } from '../../duration/instant.ts'
import type { Limit, LineTerm } from '../../log/query/line-term.ts'
import { didYouMean } from '../../words/nearest-word.ts'
import type { Issue } from '../issue.ts'
import type { IssueState } from '../life/issue-life.ts'
import { freshMs, type IssuePhase } from '../life/issue-phase.ts'
import type { IssueField, IssueQueryMoment, IssueTerm } from './issue-term.ts'

/** Why a term makes no sense. Who knows its place says where. */
export class Refusal extends Error {}

type Reader = (term: LineTerm, moment: IssueQueryMoment) => IssueTerm

/** What issues have, by the names people give it. Whatever is not here is a tag. */
export const fieldReaders: Readonly<Record<string, Reader>> = {
  is: isTerm,
  level: levelTerm,
  assigned: assignedTerm,
  assignee: assignedTerm,
  user: term => ({ kind: 'user', user: wholeOf(term) }),
  event: term => ({ kind: 'event', id: hexOf(term) }),
  trace: term => ({ kind: 'trace', id: hexOf(term) }),
  issue: term => numberTerm(wholeOf(term)),
  title: term => ({ kind: 'text', pattern: patternOf(term) ?? '*' }),
  message: term => ({ kind: 'text', pattern: patternOf(term) ?? '*' }),
  events: countTerm('events'),
  times_seen: countTerm('events'),
  people: countTerm('people'),
  users: countTerm('people'),
  ...Object.fromEntries(['first_seen', 'firstseen', 'age'].map(name => [name, seenTerm('first')])),
  ...Object.fromEntries(['last_seen', 'lastseen', 'time'].map(name => [name, seenTerm('last')])),
  service: fieldTerm('service'),
  environment: fieldTerm('environment'),
  release: fieldTerm('release'),
  culprit: fieldTerm('culprit'),
  file: fieldTerm('culprit'),
  ...Object.fromEntries(['first_release', 'firstrelease'].map(name => [name, fieldTerm('first_release')])),
  ...Object.fromEntries(['last_release', 'lastrelease'].map(name => [name, fieldTerm('last_release')])),
}

/** A word is looked for in titles; the id of an event or a trace is known by its look. */
export function textTerm(text: string): IssueTerm {
  const id = text.replaceAll('-', '').toLowerCase()
  if (/^[0-9a-f]{32}$/.test(id))
    return {
      kind: 'or',
      of: [
        { kind: 'event', id },
        { kind: 'trace', id },
      ],
    }
  if (/^#\d{1,15}$/.test(text)) return { kind: 'number', number: Number(text.slice(1)) }
  const said: IssueTerm = { kind: 'text', pattern: text }
  // What somebody at the telephone is asked for; a fault may be about one as well.
  return isMail.test(text) ? { kind: 'or', of: [said, { kind: 'user', user: text }] } : said
}

const isMail = /^[^\s@*]+@[^\s@*]+\.[^\s@*]+$/

export const labelTerm = (name: string, term: LineTerm): IssueTerm => ({
  kind: 'label',
  name,
  pattern: patternOf(term),
})

const states: Readonly<Record<string, IssueState>> = {
  ...{ open: 'open', unresolved: 'open', resolved: 'resolved' },
  ...{ muted: 'muted', ignored: 'muted', archived: 'archived' },
}
const phases: readonly IssuePhase[] = ['new', 'ongoing', 'regressed']

function isTerm(term: LineTerm, { now }: IssueQueryMoment): IssueTerm {
  const word = wholeOf(term).toLowerCase()
  const state = Object.hasOwn(states, word) ? states[word] : undefined
  if (state) return { kind: 'state', state }
  const phase = phases.find(one => one === word)
  if (phase) return { kind: 'phase', phase, freshSince: instantOf(instantMs(now) - freshMs) }
  if (word === 'assigned') return { kind: 'assigned', to: { who: 'anybody' } }
  if (word === 'unassigned') return { kind: 'not', of: { kind: 'assigned', to: { who: 'anybody' } } }
  const words = [...Object.keys(states), ...phases, 'assigned', 'unassigned']
  throw new Refusal(`\`is:${word}\` is not known${didYouMean(word, words)}; there is ${words.join(', ')}`)
}

const levels: readonly Issue['level'][] = ['debug', 'info', 'warning', 'error', 'fatal']

function levelTerm(term: LineTerm): IssueTerm {
  const index = (word: string) => {
    const found = levels.findIndex(level => level.startsWith(word.toLowerCase()))
    if (found !== -1 && word !== '') return found
    throw new Refusal(`\`${word}\` is no level; there is ${levels.join(', ')}`)
  }
  if (term.kind === 'range') {
    const least = term.least ? index(term.least.value) + (term.least.isIncluded ? 0 : 1) : 0
    const most = term.most ? index(term.most.value) - (term.most.isIncluded ? 0 : 1) : levels.length
    return { kind: 'level', levels: levels.slice(least, most + 1) }
  }
  return { kind: 'level', levels: levels.filter((_, at) => at === index(wholeOf(term))) }
}

function assignedTerm(term: LineTerm, { me }: IssueQueryMoment): IssueTerm {
  const pattern = patternOf(term)
  if (pattern === null) return { kind: 'assigned', to: { who: 'anybody' } }
  const word = pattern.toLowerCase()
  if (word === 'none' || word === 'nobody') return { kind: 'not', of: { kind: 'assigned', to: { who: 'anybody' } } }
  if (word !== 'me') return { kind: 'assigned', to: { who: 'named', pattern } }
  if (me === null) throw new Refusal('`assigned:me` asks for a person, and a token is none; name somebody')
  return { kind: 'assigned', to: { who: 'person', person: me } }
}

function fieldTerm(name: IssueField): Reader {
  return term => {
    const pattern = patternOf(term)
    // Of a commit people write the beginning.
    const isShort = name.endsWith('release') && pattern !== null && /^[0-9a-f]{7,39}$/.test(pattern)
    return { kind: 'field', name, pattern: isShort ? `${pattern}*` : pattern }
  }
}

function numberTerm(text: string): IssueTerm {
  const number = Number(text.replace(/^#/, ''))
  if (Number.isSafeInteger(number) && number > 0) return { kind: 'number', number }
  throw new Refusal(`\`${text}\` is not the number of an issue`)
}

function hexOf(term: LineTerm): string {
  const id = wholeOf(term).replaceAll('-', '').toLowerCase()
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw new Refusal(`expected the 32 hex digits of an id, got \`${id}\``)
}

function countTerm(name: 'events' | 'people'): Reader {
  const count = ({ value, isIncluded }: Limit, outside: number) => {
    const number = Number(value)
    if (/^\d{1,15}$/.test(value)) return number + (isIncluded ? 0 : outside)
    throw new Refusal(`\`${value}\` is no number of ${name}`)
  }
  return term => {
    const range: { least?: Limit; most?: Limit } = term.kind === 'range' ? term : exactly(wholeOf(term))
    const { least, most } = range
    return { kind: 'count', name, least: least ? count(least, 1) : null, most: most ? count(most, -1) : null }
  }
}

const exactly = (value: string) => ({ least: { value, isIncluded: true }, most: { value, isIncluded: true } })

/** `>2026-11-01`, a day, or `-24h`: within the last 24 hours; `+24h`: longer ago. */
function seenTerm(which: 'first' | 'last'): Reader {
  return (term, { now }) => {
    if (term.kind === 'range') {
      const from = term.least ? instantIn(term.least.value) : null
      return { kind: 'seen', which, from, to: term.most ? instantIn(term.most.value) : null }
    }
    const text = wholeOf(term)
    const ms = /^[-+]/.test(text) ? parseDuration(text.slice(1)) : null
    if (ms !== null) {
      const at = statedInstant(instantMs(now) - ms, text)
      return text.startsWith('-')
        ? { kind: 'seen', which, from: at, to: null }
        : { kind: 'seen', which, from: null, to: at }
    }
    const from = instantIn(text)
    return { kind: 'seen', which, from, to: statedInstant(instantMs(from) + 86_400_000, text) }
  }
}

function instantIn(text: string): string {
  return statedInstant(/^\d{4}-\d\d/.test(text) ? instantMs(text) : Number.NaN, text)
}

const [firstMs, lastMs] = [instantMs('0001-01-01T00:00:00Z'), instantMs('9999-12-31T23:59:59Z')]

/** Within the years that have four digits: others cannot be compared everywhere. */
function statedInstant(ms: number, text: string): string {
  if (ms >= firstMs && ms <= lastMs) return instantOf(ms)
  throw new Refusal(`\`${text}\` is no time; write 2026-11-28, 2026-11-28T10:00Z, -24h (within) or +24h (before)`)
}

/** Null: whether there is any. */
function patternOf(term: LineTerm): string | null {
  if (term.kind === 'is') return term.value
  if (term.kind === 'like') return term.pattern
  if (term.kind === 'has') return null
  throw new Refusal('nothing comes before or after it: name a value, with `*` for any text')
}

function wholeOf(term: LineTerm): string {
  if (term.kind === 'is' && term.value !== '') return term.value
  throw new Refusal('expected one value, without `*`')
}
