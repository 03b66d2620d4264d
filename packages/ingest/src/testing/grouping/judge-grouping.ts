import { groupEvent } from '@gantry/core'
import { clientClock } from '../../protocols/sentry/client-clock.ts'
import { readEvent } from '../../protocols/sentry/read-event.ts'
import { sender } from '../sender.ts'
import { type Family, type Occurrence, payloadOf } from './occurrence.ts'

export interface Judged {
  pairs: number
  /** Of the pairs that were put together, the share that is one fault. */
  precision: number
  /** Of the pairs that are one fault, the share that was put together. */
  recall: number
  /** In words, each wrong pair. */
  misses: string[]
}

/** Every pair within each family: put together or not, and whether it is one fault. */
export function judgeGrouping(families: readonly Family[]): Judged {
  const counts = { pairs: 0, same: 0, joined: 0, right: 0 }
  const misses: string[] = []
  for (const { about, faults } of families) {
    const all = Object.entries(faults).flatMap(([fault, list]) =>
      list.map((one, index) => ({ fault, index, key: keyOf(one) })),
    )
    for (const [at, a] of all.entries())
      for (const b of all.slice(at + 1)) {
        const isSame = a.fault === b.fault
        const isJoined = a.key === b.key
        counts.pairs += 1
        counts.same += Number(isSame)
        counts.joined += Number(isJoined)
        counts.right += Number(isSame && isJoined)
        if (isSame !== isJoined)
          misses.push(
            `${about}: ${a.fault} ${a.index} and ${b.fault} ${b.index} are ${isJoined ? 'one issue' : 'two issues'}\n${a.key}\n--\n${b.key}`,
          )
      }
  }
  return { pairs: counts.pairs, precision: counts.right / counts.joined, recall: counts.right / counts.same, misses }
}

const keyOf = (occurrence: Occurrence): string =>
  groupEvent(
    readEvent(Buffer.from(JSON.stringify(payloadOf(occurrence))), {
      ...{ ...sender, service: occurrence.service ?? null },
      ...{ envelopeId: undefined, clock: clientClock(sender.receivedAt) },
    }).fact.event,
  ).grouping.key
