/** Statements of a script, without the semicolons between them; quotes, dollar quotes and comments are respected. */
export function splitStatements(script: string): string[] {
  const statements: string[] = []
  let start = 0
  for (let at = 0; at < script.length; ) {
    if (script[at] === ';') {
      statements.push(script.slice(start, at))
      start = at + 1
    }
    at += Math.max(1, opaqueLength(script, at))
  }
  statements.push(script.slice(start))
  return statements.map(statement => statement.trim()).filter(statement => withoutComments(statement) !== '')
}

/** Length of the quoted text or comment that begins here, else 0. */
function opaqueLength(script: string, at: number): number {
  const rest = script.slice(at, at + 2)
  if (rest === '--') return endAfter(script, at + 2, '\n') - at
  if (rest === '/*') return blockCommentEnd(script, at) - at
  if (rest[0] === "'") return quotedEnd(script, at, /e/i.test(script[at - 1] ?? '')) - at
  if (rest[0] === '"') return endAfter(script, at + 1, '"') - at
  if (rest[0] !== '$' || /[\w$]/.test(script[at - 1] ?? '')) return 0
  const tag = /^\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/.exec(script.slice(at, at + 130))?.[0]
  return tag ? endAfter(script, at + tag.length, tag) - at : 0
}

function endAfter(script: string, from: number, mark: string): number {
  const at = script.indexOf(mark, from)
  return at === -1 ? script.length : at + mark.length
}

function quotedEnd(script: string, at: number, hasEscapes: boolean): number {
  let end = at + 1
  while (end < script.length && script[end] !== "'") end += hasEscapes && script[end] === '\\' ? 2 : 1
  return end + 1
}

/** Postgres nests block comments. */
function blockCommentEnd(script: string, at: number): number {
  let depth = 0
  for (let end = at; end < script.length; end++) {
    const two = script.slice(end, end + 2)
    if (two === '/*') depth++
    if (two === '*/' && --depth === 0) return end + 2
    if (two === '/*' || two === '*/') end++
  }
  return script.length
}

const withoutComments = (text: string): string =>
  text
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?(\*\/|$)/g, '')
    .trim()
