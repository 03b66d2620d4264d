import { createRequire } from 'node:module'

/**
 * A pattern somebody wrote, for an engine that reads each character once: with JavaScript's own, which tries again and
 * again, one pattern of 30 characters stops the whole process.
 */
export interface LinearPattern {
  readonly source: string
  readonly groupCount: number
  test(text: string): boolean
  exec(text: string): readonly (string | undefined)[] | null
}

/** JavaScript reads it, a linear engine cannot: it looks around, or back to an earlier group. */
export class NotLinear extends Error {}

/** @throws NotLinear, or an error that says what is wrong with the expression */
export function compileExpression(source: string): LinearPattern {
  try {
    return compiled(source, engine().translateRegExp(source), 0)
  } catch (error) {
    new RegExp(source)
    throw new NotLinear(`RE2 cannot read ${source}: ${error instanceof Error ? error.message : error}`)
  }
}

/** For the whole of a text, line ends included. */
export function compileWhole(source: string): LinearPattern {
  return compiled(source, `^(?:${source})$`, engine().DOTALL)
}

/** A text that stands for itself. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** The inside of `[…]`: ranges count, `^` in front turns it round, all else stands for itself. */
export const setSource = (inside: string): string => `[${inside.replace(/(?!^)\^|[\\[\]]/g, '\\$&')}]`

function compiled(source: string, translated: string, flags: number): LinearPattern {
  const pattern = engine().compile(translated, flags)
  return {
    source,
    groupCount: pattern.groupCount(),
    test: text => pattern.test(text),
    exec: text => pattern.exec(text),
  }
}

type Engine = typeof import('re2js').RE2JS

let loaded: Engine | undefined

/** Read when the first pattern is: with its tables of letters it takes longer than everything else a run begins with. */
function engine(): Engine {
  if (loaded === undefined) {
    const { RE2JS }: typeof import('re2js') = createRequire(import.meta.url)('re2js')
    loaded = RE2JS
  }
  return loaded
}
