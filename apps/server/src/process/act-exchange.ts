import { GantryError, type LeaseStore } from '@gantry/core'
import type { Queue } from '@gantry/store'
import * as z from 'zod'
import type { ServerBus } from '../live/server-bus.ts'

/** Where the acts of a project are carried out, while this server works on it. */
export interface ActingProject {
  isOurs(): boolean
  carryOut(act: string, args: unknown[]): Promise<unknown>
}

/**
 * Acts that one server asks of another: each takes those that wait in a queue of its own, whatever projects they are of. What goes
 * in and out of an act is data.
 */
export interface ActExchange {
  join(project: string, acting: ActingProject): void
  /**
   * Has it carried out by the server that works on the project. Null when there is no other one now, or it is gone before it
   * answered.
   */
  askOwner(project: string, asked: { act: string; args: unknown[]; timeoutMs: number }): Promise<Answered | null>
  /** Takes what others ask from now on. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface ActExchangeParts {
  self: string
  queue: Queue
  leases: Pick<LeaseStore, 'held'>
  /** Those that are known; queues of others are forgotten. */
  servers: { list(): Promise<{ id: string }[]> }
  bus: Pick<ServerBus, 'say' | 'hear'>
}

/** The lease of whoever works on a project. */
export const projectWork = { kind: 'project', name: 'work' } as const

const queueOf = (server: string) => `acts.${server}`
const atOnce = 3
/** Word of an act comes at once; this is for word that was missed. */
const lookEveryMs = 5_000
const ownerEveryMs = 1_000

const Asked = z.object({ project: z.string(), act: z.string(), args: z.array(z.unknown()) })
const Answer = z.union([
  z.object({ value: z.unknown().optional() }).strict(),
  z.object({ refused: z.object({ code: z.string(), message: z.string(), facts: z.record(z.string(), z.unknown()) }) }),
  z.object({ failed: z.string() }),
  z.object({ elsewhere: z.literal(true) }),
])
/** What came of an act: its value, why it was refused, or how it failed. */
export type Answered = Exclude<z.output<typeof Answer>, { elsewhere: true }>

export function createActExchange({ self, queue, leases, servers, bus }: ActExchangeParts): ActExchange {
  const joined = new Map<string, ActingProject>()
  let working: Awaited<ReturnType<Queue['work']>> | null = null
  const ownerOf = async (project: string) =>
    (await leases.held({ project, kind: projectWork.kind })).find(({ name }) => name === projectWork.name)?.owner
  bus.hear('act', body => {
    if (body === self) working?.nudge()
  })
  return {
    join: (project, acting) => void joined.set(project, acting),
    async askOwner(project, { act, args, timeoutMs }) {
      const owner = await ownerOf(project)
      if (owner === undefined || owner === self) return null
      let lookedMs = performance.now()
      const answered = await queue.ask(
        queueOf(owner),
        { project, act, args },
        {
          timeoutMs,
          onSent: () => void bus.say('act', owner),
          async isGone() {
            if (performance.now() - lookedMs < ownerEveryMs) return false
            lookedMs = performance.now()
            return (await ownerOf(project)) !== owner
          },
        },
      )
      const answer = answered && Answer.parse(answered.answer)
      return answer === null || 'elsewhere' in answer ? null : answer
    },
    async start() {
      const known = new Set((await servers.list()).map(({ id }) => queueOf(id)))
      for (const name of await queue.names(queueOf(''))) if (!known.has(name)) await queue.forget(name)
      const handle = async (data: object): Promise<z.input<typeof Answer>> => {
        const { project, act, args } = Asked.parse(data)
        const acting = joined.get(project)
        return acting?.isOurs() ? answered(() => acting.carryOut(act, args)) : { elsewhere: true }
      }
      working = await queue.work(queueOf(self), handle, { atOnce, lookEveryMs })
    },
    async stop() {
      await working?.end()
    },
  }
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
