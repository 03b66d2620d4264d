/**
 * PGlite on a thread of its own: a long query there never delays the requests accepted here.
 * Answers are raw text, so that one table of parsers serves both engines.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, type Results } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { fromBatch, type PackedBatch } from '../issue/packed-event.ts'
import { storeEvents } from '../issue/record-events.ts'
import { refuseWithoutSpace } from './free-space.ts'
import { type Database, databaseOn } from './opened-database.ts'
import { performAgain, performOnce } from './pglite-statements.ts'
import type { Parameter, RawResult } from './raw-result.ts'
import { DatabaseFault, type Engine } from './session.ts'

export type Ask =
  /** Answered with what was stored, as JSON. */
  | { id: number; kind: 'record'; batch: PackedBatch }
  | { id: number; kind: 'query'; text: string; parameters: Parameter[] }
  | { id: number; kind: 'exec'; text: string }
  | { id: number; kind: 'close' }

export type Answer =
  | { id: number; results: RawResult[] }
  | { id: number; stored: string }
  | { id: number; fault: { message: string; code: string; constraint: string | null } }

const opening = openRaw()

async function openRaw(): Promise<PGlite> {
  const pglite = await PGlite.create(String(workerData.dir), {
    extensions: { pg_trgm },
    // Commits reach the operating system before they are acknowledged: kill -9 loses nothing.
    relaxedDurability: false,
    // The defaults (1 GB of log, 128 MB of buffers) suit a server; these cost no throughput and save 80 MB of memory.
    startParams: [...PGlite.defaultStartParams, '-c', 'max_wal_size=128MB', '-c', 'shared_buffers=32MB'],
  })
  // Text in, text out. Said once: given with a query, they are merged into tables of hundreds of types each time.
  for (const table of [pglite.parsers, pglite.serializers])
    for (const type of Object.keys(table)) table[type] = value => value
  return pglite
}

parentPort?.on('message', async (ask: Ask) => {
  try {
    const answer: Answer =
      ask.kind === 'record'
        ? { id: ask.id, stored: await record(ask.batch) }
        : { id: ask.id, results: await perform(ask) }
    parentPort?.postMessage(answer)
  } catch (error) {
    parentPort?.postMessage({ id: ask.id, fault: described(error) } satisfies Answer)
  }
})

/** The statements of a batch follow each other here: a hop to the other thread for each would leave this one idle. */
async function record(batch: PackedBatch): Promise<string> {
  return JSON.stringify(await storeEvents(here(), fromBatch(batch)))
}

let database: Database | undefined

/** The database from inside of its own thread. Whoever asks from outside holds the one connection meanwhile. */
function here(): Database {
  const fault = (error: unknown): never => {
    const { message, code, constraint } = described(error)
    throw new DatabaseFault(message, code, constraint, { cause: error })
  }
  const again = performAgain()
  const engine: Engine = {
    kind: 'embedded',
    acquire: async () => ({
      query: (text, parameters) => query(text, parameters, again).catch(fault),
      exec: script => exec(script).catch(fault),
    }),
    async release(_session, isBroken) {
      if (isBroken) await exec('rollback').catch(() => undefined)
    },
    close: async () => undefined,
  }
  database ??= databaseOn(engine)
  return database
}

async function perform(ask: Exclude<Ask, { kind: 'record' }>): Promise<RawResult[]> {
  if (ask.kind === 'query') return [await query(ask.text, ask.parameters)]
  if (ask.kind === 'exec') return exec(ask.text)
  await (await opening).close()
  return []
}

async function query(text: string, parameters: Parameter[], perform = performOnce): Promise<RawResult> {
  const pglite = await opening
  refuseWithoutSpace(String(workerData.dir), text)
  return readResult(await perform(pglite, text, parameters), text)
}

async function exec(script: string): Promise<RawResult[]> {
  const pglite = await opening
  refuseWithoutSpace(String(workerData.dir), script)
  try {
    return (await pglite.exec(script, rows)).map(result => readResult(result, ''))
  } catch (error) {
    await pglite.exec('rollback').catch(() => undefined)
    throw error
  }
}

const rows = { rowMode: 'array' } as const

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
