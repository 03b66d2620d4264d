import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { findFiles } from '../file-glob/find-files.ts'
import { type Sight, sightOf } from '../sandbox/sight.ts'

/** What is known of an artifact beside its files. */
export interface ArtifactFacts {
  name: string
  digest: string
  files: number
  attempt: number
}

/** Artifacts of one run: a folder of files each, with a small JSON file beside it. */
export function runArtifacts(artifactsDir: string, runId: string): string {
  return join(artifactsDir, runId.replace(/[^A-Za-z0-9._-]/g, '_'))
}

export function checkArtifactName(name: string): void {
  if (name === '' || /["<>|*?\r\n:\\/]/.test(name) || name.startsWith('.')) {
    throw new Error(`expected an artifact name without " : < > | * ? \\ / and newlines, got "${name}"`)
  }
}

/** Copies the files in and puts the whole in place at once. */
export async function storeArtifact(
  folder: string,
  { name, attempt, root, files }: { name: string; attempt: number; root: string; files: string[] },
  sight: Sight,
): Promise<ArtifactFacts> {
  const staging = join(folder, `.staging-${name}-${process.hrtime.bigint()}`)
  await mkdir(staging, { recursive: true })
  for (const file of files) {
    const to = join(staging, relative(root, file))
    await mkdir(dirname(to), { recursive: true })
    await copySeen(file, to, sight)
  }
  const facts = { name, digest: digestOf(staging), files: files.length, attempt }
  await rm(join(folder, name), { recursive: true, force: true })
  await rename(staging, join(folder, name))
  await writeFile(join(folder, `${name}.json`), JSON.stringify(facts))
  return facts
}

/** The same for all plain files of a folder of our own. */
export function storeFolder(
  folder: string,
  { name, attempt, root }: { name: string; attempt: number; root: string },
): Promise<ArtifactFacts> {
  return storeArtifact(folder, { name, attempt, root, files: findFiles(root, ['.']) }, sightOf(undefined, root))
}

export async function artifactFacts(folder: string, name: string): Promise<ArtifactFacts | undefined> {
  const path = join(folder, `${name}.json`)
  if (!existsSync(path)) return undefined
  const parsed: unknown = JSON.parse(await readFile(path, 'utf8'))
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const fields = new Map(Object.entries(parsed))
  return {
    name,
    digest: String(fields.get('digest')),
    files: Number(fields.get('files')),
    attempt: Number(fields.get('attempt')),
  }
}

export async function artifactNames(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => entry.name)
    .sort()
}

export async function copyFolder(from: string, to: string, sight: Sight): Promise<number> {
  const files = findFiles(from, ['.'])
  for (const file of files) {
    const target = join(to, relative(from, file))
    await mkdir(sight.place(dirname(target)), { recursive: true })
    await copyFile(file, sight.place(target))
  }
  return files.length
}

/** Without the right to be run: GitHub packs artifacts into an archive that does not know of it. */
async function copySeen(file: string, to: string, sight: Sight): Promise<void> {
  const source = await sight.open(file)
  try {
    await pipeline(source.createReadStream(), createWriteStream(to, { mode: 0o644 }))
  } finally {
    await source.close()
  }
}

/** SHA-256 over names and contents, so that equal files make equal digests. */
export function digestOf(folder: string): string {
  const whole = createHash('sha256')
  for (const file of findFiles(folder, ['.'])) {
    whole.update(`${relative(folder, file)}\0`).update(createHash('sha256').update(readFileSync(file)).digest())
  }
  return whole.digest('hex')
}
