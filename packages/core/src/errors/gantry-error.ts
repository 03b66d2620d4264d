import { catalogue, type ErrorCode } from './catalogue.ts'

/**
 * A failure with a name. `message` says what was expected and what came; the hint, the HTTP status and
 * the exit code come from the catalogue. `facts` are for logs and `--json`, never secrets.
 *
 * @example throw new GantryError('PORT_IN_USE', `port ${port} is taken by another program`, { port })
 */
export class GantryError extends Error {
  readonly code: ErrorCode
  readonly facts: Record<string, unknown>

  constructor(code: ErrorCode, message: string, facts: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.name = 'GantryError'
    this.code = code
    this.facts = facts
  }

  get hint(): string {
    return catalogue[this.code].hint
  }

  get status(): number {
    return catalogue[this.code].status
  }

  get exitCode(): 1 | 2 | 3 {
    return catalogue[this.code].exit
  }

  toJSON(): { code: ErrorCode; message: string; hint: string; facts: Record<string, unknown> } {
    return { code: this.code, message: this.message, hint: this.hint, facts: this.facts }
  }
}
