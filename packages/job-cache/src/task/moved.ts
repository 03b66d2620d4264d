/** The same bytes with one folder named for another. Byte by byte, for not everything is valid UTF-8. */
export function movedBytes(bytes: Buffer, from: string, to: string): Buffer {
  if (!bytes.includes(from)) return bytes
  const latin = (text: string): string => Buffer.from(text).toString('latin1')
  return Buffer.from(bytes.toString('latin1').replaceAll(latin(from), latin(to)), 'latin1')
}
