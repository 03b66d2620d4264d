/** What stands in front of each line of several packages' scripts: `packages/site test: `. */
const prefix = /^[\w.@]\S* [\w:-]+: /

/** Most lines name no test: one look tells. */
const mayName = /[●✖✗✕×]|FAIL|not ok|\d\) \[/

/** How test runners name one test that failed, in a line of its own. */
const names = [
  /^\s*● (?!Console$)(\S.*)$/, // Jest
  /^\s*FAIL\s+(\S+\s+>\s.*)$/, // Vitest
  /^\s*\d+\) (\[\S+\] › .*)$/, // Playwright
  /^\s*[✖✗✕×] (\S.*)$/, // node:test, Mocha, AVA, Vitest
  /^\s*not ok \d+ (?:- )?(\S.*)$/, // TAP
  /^\s*--- FAIL: (\S+)/, // Go
  /^FAILED (\S+::\S+)/, // pytest
]

/** `(3.2s)`, `12ms`, and the rule some draw to the end of the line. */
const tail = /\s*(?:─+|\(?\d+(?:\.\d+)?\s?m?s\)?)\s*$/

/**
 * The name of the test that a line says has failed, as its runner writes it; undefined for any other line. A step that
 * fails without a word for its run is said by the first of them.
 */
export function failedTestIn(line: string): string | undefined {
  if (line.length > 1_000 || !mayName.test(line)) return undefined
  const text = line.replace(prefix, '')
  for (const name of names) {
    const found = name.exec(text)?.[1]
    if (found) return found.replace(tail, '').replace(tail, '').trim()
  }
  return undefined
}
