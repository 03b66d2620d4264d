import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlSession } from './sql-session.ts'

export interface Held {
  /** Ends the transaction that holds the lock, and keeps what it did. */
  commit(): Promise<void>
}

/**
 * Does the work while nobody else who migrates this database does. A lock of a transaction is kept by poolers that give each
 * transaction another connection; a lock of the session is for statements that refuse a transaction.
 *
 * Whoever waits asks again and again instead of waiting inside a statement: that statement's snapshot would hold up the
 * `create index concurrently` of whoever has the lock, and each would wait for the other.
 */
export async function whileLocked<Result>(
  session: SqlSession,
  kind: 'transaction' | 'session',
  work: (held: Held) => Promise<Result>,
): Promise<Result> {
  return kind === 'transaction' ? inTransaction(session, work) : inSession(session, work)
}

async function inTransaction<Result>(session: SqlSession, work: (held: Held) => Promise<Result>): Promise<Result> {
  let isOver = false
  const end = async (how: 'commit' | 'rollback') => {
    isOver = true
    await session.query(how)
  }
  for (;;) {
    await session.query('begin')
    try {
      if (await tries(session, 'pg_try_advisory_xact_lock')) return await work({ commit: () => end('commit') })
    } finally {
      if (!isOver) await session.query('rollback').catch(() => undefined)
    }
    await sleep(pauseMs)
  }
}

async function inSession<Result>(session: SqlSession, work: (held: Held) => Promise<Result>): Promise<Result> {
  while (!(await tries(session, 'pg_try_advisory_lock'))) await sleep(pauseMs)
  try {
    return await work({ commit: async () => undefined })
  } finally {
    await session.query(`select pg_advisory_unlock(${lockNumber})`).catch(() => undefined)
  }
}

async function tries(session: SqlSession, lock: string): Promise<boolean> {
  const [row] = await session.query<{ is: boolean }>(`select ${lock}(${lockNumber}) as is`)
  return row?.is === true
}

const pauseMs = 50

/** Any number, as long as every Gantry uses it: the first digits of sha-256 of "gantry migrations". */
const lockNumber = 4_172_839_115
