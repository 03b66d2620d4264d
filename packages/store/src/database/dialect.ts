import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { RawResult } from './raw-result.ts'
import type { Engine, Session } from './session.ts'
import { plainRows, type Row, toParameter } from './values.ts'

type ReadRows = (result: RawResult) => Row[]

/** Kysely over either engine: same SQL, same parameters, same rows. */
export function dialectOn(engine: Engine, readRows: ReadRows = plainRows): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => new EngineDriver(engine, readRows),
  }
}

class EngineDriver implements Driver {
  readonly #engine: Engine

  readonly #readRows: ReadRows

  constructor(engine: Engine, readRows: ReadRows) {
    this.#engine = engine
    this.#readRows = readRows
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<EngineConnection> {
    return new EngineConnection(await this.#engine.acquire(), this.#readRows)
  }

  async beginTransaction(connection: EngineConnection): Promise<void> {
    await connection.session.query('begin', [])
  }

  async commitTransaction(connection: EngineConnection): Promise<void> {
    const { command } = await connection.session.query('commit', [])
    // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error: nothing was stored, so say so.
    if (/^rollback/i.test(command)) throw new Error('the transaction had failed and was rolled back')
  }

  async rollbackTransaction(connection: EngineConnection): Promise<void> {
    await connection.session.query('rollback', []).catch(() => {
      connection.isBroken = true
    })
  }

  async releaseConnection(connection: EngineConnection): Promise<void> {
    this.#engine.release(connection.session, connection.isBroken)
  }

  async destroy(): Promise<void> {
    await this.#engine.close()
  }
}

class EngineConnection implements DatabaseConnection {
  readonly session: Session
  readonly #readRows: ReadRows
  isBroken = false

  constructor(session: Session, readRows: ReadRows) {
    this.session = session
    this.#readRows = readRows
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const result = await this.session.query(query.sql, query.parameters.map(toParameter))
    return { rows: this.#readRows(result) as R[], numAffectedRows: BigInt(result.affected) }
  }

  // biome-ignore lint/correctness/useYield: no port streams; pages are asked for instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('results are not streamed here; ask for pages')
  }
}
