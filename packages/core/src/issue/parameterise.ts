/** What differs between two reports of the same fault, in the order it is looked for. */
const patterns: [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '<email>'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b/g, '<date>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<ip>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b/gi, '<hex>'],
  [/(?<![\w.])-?\d+\.\d+(?![\w.])/g, '<float>'],
  [/(?<![\w.])-?\d+(?!\w)/g, '<int>'],
]

/** A message with what varies replaced by what it is: `user 42 not found` is `user <int> not found`. Two lines at most. */
export function parameterise(message: string): string {
  const lines = message.slice(0, 2_000).split('\n', 2).join('\n').trim()
  return patterns.reduce((text, [pattern, name]) => text.replace(pattern, name), lines)
}
