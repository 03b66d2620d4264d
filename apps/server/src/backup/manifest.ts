import * as z from 'zod'

/** The first entry of a backup: what it is, and how its rows are put back. */
export const Manifest = z.object({
  format: z.literal(1).describe('of the file; a Gantry reads those it knows'),
  madeAt: z.iso.datetime(),
  database: z.enum(['embedded', 'postgres']),
  rows: z.object({
    migrations: z.array(z.string()),
    tables: z.array(z.object({ table: z.string(), columns: z.array(z.string()), rows: z.int() })),
    sequences: z.record(z.string(), z.string()),
  }),
})
export type Manifest = z.output<typeof Manifest>

/** The last entry: without it the file was cut off. */
export const Sums = z.object({
  entries: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
})
export type Sums = z.output<typeof Sums>

export const manifestName = 'gantry-backup.json'
export const sumsName = 'sums.json'
/** Both open what is sealed in the rows, and are there only when they were asked for. */
export const secretKeysName = 'secret-keys'
export const homeSecretName = 'secret'
export const rowsName = (table: string): string => `rows/${table}.jsonl`
export const objectName = (key: string): string => `objects/${key}`
export const bundleName = (project: string): string => `git/${project}.bundle`
export const linesName = (project: string, day: string): string => `lines/${project}/${day}.db`
export const uploadName = (project: string, path: string): string => `uploads/${project}/${path}`
