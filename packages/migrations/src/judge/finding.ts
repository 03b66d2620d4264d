import type { StatementClass } from '@gantry/core'

/** One thing a statement does that is more than adding. */
export interface Finding {
  class: StatementClass
  /** The release that serves goes on working with it, and can be gone back to. */
  isSafe: boolean
  why: string
  instead: string | null
}

/** Takes away or narrows what the release that serves may use. */
export const contract = (why: string, instead: string | null = null): Finding => ({
  class: 'contract',
  isSafe: false,
  why,
  instead,
})

/** What it does cannot be told from the text. */
export const unknown = (why: string, instead: string | null = null): Finding => ({
  class: 'unknown',
  isSafe: false,
  why,
  instead,
})

/** Writes rows. Those that others wrote are not brought back by going back. */
export const data = (why: string, isSafe: boolean, instead: string | null = null): Finding => ({
  class: 'data',
  isSafe,
  why,
  instead,
})

const gravity: StatementClass[] = ['expand', 'data', 'unknown', 'contract']

/** What is not safe is graver than what is, whatever its class. */
export const graver = (a: { class: StatementClass; isSafe: boolean }, b: typeof a): number =>
  Number(a.isSafe) - Number(b.isSafe) || gravity.indexOf(b.class) - gravity.indexOf(a.class)
