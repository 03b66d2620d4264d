import type { Readable } from 'node:stream'

const maxLineChars = 64 * 1024

/** Calls back for every line of a stream; a line without an end is cut at 64 Ki characters. */
export function onLines(stream: Readable, callback: (line: string) => void): void {
  let rest = ''
  const emit = (line: string) => callback(line.endsWith('\r') ? line.slice(0, -1) : line)
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) emit(line)
    while (rest.length > maxLineChars) {
      emit(rest.slice(0, maxLineChars))
      rest = rest.slice(maxLineChars)
    }
  })
  stream.on('end', () => {
    if (rest !== '') emit(rest)
    rest = ''
  })
  // A pipe that breaks says nothing the exit of the process does not say better.
  stream.on('error', () => {})
}
