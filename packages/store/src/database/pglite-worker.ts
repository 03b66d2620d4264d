/**
 * PGlite on a thread of its own: a long query there never delays the requests accepted here.
 * Answers are raw text, so that one table of parsers serves both engines.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type Results } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import type { RawResult } from './session.ts'

export type Ask =
  | { id: number; kind: 'query'; text: string; parameters: (string | null)[] }
  | { id: number; kind: 'exec'; text: string }
  | { id: number; kind: 'close' }

export type Answer =
  | { id: number; results: RawResult[] }
  | { id: number; fault: { message: string; code: string; constraint: string | null } }

const opening = PGlite.create(String(workerData.dir), {
  extensions: { pg_trgm },
  // Commits reach the operating system before they are acknowledged: kill -9 loses nothing.
  relaxedDurability: false,
  // The defaults (1 GB of log, 128 MB of buffers) suit a server; these cost no throughput and save 80 MB of memory.
  startParams: [...PGlite.defaultStartParams, '-c', 'max_wal_size=128MB', '-c', 'shared_buffers=32MB'],
})

parentPort?.on('message', async (ask: Ask) => {
  try {
    parentPort?.postMessage({ id: ask.id, results: await perform(ask) } satisfies Answer)
  } catch (error) {
    parentPort?.postMessage({ id: ask.id, fault: described(error) } satisfies Answer)
  }
})

async function perform(ask: Ask): Promise<RawResult[]> {
  const pglite = await opening
  if (ask.kind === 'query') {
    const serializers = asIs(pglite.serializers)
    const result = await pglite.query<(string | null)[]>(ask.text, ask.parameters, { ...raw(pglite), serializers })
    return [readResult(result, ask.text)]
  }
  if (ask.kind === 'close') {
    await pglite.close()
    return []
  }
  try {
    const results = await pglite.exec(ask.text, raw(pglite))
    return results.map(result => readResult(result, ''))
  } catch (error) {
    await pglite.exec('rollback').catch(() => undefined)
    throw error
  }
}

const raw = (pglite: PGlite) => ({ rowMode: 'array' as const, parsers: asIs(pglite.parsers) })

const asIs = (table: object): Record<string, (value: string) => string> =>
  Object.fromEntries(Object.keys(table).map(type => [type, value => value]))

function readResult(result: Results, text: string): RawResult {
  return {
    command: ('command' in result && typeof result.command === 'string' && result.command) || text.slice(0, 20),
    affected: result.affectedRows ?? 0,
    fields: result.fields.map(field => ({ name: field.name, type: field.dataTypeID })),
    // `rowMode: 'array'` with parsers that change nothing: rows are arrays of text.
    rows: result.rows as unknown as (string | null)[][],
  }
}

function described(error: unknown): { message: string; code: string; constraint: string | null } {
  const { message, code, constraint } = error as { message?: string; code?: string; constraint?: string }
  return { message: message ?? String(error), code: code ?? '', constraint: constraint ?? null }
}
