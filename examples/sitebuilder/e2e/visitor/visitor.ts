/** What a person types into the builder. */
export type Draft = { name: string; title: string; body: string }

/** A page somebody has open. */
export interface Reader {
  url: string
  heading(): Promise<string>
  text(): Promise<string>
}

/**
 * A person who uses the product: in a browser, or, where none starts, by the same requests a browser would send. The
 * journeys are written once for both.
 */
export interface Visitor {
  /** The marketing page's title, and where its "Start a site" leads. */
  openFrontDoor(): Promise<{ title: string; start: string }>
  /** Follows "Start a site", and is through when a new site can be written. */
  startSite(): Promise<void>
  /** Writes and saves a new site. */
  write(draft: Draft): Promise<void>
  /** Tries to save a site that has a name, the address made of it, and nothing else; answers what is said about the rest. */
  writeNameOnly(draft: { name: string; address: string }): Promise<{ title: string; body: string }>
  /** Gives a site of ours another title, and saves it. */
  retitle(name: string, title: string): Promise<void>
  /** Publishes a site of ours; answers the version that is out now. */
  publish(name: string): Promise<number>
  /** Where a site of ours is published; null while it is not. */
  publishedAt(name: string): Promise<string | null>
  /** Opens a published page, as anybody may, and keeps it open. */
  open(url: string): Promise<Reader>
  /** How an address answers, and what its page is headed. */
  look(url: string): Promise<{ status: number; heading: string }>
}
