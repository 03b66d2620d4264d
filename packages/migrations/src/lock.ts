import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlSession } from './sql-session.ts'

/** Who has the lock, as Postgres tells it; null where it does not. */
export interface Waiting {
  application: string | null
  since: string | null
}

export interface Lock {
  kind: 'transaction' | 'session'
  /** Told once when somebody else has it. */
  onWaiting?: ((holder: Waiting) => void) | undefined
}

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
  lock: Lock,
  work: (held: Held) => Promise<Result>,
): Promise<Result> {
  return lock.kind === 'transaction' ? inTransaction(session, lock, work) : inSession(session, lock, work)
}

async function inTransaction<Result>(
  session: SqlSession,
  lock: Lock,
  work: (held: Held) => Promise<Result>,
): Promise<Result> {
  let isOver = false
  const end = async (how: 'commit' | 'rollback') => {
    isOver = true
    await session.query(how)
  }
  const pause = pauser(session, lock)
  for (;;) {
    await session.query('begin')
    try {
      if (await tries(session, 'pg_try_advisory_xact_lock')) return await work({ commit: () => end('commit') })
    } finally {
      if (!isOver) await session.query('rollback').catch(() => undefined)
    }
    await pause()
  }
}

async function inSession<Result>(
  session: SqlSession,
  lock: Lock,
  work: (held: Held) => Promise<Result>,
): Promise<Result> {
  const pause = pauser(session, lock)
  while (!(await tries(session, 'pg_try_advisory_lock'))) await pause()
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

/** Says at the first pause who is waited for. */
function pauser(session: SqlSession, { onWaiting }: Lock): () => Promise<void> {
  let isTold = false
  return async () => {
    if (onWaiting && !isTold) onWaiting(await holder(session))
    isTold = true
    await sleep(pauseMs)
  }
}

async function holder(session: SqlSession): Promise<Waiting> {
  const [row] = await session.query<Waiting>(
    `select application_name as application, to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = ${Math.floor(lockNumber / 2 ** 32)} and objid = ${lockNumber % 2 ** 32}`,
  )
  return row ?? { application: null, since: null }
}

const pauseMs = 50

/** Any number, as long as every Gantry uses it: the first digits of sha-256 of "gantry migrations". */
const lockNumber = 4_172_839_115
