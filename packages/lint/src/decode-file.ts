import type { LintFinding } from './finding.ts'

export interface DecodedFile {
  text: string
  /** A byte that is no UTF-8: written back the text would be another file, so it is never edited. */
  fault?: LintFinding
}

/** The text of a file, its mark of order (BOM) included: encoded again it is the same bytes, unless there is a fault. */
export function decodeFile(path: string, bytes: Uint8Array): DecodedFile {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const at = firstFault(bytes, text)
  if (at === undefined) return { text }
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, at)).split('\n')
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1]
  const byte = `0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`
  return {
    text,
    fault: {
      ...{ rule: 'encoding', severity: 'warning', path, line, column, endLine: line, endColumn: column + 1 },
      message: `expected a file in UTF-8, got the byte ${byte}`,
      ...{ fix: 'Save it as UTF-8; --fix leaves the file alone.', edits: [], isPinOfMovingTag: false },
    },
  }
}

/** Where the bytes and those of their text part. */
function firstFault(bytes: Uint8Array, text: string): number | undefined {
  const again = new TextEncoder().encode(text)
  if (again.length === bytes.length && Buffer.compare(again, bytes) === 0) return undefined
  return bytes.findIndex((byte, index) => byte !== again[index])
}
