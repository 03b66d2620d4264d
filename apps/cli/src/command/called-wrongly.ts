import { GantryError } from '@gantry/core'

/** The command line itself is at fault. Exit code 2; the hint is the page to read, not the HTTP API's. */
export class CalledWrongly extends GantryError {
  readonly #hint: string

  constructor(message: string, hint = 'See `gantry <command> --help` for what it takes, with an example.') {
    super('BAD_REQUEST', message)
    this.#hint = hint
  }

  override get hint(): string {
    return this.#hint
  }
}
