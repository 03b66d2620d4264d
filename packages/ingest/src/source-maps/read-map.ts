import { AnyMap, type TraceMap } from '@jridgewell/trace-mapping'

/**
 * A source map of version 3, also one in sections. Source: https://tc39.es/ecma426/
 * @throws SyntaxError, Error when it is none
 */
export const readMap = (text: string): TraceMap => new AnyMap(text.replace(/^\)\]\}'[^\n]*\n/, ''))
