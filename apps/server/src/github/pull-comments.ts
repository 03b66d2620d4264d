import { type CommentRow, commentMark, deploymentComment, type Store } from '@gantry/core'
import { writeComment } from '@gantry/github'
import * as z from 'zod'
import type { ConnectedGitHub } from './github-access.ts'

const Commented = z.object({ id: z.int().nullable(), body: z.string(), rows: z.record(z.string(), z.unknown()) })

/** The one comment of each pull request: whoever has something to say there sets a row of it. */
export class PullComments {
  readonly #parts: { project: string; store: Pick<Store, 'github'>; now(): Date }
  /** One after the other: two that read the same rows would each forget the other's. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: { project: string; store: Pick<Store, 'github'>; now(): Date }) {
    this.#parts = parts
  }

  /** Writes nothing where the row is there already. @throws GantryError VENDOR_REFUSED */
  setRow(pull: number, name: string, row: CommentRow, connected: ConnectedGitHub): Promise<void> {
    const done = this.#turn.then(() => this.#set(pull, name, row, connected))
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #set(pull: number, name: string, row: CommentRow, { asApp, client, repo }: ConnectedGitHub): Promise<void> {
    const { project, store, now } = this.#parts
    const [link] = await store.github.links(project, 'comment', [String(pull)])
    const before = link ? Commented.parse(link.body) : { id: null, body: '', rows: {} }
    const rows = { ...before.rows, [name]: row } as Record<string, CommentRow>
    const body = deploymentComment(project, rows)
    if (body === before.body) return
    const author = { app: asApp?.id ?? null }
    const id = await writeComment(client, repo, { pull, mark: commentMark(project), body, known: before.id, author })
    const kept = { kind: 'comment' as const, key: String(pull), isOpen: false, body: { id, body, rows } }
    await store.github.saveLink(project, kept, now().toISOString())
  }
}
