import { stripVTControlCharacters } from 'node:util'

/** Columns padded to their widest cell, two spaces between them. Cells may be coloured; empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => widthOf(row[column] ?? ''))))
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => padded(row[column] ?? '', width))
      .join('  ')
      .trimEnd()
  return `${all.map(line).join('\n')}\n`
}

/** Foreign text without what could move the cursor or change colours, on one line. */
export const shown = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f]+/g, ' ')

/** Somebody else's words on one line of at most that many characters; an ellipsis says that there was more. */
export function cut(text: string, width: number): string {
  const line = shown(text)
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`
}

const widthOf = (text: string): number => stripVTControlCharacters(text).length
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
