export interface SseMessage {
  event: string
  data: string
  id: string | null
}

/**
 * Reads server-sent events out of chunks of text. `EventSource` cannot send `Last-Event-ID` after it was closed, and does
 * not tell a 401 from a dead server, so the stream is read with `fetch` and this.
 */
export function createSseReader(hear: (message: SseMessage) => void): (chunk: string) => void {
  let rest = ''
  let event = ''
  let id: string | null = null
  let data: string[] = []
  const field = (line: string) => {
    if (line === '') {
      if (data.length > 0) hear({ event: event || 'message', data: data.join('\n'), id })
      event = ''
      data = []
      return
    }
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id') id = value
  }
  return chunk => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    lines.forEach(field)
  }
}
