import type { GitHubLink, Store } from '@gantry/core'
import type * as z from 'zod'

export interface LinkParts {
  project: string
  store: Pick<Store, 'github'>
  now(): Date
}

/** A link with what it says read. */
export interface KeptLink<Body> extends Pick<GitHubLink, 'key' | 'isOpen'> {
  body: Body
}

/** What on GitHub belongs to things of Gantry's, of one kind: looked at after a stop as before it. */
export interface KeptLinks<Body> {
  open(): Promise<KeptLink<Body>[]>
  /** By key, those of these that there are. */
  of(keys: readonly string[]): Promise<Map<string, KeptLink<Body>>>
  /** @param isOpen whether more has to be done about it */
  save(key: string, body: Body, isOpen: boolean): Promise<void>
}

export function keptLinks<Schema extends z.ZodType>(
  kind: GitHubLink['kind'],
  schema: Schema,
  { project, store: { github }, now }: LinkParts,
): KeptLinks<z.output<Schema>> {
  const read = ({ key, isOpen, body }: GitHubLink) => ({ key, isOpen, body: schema.parse(body) })
  return {
    open: async () => (await github.openLinks(project, kind)).map(read),
    of: async keys => new Map((await github.links(project, kind, keys)).map(link => [link.key, read(link)])),
    save: (key, body, isOpen) => github.saveLink(project, { kind, key, isOpen, body }, now().toISOString()),
  }
}
