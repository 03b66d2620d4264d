/**
 * Where lines are. A part of it for each project and day, so that what is old goes at once, and the size of each is known. `id`
 * sorts by time: the newest page is the end of the table. `words` is what `indexText` writes, and is only read by its index, which
 * came out of its beta in ClickHouse 26.2: https://clickhouse.com/docs/reference/engines/table-engines/mergetree-family/textindexes
 */
export const table = 'gantry_lines'

export const createTable = `
  create table if not exists ${table} (
    project LowCardinality(String),
    id String codec(ZSTD(1)),
    at DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
    arrived DateTime64(3, 'UTC') default now64(3) codec(Delta, ZSTD(1)),
    environment LowCardinality(String),
    release LowCardinality(Nullable(String)),
    service LowCardinality(String),
    level UInt8 codec(ZSTD(1)),
    message String codec(ZSTD(1)),
    trace Nullable(String) codec(ZSTD(1)),
    fields String codec(ZSTD(1)),
    words String codec(ZSTD(1)),
    index words words type text(tokenizer = splitByString([' ']))
  )
  engine = MergeTree
  partition by (project, toDate(at))
  order by (project, id)
  settings non_replicated_deduplication_window = 1000`

/** As it is read, by `JSONEachRow`. */
export interface StoredLine {
  id: string
  /** Milliseconds since 1970. */
  ms: number
  environment: string
  release: string | null
  service: string
  level: number
  message: string
  trace: string | null
  /** JSON. */
  fields: string
}

export const columns =
  'id, toUnixTimestamp64Milli(at) as ms, environment, release, service, level, message, trace, fields'
