import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GantryError, type GitStore, type Objects, type SharedPush, shortSha, turns } from '@gantry/core'
import * as z from 'zod'
import { writePrivate } from '../home/home.ts'
import { git } from './git.ts'
import { moveRefs, packOf, readPack } from './packs.ts'

export interface SharedCommitsParts {
  project: string
  /** The bare repository of this machine. */
  path: string
  objects: Objects
  store: GitStore
  /** Tells the other servers that a branch moved. */
  onMoved(): void
}

/** What this machine has read, beside the repository. */
const Known = z.object({ packs: z.array(z.int()), refs: z.record(z.string(), z.string()) })
type Known = z.output<typeof Known>

const packsAtMost = 50
/** Git moves a branch as soon as its push was taken. When it could not, the next sync after that time does. */
const receivingMs = 60_000
const unusedMs = 86_400_000

/**
 * The repository of a project on several machines. What a push brings is kept among the objects before git accepts the push, and the
 * database says where each branch is. Every machine has a copy, and brings it there before somebody relies on it.
 */
export class SharedCommits {
  readonly #parts: SharedCommitsParts
  readonly #file: string
  readonly #folder: string
  readonly #turn = turns()
  #next: Promise<unknown> | null = null
  #known: Known | null = null
  /** Branches that git is about to move here by itself. */
  readonly #receiving = new Map<string, { untilMs: number; sha: string | null; pack: number | null }>()

  constructor(parts: SharedCommitsParts) {
    this.#parts = parts
    this.#file = join(dirname(parts.path), 'shared-git.json')
    this.#folder = `projects/${parts.project}/git`
  }

  /** Brings this machine to where the branches are, and what only it has to the others: the first to share a repository has it all. */
  async open(): Promise<void> {
    await this.sync()
    const { path, store, project } = this.#parts
    const shared = (await store.refs(project)).map(({ ref }) => ref)
    const own = (await refsOf(path)).filter(([ref]) => !shared.includes(ref))
    if (own.length === 0) return
    const updates = own.map(([ref, after]) => ({ ref, before: null, after }))
    const there = Object.values((await this.#knownNow()).refs)
    await this.take({ actor: 'gantry', updates }, packOf(path, { to: own.map(([, sha]) => sha), from: there }))
    await this.accepted(own.map(([ref]) => ref))
  }

  /** Brings this machine to where the branches are. Those who ask while it is about to begin wait for the same one. */
  async sync(): Promise<void> {
    this.#next ??= this.#withTurn(() => {
      this.#next = null
      return this.#sync()
    })
    await this.#next
  }

  /** Keeps a push where all servers find it, before git accepts it here. @throws GantryError CONFLICT when a branch moved meanwhile */
  async take(
    { id = randomUUID(), actor, updates }: Omit<SharedPush, 'id' | 'object'> & { id?: string | undefined },
    pack: AsyncIterable<Uint8Array> | null,
  ) {
    const { project, objects, store, onMoved } = this.#parts
    const object = pack && `${this.#folder}/${id}.pack`
    if (object) await objects.put(object, pack)
    const kept = await store.push(project, { id, actor, object, updates })
    if (kept === null) {
      if (object) await objects.remove(object)
      await this.sync()
      const moved = updates.map(
        ({ ref, before }) => `${ref} is not ${before ? `at ${shortSha(before)} any more` : 'new'}`,
      )
      throw new GantryError('CONFLICT', `another server took a push first: ${moved.join(', ')}`)
    }
    const untilMs = performance.now() + receivingMs
    for (const { ref, after: sha } of updates) this.#receiving.set(ref, { untilMs, sha, pack: kept.pack })
    onMoved()
  }

  /** Git accepted it here. */
  accepted(refs: readonly string[]): Promise<void> {
    return this.#withTurn(async () => {
      const known = await this.#knownNow()
      const next: Known = { packs: [...known.packs], refs: { ...known.refs } }
      for (const ref of refs) {
        const received = this.#receiving.get(ref)
        if (received === undefined) continue
        this.#receiving.delete(ref)
        if (received.pack !== null) next.packs.push(received.pack)
        if (received.sha === null) delete next.refs[ref]
        else next.refs[ref] = received.sha
      }
      await this.#keep(next)
      await this.#sync()
    })
  }

  /** One pack in the place of many, so that a machine that is new reads few; and removes what no push uses. */
  repack(): Promise<void> {
    return this.#withTurn(async () => {
      const { project, path, objects, store } = this.#parts
      await this.#sync()
      const packs = await store.packs(project)
      if (packs.length > packsAtMost) {
        const object = `${this.#folder}/${randomUUID()}.pack`
        await objects.put(object, packOf(path, null))
        const number = await store.repack(
          project,
          object,
          packs.map(each => each.number),
        )
        await this.#keep({ ...(await this.#knownNow()), packs: [number] })
      }
      const used = new Set((await store.packs(project)).map(({ object }) => object))
      for await (const { key, keptAt } of objects.list(this.#folder))
        if (!used.has(key) && Date.parse(keptAt) < Date.now() - unusedMs) await objects.remove(key)
    })
  }

  async #sync(): Promise<void> {
    const { project, path, store } = this.#parts
    const before = await this.#knownNow()
    const refs = await store.refs(project)
    const now: Record<string, string> = Object.fromEntries(refs.map(({ ref, sha }) => [ref, sha]))
    const moves: Record<string, string | null> = {}
    for (const ref of new Set([...Object.keys(now), ...Object.keys(before.refs)]))
      if (!this.#isReceived(ref) && now[ref] !== before.refs[ref]) moves[ref] = now[ref] ?? null
    if (Object.keys(moves).length === 0) return
    const packs = await this.#readPacks(before.packs)
    await moveRefs(path, moves)
    const still = Object.entries(before.refs).filter(([ref]) => !(ref in moves))
    const moved = Object.entries(moves).filter((move): move is [string, string] => move[1] !== null)
    await this.#keep({ packs, refs: Object.fromEntries([...still, ...moved]) })
  }

  /** After the branches were asked for: what they lead to is in one of these. */
  async #readPacks(read: readonly number[]): Promise<number[]> {
    const { project, path, objects, store } = this.#parts
    const all = await store.packs(project)
    const missing = all.filter(({ number }) => !read.includes(number))
    for (const { object } of missing) {
      const bytes = await objects.get(object)
      if (bytes !== null) await readPack(path, bytes)
      // One pack took the place of several meanwhile.
      else if ((await store.packs(project)).some(pack => pack.object === object))
        throw new Error(`the pack ${object} of ${project} is not among the objects`)
      else return this.#readPacks(read)
    }
    if (missing.length > 0) await git(['-c', 'gc.autoDetach=false', 'gc', '--auto', '--quiet'], { cwd: path })
    return all.map(({ number }) => number)
  }

  #isReceived(ref: string): boolean {
    return (this.#receiving.get(ref)?.untilMs ?? 0) > performance.now()
  }

  async #knownNow(): Promise<Known> {
    this.#known ??= Known.parse(JSON.parse(await readFile(this.#file, 'utf8').catch(nothingYet)))
    return this.#known
  }

  async #keep(known: Known): Promise<void> {
    await writePrivate(this.#file, JSON.stringify(known))
    this.#known = known
  }

  async #withTurn<T>(act: () => Promise<T>): Promise<T> {
    await this.#turn.take()
    try {
      return await act()
    } finally {
      this.#turn.giveBack()
    }
  }
}

async function refsOf(path: string): Promise<[string, string][]> {
  const text = await git(['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags'], {
    cwd: path,
  })
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [ref = '', sha = ''] = line.split(' ')
      return [ref, sha]
    })
}

function nothingYet(cause: NodeJS.ErrnoException): string {
  if (cause.code === 'ENOENT') return '{"packs":[],"refs":{}}'
  throw cause
}
