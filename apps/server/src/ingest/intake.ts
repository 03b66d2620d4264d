import type { Readable } from 'node:stream'
import {
  type DropReason,
  type FoundKey,
  forwardedHeader,
  GantryError,
  type IntakeItem,
  type ItemOutcome,
  isOriginAllowed,
  type KeptFacts,
  type KeptSink,
} from '@gantry/core'
import type { IngestConfig, Performing } from '@gantry/core/config'
import { type Asked, type Protocol, type Reading, type Reply, readBody } from '@gantry/ingest'
import type { ForwardQueue, Taken } from '../forward/forward-queue.ts'
import type { IngestKeys } from './ingest-keys.ts'
import type { Counted, IntakeCounter } from './intake-counter.ts'
import { IntakeLimits } from './intake-limits.ts'
import type { Patience } from './patience.ts'
import type { UsualRates } from './usual-rates.ts'

/** Whose facts they are. Public: the key is one that pages may show, so anybody may have it. */
export interface ToldBy {
  isPublic: boolean
}

/** Where facts of one project are stored; answers when they are. `bytes` is about what they take in memory. */
export type Sinks = WholeSinks & {
  /** Answers which it did not take. */
  'check-ins'(facts: KeptFacts['check-ins'][]): Promise<Refused>
}

/** Each takes all that it is handed, or fails. */
type WholeSinks = {
  [S in Exclude<KeptSink, 'client-reports' | 'check-ins'>]: (
    facts: KeptFacts[S][],
    bytes: number,
    by: ToldBy,
  ) => Promise<void>
}

/** Of facts that were handed over together, those that were not taken, by their place, and why. */
export type Refused = ReadonlyMap<number, DropReason>

export interface IntakeParts {
  keys: Pick<IngestKeys, 'find' | 'projectOf'>
  counter: Pick<IntakeCounter, 'add'>
  /** Null where this server keeps no such project. */
  sinksOf(project: string): Sinks | null
  /** How much of a key in a minute is a spike. */
  usual: Pick<UsualRates, 'spikeOf'>
  /** @throws GantryError STORAGE_FULL where there is no space for reports */
  requireRoom(): void | Promise<void>
  /** What the project wants done with reports before they are stored. */
  settingsOf(project: string): Promise<IngestConfig>
  /** What signs the webhooks of a project: its own secret, else what that variable of the server holds. Null: neither. */
  webhookSecret(project: string, name: string): Promise<string | null>
  /** What of a project is sent on to other services. */
  forwardsOf(project: string): Pick<ForwardQueue, 'plan' | 'add'> | null
  now(): Date
  newId(): string
}

/** The parts of an intake for who cannot be told to come again: what lines need is waited for. */
const patientParts = (parts: IntakeParts, patiently: Patience): IntakeParts => ({
  ...parts,
  requireRoom: () => patiently(() => parts.requireRoom()),
  keys: {
    find: key => patiently(() => parts.keys.find(key)),
    projectOf: number => patiently(() => parts.keys.projectOf(number)),
  },
  settingsOf: project => patiently(() => parts.settingsOf(project)),
  sinksOf(project) {
    const sinks = parts.sinksOf(project)
    return sinks && { ...sinks, lines: (...lines) => patiently(() => sinks.lines(...lines)) }
  },
  forwardsOf(project) {
    const queue = parts.forwardsOf(project)
    return (
      queue && {
        plan: () => patiently(() => queue.plan()),
        add: (...forwarded) => patiently(() => queue.add(...forwarded)),
      }
    )
  },
})

/** Who sends, once that is known. */
interface Admitted {
  project: string
  key: FoundKey | null
  /** What its body has to be signed with. */
  secret?: string
}

/**
 * The door that everything clients report comes through, whatever they speak: who sends is asked first, then the body is
 * read, its facts go to their sinks, and each thing in it is counted with what became of it.
 */
export class Intake {
  readonly #parts: IntakeParts
  readonly #limits: IntakeLimits

  constructor(parts: IntakeParts, limits = new IntakeLimits(parts.usual)) {
    this.#parts = parts
    this.#limits = limits
  }

  /** The same door for who cannot be told to come again. */
  patient(patiently: Patience): Intake {
    return new Intake(patientParts(this.#parts, patiently), this.#limits)
  }

  /** @throws GantryError when nothing of it was taken, or not all that has a store; that is counted, too */
  async receive(protocol: Performing<Protocol>, asked: Asked, body: Readable): Promise<Reply> {
    const about: Counted = { project: '', protocol: protocol.settings.name, keyId: '' }
    try {
      const early = await this.#admitted(protocol, asked, about)
      const { id, outcomes, isStored } = await this.#take(protocol, asked, body, early, about)
      await isStored()
      this.#parts.counter.add(about, outcomes)
      return protocol.answer(id, outcomes, asked)
    } catch (cause) {
      // Stored in part: what became of each was counted already.
      if (!(cause instanceof NotAllStored)) this.#refused(about, cause)
      throw cause instanceof NotAllStored ? cause.cause : cause
    }
  }

  /** A stranger is turned away before megabytes of theirs are held. Null: who it is stands in the body. */
  async #admitted({ auth }: Protocol, asked: Asked, about: Counted): Promise<Admitted | null> {
    if (auth.by === 'webhook signature') {
      const said = auth.projectIn(asked)
      if (this.#parts.sinksOf(said)) about.project = said
      const secret = await this.#parts.webhookSecret(said, auth.secretEnv)
      if (secret) return { project: said, key: null, secret }
      throw new GantryError('WEBHOOK_NOT_SET_UP', `the project has no secret for webhooks, nor has ${auth.secretEnv}`)
    }
    const key = auth.keyIn(asked)
    if (auth.projectIn !== null) {
      const said = auth.projectIn(asked)
      const project = await this.#parts.keys.projectOf(said)
      if (project === null || !this.#parts.sinksOf(project))
        throw new GantryError('INGEST_KEY_WRONG', `no project ${said.slice(0, 40)}, or it is archived`)
      about.project = project
    } else if (key === null) throw new GantryError('INGEST_KEY_WRONG', 'expected a key in the headers, got none')
    return key === null ? null : this.#byKey(key, auth, asked, about)
  }

  async #byKey(
    shown: string,
    { kinds }: Extract<Protocol['auth'], { by: 'ingest key' }>,
    { headers }: Asked,
    about: Counted,
  ): Promise<Admitted> {
    const key = await this.#parts.keys.find(shown)
    const isOfProject = key !== null && (about.project === '' || key.project === about.project)
    if (!isOfProject || !this.#parts.sinksOf(key.project))
      throw new GantryError('INGEST_KEY_WRONG', `the key ${shown.slice(0, 6)}… is none of this project that works`)
    about.project = key.project
    about.keyId = key.id
    if (!kinds.includes(key.kind))
      throw new GantryError(
        'INGEST_KIND_WRONG',
        `expected a key of kind ${kinds.join(' or ')}, this is a ${key.kind} key`,
      )
    const origin = typeof headers['origin'] === 'string' ? headers['origin'] : undefined
    if (!isOriginAllowed(key.origins, origin))
      throw new GantryError(
        'INGEST_ORIGIN_REFUSED',
        `expected ${key.origins.join(' or ')}, got ${origin?.slice(0, 200)}`,
      )
    this.#limits.refuseFlood(key, this.#parts.now().getTime())
    return { project: key.project, key }
  }

  /** Apart from the waiting, which else kept the body as it came beside its facts as they are stored. */
  async #take(protocol: Performing<Protocol>, asked: Asked, body: Readable, early: Admitted | null, about: Counted) {
    await this.#parts.requireRoom()
    const receivedAt = this.#parts.now().toISOString()
    const encoding = asked.headers['content-encoding']
    const bytes = await readBody(body, typeof encoding === 'string' ? encoding : undefined, protocol.limits(asked.path))
    const reading = this.#read(protocol, bytes, asked, early)
    const { project, key } = await this.#confirmed(protocol, reading.key, asked, early, about)
    const sinks = this.#parts.sinksOf(project)
    if (!sinks) throw new GantryError('NOT_FOUND', `no project ${project.slice(0, 40)}`)
    const newId = this.#parts.newId().replaceAll('-', '')
    const settings = await this.#parts.settingsOf(project)
    const {
      items: all,
      id,
      relay,
    } = reading.items({ project, service: key?.service ?? null, receivedAt, newId, settings })
    const items = key ? this.#limits.within(all, key, this.#parts.now().getTime()) : all
    const goesOn = !(forwardedHeader in asked.headers)
    const sendOn = goesOn ? await this.#sendingOn(project, { items, relay, at: receivedAt }) : null
    const outcomes = items.flatMap(outcomesOf)
    const stored = stores(items, sinks, bytes.length, { isPublic: key?.kind === 'client' })
    return { id, outcomes, isStored: () => this.#settled({ stored, outcomes, sendOn }, about) }
  }

  /** Null: nothing of the project is sent on, and nothing of it has to be held until it is stored. */
  async #sendingOn(project: string, taken: Taken): Promise<SendOn | null> {
    const forwards = this.#parts.forwardsOf(project)
    const plan = (await forwards?.plan()) ?? null
    return forwards && plan && (refused => forwards.add(plan, { ...taken, items: asKept(taken.items, refused) }))
  }

  /** A signature is asked for before a single byte is parsed. */
  #read({ auth, read }: Protocol, bytes: Buffer, asked: Asked, early: Admitted | null): Reading {
    if (auth.by === 'webhook signature' && !auth.isSigned(bytes, asked, early?.secret ?? ''))
      throw new GantryError('WEBHOOK_SIGNATURE_WRONG', 'the signature is missing or does not fit the body')
    return read(bytes, asked)
  }

  /** A key inside the body has to be the one outside of it; without one outside it decides. */
  async #confirmed(
    { auth }: Protocol,
    inside: string | null,
    asked: Asked,
    early: Admitted | null,
    about: Counted,
  ): Promise<Admitted> {
    if (early?.key && inside !== null && inside !== early.key.key)
      throw new GantryError('INGEST_KEY_WRONG', 'the keys outside and inside of the body differ')
    if (early) return early
    if (inside !== null && auth.by === 'ingest key') return this.#byKey(inside, auth, asked, about)
    throw new GantryError('INGEST_KEY_WRONG', 'expected a key: in the query, the header, or a dsn; got none')
  }

  /** Waits for every sink, sends on what they kept, and counts what each made of its facts. */
  async #settled({ stored, outcomes, sendOn }: Storing, about: Counted): Promise<void> {
    const failures: unknown[] = []
    const refused = new Map<KeptSink, DropReason>()
    for (const [sink, isStored] of stored) {
      const own = () => outcomes.filter(outcome => outcome.sink === sink)
      await isStored.then(
        some => {
          for (const [place, reason] of some) drop(own().slice(place, place + 1), reason)
        },
        cause => {
          failures.push(cause)
          refused.set(sink, reasonOf(cause))
          drop(own(), reasonOf(cause))
        },
      )
    }
    await sendOn?.(refused).catch(cause => failures.push(cause))
    if (failures.length === 0) return
    this.#parts.counter.add(about, outcomes)
    throw new NotAllStored(failures[0])
  }

  /** Of what was not read nobody knows what is in it: it is counted as one request. */
  #refused(about: Counted, cause: unknown): void {
    if (about.project === '') return
    const reason = reasonOf(cause)
    this.#parts.counter.add(about, [{ category: 'request', outcome: 'dropped', reason, quantity: 1 }])
  }
}

class NotAllStored extends Error {
  override readonly cause: unknown

  constructor(cause: unknown) {
    super('not everything could be stored')
    this.cause = cause
  }
}

type SunkOutcome = ItemOutcome & { sink: KeptSink | null }

function outcomesOf(item: IntakeItem): SunkOutcome[] {
  const { sink, category } = item
  if (sink === null) return [{ sink, category, outcome: 'dropped', reason: item.reason, quantity: item.quantity }]
  if (sink === 'client-reports') return [{ sink: null, outcome: 'dropped-by-client', ...item.fact }]
  if (item.quantity === 0) return []
  const taken: SunkOutcome = { sink, category, outcome: 'taken', reason: '', quantity: item.quantity ?? 1 }
  const scrubbed = Object.entries(item.scrubbed ?? {})
  return [
    taken,
    ...scrubbed.map(
      ([reason, quantity]): SunkOutcome => ({ sink: null, category, outcome: 'scrubbed', reason, quantity }),
    ),
  ]
}

/** What waits for its sinks. */
interface Storing {
  stored: Map<KeptSink, Promise<Refused>>
  outcomes: SunkOutcome[]
  sendOn: SendOn | null
}

/** Sends on what the sinks kept; their clients send again what they refused. */
type SendOn = (refused: ReadonlyMap<KeptSink, DropReason>) => Promise<void>

const drop = (outcomes: SunkOutcome[], reason: DropReason): void => {
  for (const outcome of outcomes) Object.assign(outcome, { outcome: 'dropped', reason })
}

const asKept = (items: readonly IntakeItem[], refused: ReadonlyMap<KeptSink, DropReason>): readonly IntakeItem[] =>
  refused.size === 0
    ? items
    : items.map(item => {
        const reason = item.sink === null ? undefined : refused.get(item.sink)
        if (reason === undefined) return item
        return { sink: null, category: item.category, quantity: item.quantity ?? 1, reason }
      })

function stores(items: readonly IntakeItem[], sinks: Sinks, bytes: number, by: ToldBy): Storing['stored'] {
  const stored: Storing['stored'] = new Map()
  const factsOf = <S extends KeptSink>(sink: S) =>
    items.flatMap(item => (item.sink === sink ? [item.fact as KeptFacts[S]] : []))
  const whole: WholeSinks = sinks
  const into = <S extends keyof WholeSinks>(sink: S) => {
    const facts = factsOf(sink)
    if (facts.length > 0) keepUntilRead(stored, sink, whole[sink](facts, bytes, by).then(noneRefused))
  }
  into('events')
  into('lines')
  into('runs')
  into('jobs')
  into('github')
  into('items')
  into('sessions')
  const checkIns = factsOf('check-ins')
  if (checkIns.length > 0) keepUntilRead(stored, 'check-ins', sinks['check-ins'](checkIns))
  return stored
}

/** Whoever waits for another sink first hears of it later: a promise that failed until then ends no process. */
function keepUntilRead(stored: Storing['stored'], sink: KeptSink, isStored: Promise<Refused>): void {
  isStored.catch(ignore)
  stored.set(sink, isStored)
}

const nobody: Refused = new Map()
const noneRefused = () => nobody

/** Out here it holds nothing: inside it would keep the facts as they came until they are stored. */
const ignore = () => undefined

const reasons: Readonly<Partial<Record<GantryError['code'], DropReason>>> = {
  INGEST_KEY_WRONG: 'key',
  INGEST_KIND_WRONG: 'key',
  INGEST_ORIGIN_REFUSED: 'origin',
  INGEST_RATE_LIMITED: 'rate-limited',
  INGEST_SPIKE: 'spike',
  INGEST_OVERLOADED: 'overloaded',
  STORAGE_FULL: 'storage-full',
  BODY_TOO_LARGE: 'too-large',
  ENVELOPE_MALFORMED: 'malformed',
  BAD_REQUEST: 'malformed',
  WEBHOOK_SIGNATURE_WRONG: 'signature',
  WEBHOOK_NOT_SET_UP: 'signature',
}

const reasonOf = (cause: unknown): DropReason =>
  (cause instanceof GantryError ? reasons[cause.code] : undefined) ?? 'failed'
