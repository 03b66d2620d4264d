import { skipBlank } from '../sql-tokens.ts'

/**
 * Where a statement begins behind its comments, and what a person says there of it: `-- gantry:safe <why>` on a line of its
 * own. Without a reason it says nothing.
 */
export function acceptedIn(
  sql: string,
  start: number,
  end: number,
): { line: number; text: string; accepted: string | null } {
  let first = start
  for (let next = skipBlank(sql, first); next > first && next <= end; next = skipBlank(sql, first)) first = next
  const [, why] = /^[ \t]*--[ \t]*gantry:safe[ \t:]+(\S.*?)[ \t]*$/m.exec(sql.slice(start, first)) ?? []
  return { line: sql.slice(0, first).split('\n').length, text: sql.slice(first, end), accepted: why ?? null }
}
