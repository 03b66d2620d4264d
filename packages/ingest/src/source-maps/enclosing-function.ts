/** Declarations that begin a function, by its name. */
const declarations = [
  /\bfunction\s*\*?\s*([\w$]+)\s*[(<]/,
  /\b(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>|<)/,
  /^\s*(?:(?:export|default|public|private|protected|static|override|async|get|set)\s+)*\*?#?([\w$]+)\s*(?:<[^>]*>)?\((?![^;]*\bfunction\b)[^;]*\)\s*(?::[^{;]+)?\{\s*$/,
  /^\s*(?:(?:public|private|protected|static|readonly)\s+)*#?([\w$]+)\s*[=:]\s*(?:async\s*)?(?:function\b|\([^;]*\)\s*(?::[^=]+)?=>)/,
]
/** Words that look like a call with a block. */
const noNames = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'function', 'return', 'constructor'])
const furthest = 400

/**
 * The name of the function around a line, by declarations that are indented less: maps keep the names of variables at places,
 * not which function a place is in. Null when there is none, or none with a name.
 */
export function enclosingFunction(lines: readonly string[], line: number): string | null {
  const own = lines[line - 1]
  if (own === undefined) return null
  let indent = indentOf(own) + 1
  for (let at = line - 1; at >= Math.max(0, line - furthest); at--) {
    const text = lines[at] ?? ''
    if (text.trim() === '' || indentOf(text) >= indent) continue
    // A brace that ends a block stands as far in as what began it.
    if (at === line - 1 && /^\s*\}/.test(text)) continue
    // What stands at the margin without being a declaration ends the search: the rest is above another block.
    indent = indentOf(text)
    const name = nameIn(text.slice(0, 500))
    if (name !== null) return name
    if (indent === 0 && at < line - 1 && !/^[)\]}]/.test(text)) return null
  }
  return null
}

function nameIn(text: string): string | null {
  for (const pattern of declarations) {
    const name = pattern.exec(text)?.[1]
    if (name !== undefined && !noNames.has(name)) return name
  }
  return null
}

const indentOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0
