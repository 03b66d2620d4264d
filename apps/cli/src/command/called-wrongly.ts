/**
 * The command line itself is at fault: BAD_REQUEST with exit code 2, and a hint that names the page to read.
 * Knows nothing of @gantry/core, which `gantry --help` does not wait for.
 */
export class CalledWrongly extends Error {
  override readonly name = 'CalledWrongly'
  readonly hint: string

  constructor(message: string, hint = 'See `gantry <command> --help` for what it takes, with an example.') {
    super(message)
    this.hint = hint
  }
}
