import { setTimeout as sleep } from 'node:timers/promises'
import { catalogue, type ErrorCode, GantryError } from '@gantry/core'
import type { Queue } from '@gantry/store'
import * as z from 'zod'

/**
 * One server at a time works on a project: it carries out what touches the machine, and judges. What people ask of any other
 * server is handed to that one through the queue, and waits there when there is none for a moment.
 */
export interface HandOver {
  /** Whether it is this server that works on the project now. */
  isOurs(): boolean
  /** How an act is carried out here. */
  serve(act: string, carryOut: (...args: never[]) => unknown): void
  /** Carries it out here, or has it carried out where the project is worked on. @throws what that threw */
  ask(act: string, args: unknown[]): Promise<unknown>
  /** Takes what others ask from now on. Answers what ends that. */
  begin(): Promise<() => Promise<void>>
}

/** Long enough for another server to take a project over, and to begin a deployment. */
const patienceMs = 45_000
/** Each asks the database twice a second. */
const atOnce = 2

const Asked = z.object({ act: z.string(), args: z.array(z.unknown()) })
const Answer = z.union([
  z.object({ value: z.unknown().optional() }).strict(),
  z.object({ refused: z.object({ code: z.string(), message: z.string(), facts: z.record(z.string(), z.unknown()) }) }),
  z.object({ failed: z.string() }),
])

/** `isAlone`: no other process can work on the database, and what is asked too early waits here. */
export function createHandOver(project: string, queue: Queue, isAlone = false): HandOver {
  const queueName = `acts.${project}`
  const acts = new Map<string, (...args: never[]) => unknown>()
  let isOurs = false
  let begun = Promise.withResolvers<void>()
  const carryOut = async (act: string, args: unknown[]): Promise<unknown> => {
    const known = acts.get(act)
    if (known === undefined) throw new Error(`no server carries out ${act}`)
    return known(...(args as never[]))
  }
  return {
    isOurs: () => isOurs,
    serve: (act, known) => void acts.set(act, known),
    async ask(act, args) {
      if (!isOurs && isAlone) await within(begun.promise, project)
      if (isOurs) return carryOut(act, args)
      return answerIn(await queue.ask(queueName, { act, args: args.map(packed) }, patienceMs))
    },
    async begin() {
      if (isAlone) {
        isOurs = true
        begun.resolve()
        return async () => {
          isOurs = false
          begun = Promise.withResolvers()
        }
      }
      const end = await queue.work(
        queueName,
        async data => {
          const { act, args } = Asked.parse(data)
          return answered(() => carryOut(act, args.map(unpacked)))
        },
        atOnce,
      )
      isOurs = true
      return async () => {
        isOurs = false
        await end()
      }
    },
  }
}

async function within(begun: Promise<void>, project: string): Promise<void> {
  const over = new AbortController()
  const late = sleep(patienceMs, 'late', { signal: over.signal, ref: false }).catch(() => undefined)
  const outcome = await Promise.race([begun, late])
  over.abort()
  if (outcome === 'late') throw new GantryError('WORK_NOT_TAKEN_UP', `this server does not work on ${project}`)
}

/** The same part, whose named methods are carried out where the project is worked on. What goes in and out of them is data. */
export function handedOver<T extends object>(
  part: T,
  name: string,
  methods: readonly (keyof T & string)[],
  { serve, ask }: Pick<HandOver, 'serve' | 'ask'>,
): T {
  for (const method of methods) {
    const act = Reflect.get(part, method)
    if (typeof act !== 'function') throw new Error(`${name}.${method} is not a method`)
    serve(`${name}.${method}`, (...args) => act.apply(part, args))
  }
  const handed = new Set<string>(methods)
  return new Proxy(part, {
    get(target, property) {
      if (typeof property === 'string' && handed.has(property))
        return (...args: unknown[]) => ask(`${name}.${property}`, args)
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** An outcome of the act is an answer, and not a job that failed: the queue would carry it out again. */
async function answered(carryOut: () => Promise<unknown>): Promise<z.input<typeof Answer>> {
  try {
    return { value: await carryOut() }
  } catch (cause) {
    if (cause instanceof GantryError)
      return { refused: { code: cause.code, message: cause.message, facts: cause.facts } }
    return { failed: cause instanceof Error ? cause.message : String(cause) }
  }
}

function answerIn(output: unknown): unknown {
  const answer = Answer.parse(output)
  if ('refused' in answer) throw refusal(answer.refused)
  if ('failed' in answer) throw new Error(answer.failed)
  return 'value' in answer ? answer.value : undefined
}

const Packed = z.object({ 'gantry error': z.object({ code: z.string(), message: z.string() }) })

const packed = (value: unknown): unknown => {
  if (value instanceof GantryError) return { 'gantry error': { code: value.code, message: value.message } }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, packed(inner)]))
}

const unpacked = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { data } = Packed.safeParse(value)
  if (data) return refusal({ ...data['gantry error'], facts: {} })
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unpacked(inner)]))
}

function refusal({ code, message, facts }: { code: string; message: string; facts: Record<string, unknown> }): Error {
  return code in catalogue ? new GantryError(code as ErrorCode, message, facts) : new Error(message)
}
