import { setTimeout as sleep } from 'node:timers/promises'
import { catalogue, type ErrorCode, GantryError } from '@gantry/core'
import * as z from 'zod'
import type { HeldLease } from '../lease/held-leases.ts'
import type { ActExchange, Answered } from '../process/act-exchange.ts'

/**
 * One server at a time works on a project: it carries out what touches the machine, and judges. What people ask of any other
 * server is handed to that one, and waits when there is none for a moment.
 */
export interface HandOver {
  /** Whether it is this server that works on the project now. */
  isOurs(): boolean
  /** False once another server may work on it, after this one did: nothing is written about it here any more. */
  mayWrite(): boolean
  /** How an act is carried out here. */
  serve(act: string, carryOut: (...args: never[]) => unknown): void
  /** Carries it out here, or has it carried out where the project is worked on. @throws what that threw, or WORK_NOT_TAKEN_UP */
  ask(act: string, args: unknown[]): Promise<unknown>
  /** From now on it is this server. Answers what ends that. */
  begin(held: Pick<HeldLease, 'isSure'>): () => void
}

/** Long enough for another server to take a project over, and to begin a deployment. */
const patienceMs = 45_000
const lookEveryMs = 100

export function createHandOver(project: string, exchange: Pick<ActExchange, 'join' | 'askOwner'>): HandOver {
  const acts = new Map<string, (...args: never[]) => unknown>()
  let isBegun = false
  let held: Pick<HeldLease, 'isSure'> | null = null
  const mayWrite = () => held === null || held.isSure()
  const isOurs = () => isBegun && mayWrite()
  const carryOut = async (act: string, args: unknown[]): Promise<unknown> => {
    const known = acts.get(act)
    if (known === undefined) throw new Error(`no server carries out ${act}`)
    return known(...(args as never[]))
  }
  exchange.join(project, { isOurs, carryOut: (act, args) => carryOut(act, args.map(unpacked)) })
  return {
    isOurs,
    mayWrite,
    serve: (act, known) => void acts.set(act, known),
    async ask(act, args) {
      for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await sleep(lookEveryMs)) {
        if (isOurs()) return carryOut(act, args)
        const timeoutMs = endMs - performance.now()
        const answer = await exchange.askOwner(project, { act, args: args.map(packed), timeoutMs })
        if (answer !== null) return valueIn(answer)
      }
      throw new GantryError('WORK_NOT_TAKEN_UP', `no server worked on ${project} within ${patienceMs / 1_000} s`)
    },
    begin(lease) {
      held = lease
      isBegun = true
      return () => {
        isBegun = false
      }
    },
  }
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

function valueIn(answer: Answered): unknown {
  if ('refused' in answer) throw refusal(answer.refused)
  if ('failed' in answer) throw new Error(answer.failed)
  return answer.value
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
