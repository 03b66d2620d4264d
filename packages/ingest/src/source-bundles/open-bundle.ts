import { GantryError } from '@gantry/core'
import { type Entry, openPromise, type ZipFile } from 'yauzl'

/** Of all files in one, unpacked. Nothing is unpacked but what is read, so that this bounds only what is believed. */
const wholeBytes = 4 * 1024 ** 3
const mostEntries = 50_000

export interface OpenBundle {
  names: ReadonlySet<string>
  /** @throws GantryError SOURCE_BUNDLE_REFUSED when there is none, or it is larger */
  read(name: string, mostBytes: number): Promise<Buffer>
  close(): void
}

/**
 * A source bundle: a ZIP behind a head of eight bytes, `SYSB` and a version. No file of it is ever written under its name.
 * @throws GantryError SOURCE_BUNDLE_REFUSED
 */
export async function openBundle(file: string): Promise<OpenBundle> {
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true }).catch(unreadable)
  try {
    const entries = await entriesOf(zip)
    return {
      names: new Set(entries.keys()),
      read: (name, mostBytes) => read(zip, entries.get(name), name, mostBytes),
      close: () => zip.close(),
    }
  } catch (cause) {
    zip.close()
    throw cause instanceof GantryError ? cause : unreadable(cause)
  }
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries) throw refused(`expected at most ${mostEntries} files, there are ${zip.entryCount}`)
  const entries = new Map<string, Entry>()
  let bytes = 0
  for await (const entry of zip.eachEntry()) {
    bytes += entry.uncompressedSize
    if (bytes > wholeBytes) throw refused(`unpacked it would be larger than ${wholeBytes >> 30} GB`)
    entries.set(entry.fileName, entry)
  }
  return entries
}

async function read(zip: ZipFile, entry: Entry | undefined, name: string, mostBytes: number): Promise<Buffer> {
  if (!entry) throw refused(`it says that it has ${name.slice(0, 200)}, and has not`)
  if (entry.uncompressedSize > mostBytes)
    throw refused(`${name.slice(0, 200)} has ${entry.uncompressedSize} bytes, at most ${mostBytes} are read`)
  try {
    // What unfolds to more than the directory says ends as an error.
    const stream = await zip.openReadStreamPromise(entry)
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch (cause) {
    return unreadable(cause)
  }
}

function unreadable(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new GantryError('SOURCE_BUNDLE_REFUSED', `it cannot be read: ${why}`, {}, { cause })
}

export const refused = (why: string) => new GantryError('SOURCE_BUNDLE_REFUSED', why)
