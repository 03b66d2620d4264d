/** One result as the server sent it: text or null per column, read by `plainRows`. */
export interface RawResult {
  command: string
  affected: number
  fields: { name: string; type: number }[]
  rows: (string | null)[][]
}

/** As both engines take it: text, or bytes for `bytea`. */
export type Parameter = string | Uint8Array | null
