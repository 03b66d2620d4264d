/**
 * One report of a fault as a client sends it, written short. A stack is told from the outermost call to the one that failed,
 * a line for each: `function @ file:line:column | the line of code`. `@lib` instead of `@` says that the client does not
 * call the file the product's own; a function of which nothing is known is `?`.
 */
export interface Occurrence {
  platform?: string
  /** Whose key it came with. */
  service?: string
  release?: string
  message?: string
  /** What a logger was given before its values were put in. */
  template?: string
  fingerprint?: string[]
  transaction?: string
  /** Causes first, as clients send them; the one that was thrown last. */
  thrown?: Thrown[]
}

export interface Thrown {
  type?: string
  value?: string
  stack?: string
  /** The client made the stack up where it was called. */
  isSynthetic?: boolean
  mechanism?: string
}

/** Reports that look alike. All of one fault belong together, those of two faults apart. */
export interface Family {
  about: string
  faults: Readonly<Record<string, readonly Occurrence[]>>
}

/** One exception with its stack. */
export const threw = (type: string, value: string, stack: string, more: Occurrence = {}): Occurrence => ({
  thrown: [{ type, value, stack }],
  ...more,
})

/** The event's JSON as `@sentry/node` or `@sentry/browser` writes it. */
export function payloadOf(occurrence: Occurrence): Record<string, unknown> {
  const { platform = 'node', release, message, template, fingerprint, transaction, thrown } = occurrence
  return {
    platform,
    release,
    transaction,
    fingerprint,
    ...(template === undefined ? { message } : { logentry: { message: template, formatted: message } }),
    ...(thrown && { exception: { values: thrown.map(exceptionOf) } }),
  }
}

function exceptionOf({ type, value, stack = '', isSynthetic, mechanism = 'generic' }: Thrown) {
  const frames = stack
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(frameOf)
  return {
    type,
    value,
    mechanism: { type: mechanism, handled: false, ...(isSynthetic ? { synthetic: true } : {}) },
    ...(frames.length > 0 && { stacktrace: { frames } }),
  }
}

function frameOf(line: string) {
  const [call = '', code] = line.split(' | ')
  const [, name = '?', kind = '@', place = ''] = /^(.*?) (@lib|@) ?(.*)$/.exec(call) ?? []
  const [, file = place, row, column] = /^(.*?):(\d+)(?::(\d+))?$/.exec(place) ?? []
  return {
    ...(name === '?' ? {} : { function: name }),
    ...(file === '' ? {} : { filename: file }),
    ...(row && { lineno: Number(row) }),
    ...(column && { colno: Number(column) }),
    in_app: kind === '@',
    ...(code === undefined ? {} : { context_line: code, pre_context: [], post_context: [] }),
  }
}
