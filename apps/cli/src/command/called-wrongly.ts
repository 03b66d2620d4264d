/**
 * The command line itself is at fault: BAD_REQUEST with exit code 2, and a hint that names the page to read.
 * Knows nothing of @gantry/core, which `gantry --help` does not wait for.
 */
export class CalledWrongly extends Error {
  override readonly name = 'CalledWrongly'
  /** Null: the help of the command that was typed. */
  readonly hint: string | null

  constructor(message: string, hint: string | null = null) {
    super(message)
    this.hint = hint
  }
}
