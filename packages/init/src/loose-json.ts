/** JSON as tools read their settings: with comments and trailing commas. Undefined for anything else. */
export function looseJson(text: string): unknown {
  const bare = text
    .replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, word: string | undefined) => word ?? '')
    .replace(/,(\s*[}\]])/g, '$1')
  try {
    return JSON.parse(bare)
  } catch {
    // The tool itself complains about it better; here it counts as a file that says nothing.
    return undefined
  }
}
