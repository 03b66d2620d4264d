import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { GantryError } from '@gantry/core'

const requestMs = 30_000
/** Codes of ClickHouse's: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const notEnoughSpace = '243'

/** The engine by HTTP. Whatever it or the network says is an error with a code and a hint. */
export interface Engine {
  rows<Row>(sql: string, values?: Record<string, unknown>): Promise<Row[]>
  run(sql: string): Promise<void>
  /** Sent again with the same `token` where the answer was lost, it is there once. */
  insert(table: string, rows: readonly object[], token: string): Promise<void>
  close(): Promise<void>
}

/** `url`: http(s)://user:password@host:8123/database */
export function openEngine(url: string): Engine {
  const client = createClient({
    url,
    request_timeout: requestMs,
    application: 'gantry',
    // What goes wrong is thrown, and said once by whoever asked.
    log: { level: ClickHouseLogLevel.OFF },
    compression: { request: true, response: true },
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, date_time_input_format: 'best_effort' },
  })
  const { host } = new URL(url)
  const told = async <Result>(asked: () => Promise<Result>): Promise<Result> => {
    try {
      return await asked()
    } catch (cause) {
      throw errorOf(host, cause)
    }
  }
  return {
    rows: (sql, values = {}) =>
      told(async () => {
        const result = await client.query({ query: sql, query_params: values, format: 'JSONEachRow' })
        return await result.json()
      }),
    run: sql =>
      told(async () => {
        await client.command({ query: sql })
      }),
    insert: (table, rows, token) => told(() => insertOnce(client, table, rows, token)),
    close: () => client.close(),
  }
}

async function insertOnce(
  client: ReturnType<typeof createClient>,
  table: string,
  rows: readonly object[],
  token: string,
): Promise<void> {
  const insert = async () => {
    await client.insert({
      ...{ table, values: [...rows], format: 'JSONEachRow' },
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        insert_deduplication_token: token,
        // Lines that come together are of many projects and days.
        max_partitions_per_insert_block: '0',
      },
    })
  }
  try {
    await insert()
  } catch (cause) {
    if (cause instanceof ClickHouseError) throw cause
    // The connection broke: whether they are there nobody knows.
    await insert()
  }
}

function errorOf(host: string, cause: unknown): GantryError {
  if (!(cause instanceof ClickHouseError))
    return new GantryError(
      'LINES_UNREACHABLE',
      `ClickHouse at ${host} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  const code = cause.code === notEnoughSpace ? 'STORAGE_FULL' : 'LINES_UNREACHABLE'
  return new GantryError(code, `ClickHouse at ${host} refuses (${cause.type ?? cause.code}): ${cause.message}`, {
    cause,
  })
}
