/** One connection to a database, whatever drives it. An error it throws may carry what Postgres says: see `saidOf`. */
export interface SqlSession {
  /** One statement, or a script without values. Columns come as text, booleans and arrays of text. */
  query<Row extends object>(text: string, values?: (string | string[] | null)[]): Promise<Row[]>
  /**
   * Descriptor of the connection, for a process that is to keep it open, and with it the locks of the session; null where there
   * is none.
   */
  connection?(): number | null
}

/** What an error of Postgres says of itself: https://www.postgresql.org/docs/current/protocol-error-fields.html */
export interface Said {
  /** With what Postgres says besides: which key is there twice, which row breaks a rule. */
  message: string
  sqlState?: string
  detail?: string
  /** Counted in characters from 1, in what was sent. */
  position?: number
}

export function saidOf(cause: unknown): Said {
  if (!(cause instanceof Error)) return { message: String(cause) }
  const field = (name: string) => {
    const value: unknown = Reflect.get(cause, name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [sqlState, detail, hint, position] = ['code', 'detail', 'hint', 'position'].map(field)
  return {
    message: [cause.message, detail, hint].filter(text => text !== undefined).join(': '),
    ...(sqlState !== undefined && { sqlState }),
    ...(detail !== undefined && { detail }),
    ...(position !== undefined && { position: Number(position) }),
  }
}
