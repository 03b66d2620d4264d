import { RecentKeys } from '@gantry/core'

const mostKnown = 100_000
const known = new WeakMap<object, RecentKeys>()

/** Rows that go on existing for as long as their issue does, and need not be written again. */
export interface KnownRows {
  /** Those this process has not seen stored; to be stored in the transaction that asks. */
  unknownOf<T extends { key: string }>(rows: readonly T[]): T[]
}

/**
 * Who an issue has met, and in which releases: the same again with nearly every event. What was stored is known once its
 * transaction is over. An issue that is made anew, after it was deleted, has another id; and what people merge keeps its rows.
 * @param of the database they are in
 */
export async function withKnownRows<T>(of: object, store: (known: KnownRows) => Promise<T>): Promise<T> {
  const stored = known.get(of) ?? new RecentKeys(mostKnown)
  known.set(of, stored)
  const written: string[] = []
  const result = await store({
    unknownOf(rows) {
      const unknown = rows.filter(({ key }) => !stored.has(key))
      written.push(...unknown.map(({ key }) => key))
      return unknown
    },
  })
  for (const key of written) stored.add(key)
  return result
}
