export { openClickHouseLines } from './clickhouse/clickhouse-lines.ts'
export { type DayFiles, openDayFiles } from './day-files.ts'
export type { MovedLine } from './moved-line.ts'
