import { type SqlSession, type StatementProgress, withConnection } from '@gantry/migrations'
import { took } from '../terminal/ago.ts'
import { cut } from '../terminal/table.ts'

export interface MigrationProgress extends AsyncDisposable {
  onStatement(progress: StatementProgress): void
}

/**
 * Says which statement works for how long, once it is long, and how far Postgres is with an index. The connection that works
 * answers nothing meanwhile, so another one asks.
 */
export function sayProgress(url: string, say: (line: string) => void, everyMs = 10_000): MigrationProgress {
  let current: { progress: StatementProgress; since: number } | null = null
  let asking = Promise.resolve()
  const tell = async () => {
    if (!current) return
    const { progress, since } = current
    const share = await withConnection(url, indexShare, { application: 'gantry progress' }).catch(() => null)
    if (current?.progress !== progress) return
    const { migration, statement, of, text } = progress
    const far = share === null ? '' : `, ${share} % of an index`
    say(
      `${migration}  statement ${statement} of ${of} works for ${took(performance.now() - since)}${far}: ${cut(text, 60)}`,
    )
  }
  const timer = setInterval(() => {
    asking = asking.then(tell)
  }, everyMs)
  timer.unref()
  return {
    onStatement(progress) {
      current = progress.isDone ? null : { progress, since: performance.now() }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      current = null
      await asking
    },
  }
}

/** In percent; null where no index is made. */
async function indexShare(session: SqlSession): Promise<string | null> {
  const [row] = await session.query<{ share: string | null }>(
    `select round(100.0 * coalesce(nullif(blocks_done, 0), tuples_done) / nullif(greatest(blocks_total, tuples_total), 0))::text as share
     from pg_stat_progress_create_index limit 1`,
  )
  return row?.share ?? null
}
