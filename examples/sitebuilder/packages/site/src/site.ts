/** A site as the API sends it. Times are ISO 8601, UTC. */
export type Site = {
  slug: string
  name: string
  title: string
  body: string
  createdAt: string
  /** The publication visitors see; `null` until the first one. */
  published: { version: number; at: string } | null
}
