import { GantryError } from '@gantry/core'

export interface Part {
  name: string
  /** Null: a field, no file. */
  fileName: string | null
  contentType: string
  content: Buffer
}

const mostParts = 200
const mostHeadBytes = 8_192

/**
 * The parts of a `multipart/form-data` body that was read whole. Content is not copied.
 * Source: https://www.rfc-editor.org/rfc/rfc7578
 * @throws GantryError ENVELOPE_MALFORMED
 */
export function readParts(bytes: Buffer, contentType: string): Part[] {
  const [, quoted, plain] = /boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed('expected multipart/form-data with a boundary')
  const delimiter = Buffer.from(`--${boundary}`)
  const parts: Part[] = []
  for (let at = bytes.indexOf(delimiter); at !== -1; ) {
    const from = at + delimiter.length
    // `--` behind the last one.
    if (bytes[from] === dash) return parts
    const next = bytes.indexOf(delimiter, from)
    if (next === -1) break
    if (parts.length === mostParts) throw malformed(`more than ${mostParts} parts`)
    parts.push(partIn(bytes.subarray(from, next)))
    at = next
  }
  throw malformed('the form was cut short')
}

const dash = 0x2d

/** Between two delimiters: a line break, the head, an empty line, the content, a line break. */
function partIn(bytes: Buffer): Part {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1 || end > mostHeadBytes) throw malformed('a part of the form has no head')
  const head = bytes.subarray(0, end).toString()
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
  return {
    name: /;\s*name="([^"]{0,500})"/i.exec(disposition)?.[1] ?? '',
    fileName: /;\s*filename="([^"]{0,500})"/i.exec(disposition)?.[1] ?? null,
    contentType: /^content-type:\s*([^\r\n]{1,200})/im.exec(head)?.[1]?.trim() ?? 'application/octet-stream',
    content: bytes.subarray(end + 4, Math.max(end + 4, bytes.length - 2)),
  }
}

const malformed = (what: string) => new GantryError('ENVELOPE_MALFORMED', what)
