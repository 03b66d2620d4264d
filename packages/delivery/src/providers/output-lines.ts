import type { Readable } from 'node:stream'

/** A longer line is cut here, and says so at its end. */
export const mostLineChars = 256 * 1024

/**
 * Calls back for every line of a stream. One line is one call, however it came in pieces. A line that is too long is told
 * as soon as that is clear, for it may never end; what follows until its end is let go.
 */
export function onLines(stream: Readable, callback: (line: string) => void): void {
  let pieces: string[] = []
  let length = 0
  let isCut = false
  const add = (piece: string) => {
    if (isCut) return
    pieces.push(piece)
    length += piece.length
    if (length <= mostLineChars) return
    callback(`${pieces.join('').slice(0, mostLineChars)}${cutNotice}`)
    isCut = true
    pieces = []
  }
  const end = () => {
    const line = pieces.join('')
    if (!isCut) callback(line.endsWith('\r') ? line.slice(0, -1) : line)
    pieces = []
    length = 0
    isCut = false
  }
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    add(first)
    for (const other of others) {
      end()
      add(other)
    }
  })
  stream.on('end', () => {
    if (length > 0) end()
  })
  // A pipe that breaks says nothing the exit of the process does not say better.
  stream.on('error', () => {})
}

const cutNotice = ` … (cut: this line has more than ${mostLineChars.toLocaleString('en-US')} characters)`
