import { setImmediate } from 'node:timers/promises'
import { GantryError, type IntakeItem, LogLevel } from '@gantry/core'
import { loadProtocols } from '../../protocols/index.ts'
import { sender } from '../sender.ts'
import { corpus, type Seed } from './corpus.ts'
import { mutated, randomFrom } from './mutate.ts'

export interface Fuzzed {
  /** By protocol: how many bodies were read, and how many of them were refused by name. */
  inputs: Record<string, { read: number; refused: number }>
  /** Whatever should not be, with the body that brought it about. */
  faults: { what: string; protocol: string; path: string; body: string }[]
  /** Of the processor, for the body that took longest, per kilobyte of it. */
  slowest: { msPerKb: number; protocol: string; body: string }
  /** By how much what the process holds grew in the second half: in the first, pools fill up. */
  grownBytes: number
}

/** Less is not measured: a collection of garbage may fall into it. */
const slowMs = 50
const mostFaults = 20
const mostOfPool = 200
const turn = 500
/** Of the bodies of one pool. */
const mostPoolBytes = 512 * 1024

/**
 * Gives every reader bodies that are varied from the corpus, the same for the same seed: each is read or refused by name, and what
 * is read can be stored. Bodies that taught something new, by what they were made into, are varied in their turn.
 */
export async function fuzzProtocols(count: number, seed: number): Promise<Fuzzed> {
  const readers = new Map((await loadProtocols()).map(protocol => [protocol.settings.name, protocol]))
  const random = randomFrom(seed)
  // One for each body of the corpus: what is varied easily would crowd out the others.
  const pools = corpus.map(seed => [seed])
  const seen = new Set<string>()
  const found: Fuzzed = { inputs: {}, faults: [], slowest: { msPerKb: 0, protocol: '', body: '' }, grownBytes: 0 }
  let rssAtHalf = 0
  for (let done = 0; done < count && found.faults.length < mostFaults; done++) {
    // What streams of zlib leave to the next turn is done, as between requests.
    if (done % turn === 0) await setImmediate()
    if (done === Math.floor(count / 2)) rssAtHalf = process.memoryUsage().rss
    const pool = pools[done < corpus.length ? done : random(pools.length)] ?? []
    const from = pool[random(pool.length)]
    const other = pools[random(pools.length)]?.at(-1)
    const protocol = readers.get(from?.protocol ?? '')
    if (!from || !other || !protocol) throw new Error(`no protocol ${from?.protocol}`)
    const input = { ...from, body: done < corpus.length ? from.body : mutated(from.body, other.body, random) }
    const counted = found.inputs[input.protocol] ?? { read: 0, refused: 0 }
    found.inputs[input.protocol] = counted
    const startedCpu = process.cpuUsage()
    const outcome = tried(() => {
      const asked = { path: input.path, params: {}, query: {}, headers: input.headers ?? {} }
      return protocol.read(input.body, asked).items(sender).items
    })
    const { user } = process.cpuUsage(startedCpu)
    counted[outcome.isRefused ? 'refused' : 'read']++
    if (outcome.fault !== null) found.faults.push({ what: outcome.fault, ...shown(input) })
    const msPerKb = user / 1_000 / Math.max(1, input.body.length / 1_024)
    if (user > slowMs * 1_000 && msPerKb > found.slowest.msPerKb) found.slowest = { msPerKb, ...shown(input) }
    const shape = `${input.path} ${outcome.shape}`
    if (seen.has(shape) || pool.length >= mostOfPool || bytesOf(pool) >= mostPoolBytes) continue
    seen.add(shape)
    // A copy: it may be a part of something large.
    pool.push({ ...input, body: Buffer.from(input.body) })
  }
  found.grownBytes = process.memoryUsage().rss - rssAtHalf
  return found
}

const bytesOf = (pool: readonly Seed[]): number => pool.reduce((sum, { body }) => sum + body.length, 0)

const shown = ({ protocol, path, body }: Seed) => ({ protocol, path, body: body.toString('base64') })

function tried(read: () => IntakeItem[]): { isRefused: boolean; fault: string | null; shape: string } {
  try {
    const items = read()
    const fault = items.map(faultOf).find(each => each !== null) ?? null
    return { isRefused: false, fault, shape: items.slice(0, 4).map(shapeOf).join() }
  } catch (cause) {
    if (cause instanceof GantryError && cause.status < 500)
      return { isRefused: true, fault: null, shape: `${cause.code} ${cause.message.slice(0, 24)}` }
    return { isRefused: true, fault: `it threw ${String(cause).slice(0, 200)}`, shape: 'thrown' }
  }
}

const shapeOf = (item: IntakeItem): string =>
  item.sink === 'lines'
    ? `line ${item.fact.level} ${Object.keys(item.fact.fields).length} ${item.scrubbed ? 's' : ''}`
    : `${item.sink} ${item.category} ${'reason' in item ? item.reason : ''}`

/** What a store could not keep. */
function faultOf(item: IntakeItem): string | null {
  if (item.sink === null) return item.quantity > 0 ? null : 'it counts nothing'
  const text = JSON.stringify(item.fact)
  if (text.includes('\\u0000')) return 'a text holds NUL'
  if (!text.isWellFormed() || /\\ud[89a-f]/i.test(text.replaceAll('\\\\', '')))
    return 'a text holds half of a character'
  if (item.sink !== 'lines') return null
  const { at, level, message, service, environment } = item.fact
  if (Number.isNaN(Date.parse(at)) || new Date(at).toISOString() !== at) return `no time: ${at}`
  if (!LogLevel.safeParse(level).success) return `no level: ${level}`
  if (message.length > 65_536 || service.length > 64 || environment.length > 64) return 'a text is too long'
  return null
}
