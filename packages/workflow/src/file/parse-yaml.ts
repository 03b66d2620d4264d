import { type Document, LineCounter, parseDocument } from 'yaml'

export interface ParsedYaml {
  document: Document.Parsed
  lines: LineCounter
}

/** One YAML document with the places of its lines. A key that stands twice is among its errors. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter()
  return { document: parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false }), lines }
}
